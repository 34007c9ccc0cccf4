"""A function runs code of a layer of another account."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Trusted
from trailguard.rules._json import texts
from trailguard.rules.compute._functions import function_of
from trailguard.verdict import Severity, Violation


class Params(Trusted, frozen=True, defer_build=True):
    """The accounts whose layers may be used: trusted ones, those of AWS, those of makers of extensions."""

    publishers: frozenset[str] = frozenset(
        {
            "017000801446",  # Powertools for AWS Lambda
            "580247275435",  # Lambda Insights
            "177933569100",  # Parameters and Secrets extension, us-east-1
            "133490724326",  # the same, eu-west-1 and others
            "901920570463",  # AWS Distro for OpenTelemetry
            "336392948345",  # AWS SDK for pandas
            "027255383542",  # AppConfig extension
            "464622532012",  # Datadog
            "451483290750",  # New Relic
            "725887861453",  # Dynatrace
            "943013980633",  # Sentry
        }
    )


@rule(
    on=["lambda:UpdateFunctionConfiguration", "lambda:CreateFunction"],
    severity=Severity.MEDIUM,
    title="Layer of another account attached",
    references=["https://docs.aws.amazon.com/lambda/latest/dg/adding-layers.html"],
    tags=["mitre:T1525", "mitre:T1546"],
)
def foreign_layer_attached(event: CloudTrailEvent, params: Params) -> Iterator[Violation]:
    """Somebody gave a function a layer that belongs to another account.

    What is in a layer runs with the function, sees all it is asked, and has its role. Whoever owns the
    layer's account wrote it.

    Known false positives: layers of vendors that are not among the ``publishers``: name their accounts in
    ``trusted_accounts``. Not seen: layers of this account, whoever made them.
    """
    name = function_of(event)
    for arn in dict.fromkeys(texts(event.request_parameters.get("layers"))):
        account = arn.split(":")[4] if arn.count(":") >= 5 else ""
        if account.isdigit() and account not in params.publishers and params.strangers([account], event):
            yield Violation(
                f"{event.actor} gave {name or '(not named)'} the layer {arn}",
                resource=name,
                evidence={"layer": arn},
            )
