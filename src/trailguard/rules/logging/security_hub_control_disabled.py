"""Controls of Security Hub were disabled."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text, items, state
from trailguard.rules.logging._names import spelled
from trailguard.verdict import Severity, Violation


@rule(
    on=["securityhub:UpdateStandardsControl", "securityhub:BatchUpdateStandardsControlAssociations"],
    severity=Severity.LOW,
    title="Security Hub control disabled",
    references=["https://docs.aws.amazon.com/securityhub/latest/userguide/disable-controls-overview.html"],
    tags=["mitre:T1562.001", "cis:4.16"],
)
def security_hub_control_disabled(event: CloudTrailEvent, params: Callers) -> Iterator[Violation]:
    """Somebody disabled controls of a standard in Security Hub.

    What they would find is found no more, and the score of the account gets better by it.

    Known false positives: controls that do not fit an account, as AWS itself advises to disable; except who
    tends them by ``actor``, or a control by ``resource``.
    """
    request = event.request_parameters
    updates = items(spelled(request, "standardsControlAssociationUpdates")) or [request]
    for update in updates if params.count(event) else []:
        status = first_text(spelled(update, "associationStatus"), spelled(update, "controlStatus"))
        if state(status) == "disabled":
            names = (spelled(update, key) for key in ("securityControlId", "standardsControlArn"))
            control = first_text(*names)
            yield Violation(
                f"{event.actor} disabled the control {control or '(not named)'} of Security Hub",
                resource=control,
            )
