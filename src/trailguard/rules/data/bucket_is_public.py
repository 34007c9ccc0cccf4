"""A bucket is public."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._json import first, is_true, items, text
from trailguard.rules._policy import despite_conditions, is_unreadable, statements_for_anyone
from trailguard.verdict import Severity, Violation

_GROUPS = "http://acs.amazonaws.com/groups/global/"
_STRANGERS = {"AllUsers": "everybody", "AuthenticatedUsers": "everybody who has an AWS account"}


@rule(
    on="AWS::S3::Bucket",
    severity=Severity.HIGH,
    title="Bucket is public",
    references=[
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
    ],
    tags=["mitre:T1530"],
)
def bucket_is_public(item: ConfigurationItem) -> Iterator[Violation]:
    """A bucket's policy or its ACL lets anyone in, and the bucket's own public access block does not help.

    Bucket names are easily guessed, and there are search engines for open buckets. What is in one is read by
    strangers, and replaced where they may write.

    ``restrictPublicBuckets`` takes the effect from a public policy, and ``ignorePublicAcls`` from a public
    ACL. ``blockPublicPolicy`` and ``blockPublicAcls`` do not count: they refuse new ones, and leave those
    that are there as they are.

    Known false positives: websites and downloads for the public, buckets that the account's public access
    block closes (which their items do not show), and policies that take back by Deny what they allow. Not
    seen: access points, and ACLs of single objects.
    """
    block = first(item.supplementary_configuration.get("PublicAccessBlockConfiguration"))
    if not is_true(block.get("restrictPublicBuckets")):
        yield from _by_policy(item)
    if not is_true(block.get("ignorePublicAcls")):
        yield from _by_acl(item)


def _by_policy(item: ConfigurationItem) -> Iterator[Violation]:
    for policy in items(item.supplementary_configuration.get("BucketPolicy")):
        if is_unreadable(policy.get("policyText")):
            yield Violation("the bucket's policy cannot be read, so nobody knows whom it lets in")
        if statements := statements_for_anyone(policy.get("policyText")):
            reason = f"the bucket's policy lets anyone in{despite_conditions(statements)}"
            yield Violation(reason, evidence={"statements": statements})


def _by_acl(item: ConfigurationItem) -> Iterator[Violation]:
    for acl in items(item.supplementary_configuration.get("AccessControlList")):
        for grant in [*items(acl.get("grantList")), *items(acl.get("grantSet"))]:
            if group := _group_of_strangers(grant.get("grantee")):
                permission = text(grant.get("permission"))
                yield Violation(
                    f"the bucket's ACL grants {permission or 'something'} to {_STRANGERS[group]}",
                    evidence={"grantee": group, "permission": permission},
                )


def _group_of_strangers(grantee: object) -> str | None:
    """Return which group of strangers a grant is for, which a text names or a field of an object."""
    names = [grantee, *(one.get(key) for one in items(grantee) for key in ("id", "uri", "URI"))]
    groups = [name.removeprefix(_GROUPS) for name in map(text, names) if name]
    return next((group for group in groups if group in _STRANGERS), None)
