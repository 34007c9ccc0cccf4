"""An instance answers requests for its metadata without a token."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._json import first, state, text
from trailguard.verdict import Severity, Violation

_GONE = ("shutting-down", "terminated")


@rule(
    on="AWS::EC2::Instance",
    severity=Severity.MEDIUM,
    title="Instance allows IMDSv1",
    references=[
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-transition-to-version-2.html",
    ],
    tags=["mitre:T1552.005", "cis:5.6"],
)
def instance_allows_imdsv1(item: ConfigurationItem) -> Violation | None:
    """An instance's metadata service is on and does not insist on session tokens (IMDSv2).

    A web application that can be talked into fetching a URL (server-side request forgery) then hands out the
    credentials of the instance's role: one GET request is enough. IMDSv2 wants a PUT and a header first,
    which such a request seldom can send.

    Known false positives: software too old for IMDSv2, and instances without a role, which have less to give
    away. Not seen: instances whose item has no ``metadataOptions``, as those recorded before IMDSv2 came; no
    one knows what they allow.
    """
    if state(item.configuration.get("state")) in _GONE:
        return None
    options = first(item.configuration.get("metadataOptions"))
    if options.get("httpTokens") != "optional" or options.get("httpEndpoint") == "disabled":
        return None
    profile = first(item.configuration.get("iamInstanceProfile"))
    return Violation(
        "the instance's metadata can be read without a token (IMDSv1)",
        evidence={
            "instance_id": item.resource_id,
            "http_tokens": "optional",
            "http_endpoint": text(options.get("httpEndpoint")),
            "instance_profile": text(profile.get("arn")),
        },
    )
