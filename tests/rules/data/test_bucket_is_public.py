import json
from typing import Any

import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.data.bucket_is_public import bucket_is_public
from trailguard.testing import SampleItem, configuration_item

BUCKET = "amzn-s3-demo-bucket"
GROUPS = "http://acs.amazonaws.com/groups/global/"
OWNER = {"grantee": {"id": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}}


def allow(**more: object) -> dict[str, Any]:
    """Make a statement that lets anyone read."""
    return {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
        **more,
    }


def bucket(*, statements: object = (), grants: object = (), **block: bool) -> SampleItem:
    """Make a bucket as AWS Config does: the policy is a text in an object, and the ACL a text."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements}) if statements else None
    acl = {"grantSet": None, "grantList": grants, "isRequesterCharged": False}
    supplementary = {"BucketPolicy": {"policyText": policy}, "AccessControlList": json.dumps(acl)}
    if block:
        supplementary["PublicAccessBlockConfiguration"] = dict.fromkeys(BLOCKS, False) | block
    return configuration_item("AWS::S3::Bucket", {"name": BUCKET}, supplementary=supplementary)


def grant(grantee: object, permission: str = "Read") -> dict[str, Any]:
    return {"grantee": grantee, "permission": permission}


BLOCKS = ("blockPublicAcls", "ignorePublicAcls", "blockPublicPolicy", "restrictPublicBuckets")
REFERER = allow(Condition={"StringLike": {"aws:Referer": "https://www.example.com/*"}})
ENDPOINT = allow(Condition={"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}})
DENY = allow(Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})

OPEN = bucket(statements=[DENY, allow()], grants=[OWNER])
OPEN_BY_ACL = bucket(
    statements=[DENY], grants=[OWNER, grant("AllUsers"), grant("AuthenticatedUsers", "Write")]
)
CLOSED = bucket(statements=[DENY], grants=[OWNER])
NEAR_MISS = bucket(
    statements=[allow()], grants=[grant("AllUsers")], restrictPublicBuckets=True, ignorePublicAcls=True
)


def test_one_violation_for_a_policy_however_many_statements() -> None:
    assert bucket_is_public(bucket(statements=[allow(), allow(Action="s3:ListBucket")])) == [
        Violation(
            "the bucket's policy lets anyone in",
            evidence={"statements": [allow(), allow(Action="s3:ListBucket")]},
        )
    ]
    assert bucket_is_public.severity is Severity.HIGH


def test_says_that_the_conditions_are_none() -> None:
    (violation,) = bucket_is_public(bucket(statements=[REFERER]))

    assert violation.reason == "the bucket's policy lets anyone in, and its conditions do not say who"


def test_one_violation_for_each_grant() -> None:
    assert bucket_is_public(OPEN_BY_ACL) == [
        Violation(
            "the bucket's ACL grants Read to everybody",
            evidence={"grantee": "AllUsers", "permission": "Read"},
        ),
        Violation(
            "the bucket's ACL grants Write to everybody who has an AWS account",
            evidence={"grantee": "AuthenticatedUsers", "permission": "Write"},
        ),
    ]


@pytest.mark.parametrize(
    "grantee",
    [
        f"{GROUPS}AllUsers",
        {"id": "AllUsers", "displayName": None},
        {"id": None, "uri": f"{GROUPS}AllUsers"},
        {"URI": f"{GROUPS}AllUsers"},
    ],
)
def test_a_group_is_named_in_several_ways(grantee: object) -> None:
    (violation,) = bucket_is_public(bucket(grants=[grant(grantee)]))

    assert violation.evidence["grantee"] == "AllUsers"


def test_a_grant_need_not_say_what_it_permits() -> None:
    (violation,) = bucket_is_public(bucket(grants=[{"grantee": "AllUsers"}]))

    assert violation.reason == "the bucket's ACL grants something to everybody"


@pytest.mark.parametrize(
    ("block", "left"),
    [
        ("restrictPublicBuckets", ["the bucket's ACL grants Read to everybody"]),
        ("ignorePublicAcls", ["the bucket's policy lets anyone in"]),
    ],
)
def test_each_block_closes_one_way(block: str, left: list[str]) -> None:
    item = bucket(statements=[allow()], grants=[grant("AllUsers")], **{block: True})

    assert [violation.reason for violation in bucket_is_public(item)] == left


def test_blocks_of_what_is_new_leave_what_is_there() -> None:
    item = bucket(
        statements=[allow()], grants=[grant("AllUsers")], blockPublicAcls=True, blockPublicPolicy=True
    )

    assert len(bucket_is_public(item)) == 2


@pytest.mark.parametrize(
    "item",
    [
        CLOSED,
        NEAR_MISS,
        bucket(statements=[ENDPOINT]),
        bucket(statements=[allow(Principal={"AWS": "arn:aws:iam::444455556666:root"})]),
        bucket(grants=[grant("LogDelivery", "Write")]),
        bucket(grants=[grant({"id": OWNER["grantee"]["id"], "displayName": "AllUsers"})]),
        configuration_item("AWS::S3::Bucket", status="ResourceDeleted"),
    ],
    ids=["owner", "blocked", "VPC endpoint", "one account", "log delivery", "a user of that name", "deleted"],
)
def test_other_buckets_are_not_reported(item: ConfigurationItem) -> None:
    assert bucket_is_public(item) == []


@pytest.mark.parametrize("text", ['{"Statement": [{"Effect": "Allow", "Principal": "*"', "[]", "text"])
def test_policy_that_cannot_be_read_is_reported(text: str) -> None:
    """Nobody knows that it keeps strangers out."""
    item = configuration_item(
        "AWS::S3::Bucket", {"name": BUCKET}, supplementary={"BucketPolicy": {"policyText": text}}
    )

    assert [violation.reason for violation in bucket_is_public(item)] == [
        "the bucket's policy cannot be read, so nobody knows whom it lets in"
    ]


def test_grants_may_be_a_set() -> None:
    acl = {"grantSet": [grant("AllUsers")], "grantList": None}
    item = configuration_item("AWS::S3::Bucket", {"name": BUCKET}, supplementary={"AccessControlList": acl})

    assert len(bucket_is_public(item)) == 1


def test_other_grants_of_a_set() -> None:
    acl = {"grantSet": [grant("LogDelivery")], "grantList": None}
    item = configuration_item("AWS::S3::Bucket", {"name": BUCKET}, supplementary={"AccessControlList": acl})

    assert bucket_is_public(item) == []
