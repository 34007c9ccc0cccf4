"""Functions take code that nobody signed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text
from trailguard.rules.compute._functions import function_of
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "lambda:DeleteFunctionCodeSigningConfig",
        "lambda:DeleteCodeSigningConfig",
        "lambda:UpdateCodeSigningConfig",
    ],
    severity=Severity.MEDIUM,
    title="Code signing removed",
    references=["https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html"],
    tags=["mitre:T1562.001", "mitre:T1525"],
)
def code_signing_removed(event: CloudTrailEvent) -> Violation | None:
    """Somebody took the check of signatures away from a function, or made it warn only.

    The function takes any code from then on, whoever made it.

    Known false positives: functions that move to another configuration, which for a moment have none;
    except whoever owns them by ``resource``.
    """
    request = event.request_parameters
    policy = first(request.get("codeSigningPolicies")).get("untrustedArtifactOnDeployment")
    if event.action == "lambda:UpdateCodeSigningConfig" and policy != "Warn":
        return None
    named = function_of(event) or first_text(request.get("codeSigningConfigArn"))
    return Violation(
        f"{event.actor} took the check of signatures away by {event.action} of {named or '(not named)'}",
        resource=named,
    )
