import json

import pytest

from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.identity.role_trusts_another_account import role_trusts_another_account
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def trust(principal: object, **more: object) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def created(document: str) -> CloudTrailEvent:
    return cloudtrail_event(
        "iam:CreateRole", request={"roleName": "Reporter", "assumeRolePolicyDocument": document}
    )


def updated(document: str, name: str | None = "Reporter") -> CloudTrailEvent:
    return cloudtrail_event(
        "iam:UpdateAssumeRolePolicy", request={"roleName": name, "policyDocument": document}
    )


STRANGER = {"AWS": "arn:aws:iam::444455556666:root"}
EXTERNAL_ID = {"StringEquals": {"sts:ExternalId": "42"}}
UPDATED = updated(trust(STRANGER))
CREATED = created(trust(STRANGER))
OF_A_VENDOR = created(trust(STRANGER, Condition=EXTERNAL_ID))
UNNAMED = updated(trust(STRANGER), None)


def test_names_account_and_role() -> None:
    assert role_trusts_another_account(UPDATED) == [
        Violation(
            "user alice lets the account 444455556666 assume the role Reporter",
            resource="Reporter",
            evidence={"accounts": ["444455556666"]},
        )
    ]
    assert_violates(role_trusts_another_account, UNNAMED, resource=None)


def test_a_new_role_is_less_and_a_vendors_least() -> None:
    assert_violates(role_trusts_another_account, CREATED, severity=Severity.MEDIUM)
    assert_violates(role_trusts_another_account, OF_A_VENDOR, severity=Severity.LOW)


@pytest.mark.parametrize(
    "document",
    [
        trust({"AWS": "arn:aws:iam::111122223333:root"}),
        trust({"Service": "ec2.amazonaws.com"}),
        trust({"AWS": "*"}),
        trust(STRANGER, Effect="Deny"),
        "",
    ],
)
def test_near_misses(document: str) -> None:
    assert_complies(role_trusts_another_account, created(document))
    assert_complies(role_trusts_another_account, updated(document))


def test_accounts_that_are_trusted() -> None:
    assert_complies(role_trusts_another_account, UPDATED, params={"trusted_accounts": ["444455556666"]})
