"""A distribution of CloudFront was set to write no access logs."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="cloudfront:UpdateDistribution",
    severity=Severity.LOW,
    title="Distribution writes no logs",
    references=["https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html"],
    tags=["mitre:T1562.008", "strict"],
)
def distribution_writes_no_logs(event: CloudTrailEvent) -> Violation | None:
    """Somebody updated a distribution of CloudFront, which writes no standard logs, or never did.

    Each update says all of a distribution, so that nobody can tell from it whether logs were on before.
    That is why it is for those who ask for it.

    Known false positives: distributions that never wrote logs, or write them by CloudWatch; except them by
    ``resource``.
    """
    configuration = first(event.request_parameters.get("distributionConfig"))
    if first(configuration.get("logging")).get("enabled") is not False:
        return None
    named = first_text(event.request_parameters.get("id"))
    return Violation(
        f"{event.actor} set the distribution {named or '(not named)'} to write no logs", resource=named
    )
