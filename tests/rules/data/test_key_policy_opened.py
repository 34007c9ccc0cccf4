import json

import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.data.key_policy_opened import key_policy_opened
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def policy(principal: object, condition: object = None) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "kms:*", "Condition": condition}
    return json.dumps({"Statement": [statement]})


def put(document: object) -> CloudTrailEvent:
    return cloudtrail_event("kms:PutKeyPolicy", request={"keyId": "key-1", "policy": document})


STRANGER = "arn:aws:iam::444455556666:root"
PUBLIC = put(policy("*"))
SHARED = put(policy({"AWS": STRANGER}))
GRANTED = cloudtrail_event(
    "kms:CreateGrant", request={"granteePrincipal": STRANGER}, response={"keyId": "key-1"}
)
CREATED = cloudtrail_event(
    "kms:CreateKey", request={"policy": policy("*")}, response={"keyMetadata": {"keyId": "key-1"}}
)
UNNAMED = cloudtrail_event("kms:CreateKey", request={"policy": policy({"AWS": "444455556666"})})


def test_names_key_and_account() -> None:
    assert key_policy_opened(SHARED) == [
        Violation("user alice lets the account 444455556666 use the key key-1", resource="key-1")
    ]
    assert_violates(key_policy_opened, GRANTED, resource="key-1", severity=Severity.MEDIUM)
    assert_violates(key_policy_opened, UNNAMED, resource=None)


@pytest.mark.parametrize("event", [PUBLIC, CREATED])
def test_anyone_is_worse(event: CloudTrailEvent) -> None:
    assert_violates(
        key_policy_opened, event, reason="user alice lets anyone use the key key-1", severity=Severity.HIGH
    )


@pytest.mark.parametrize(
    "event",
    [
        put(policy({"AWS": "arn:aws:iam::111122223333:root"})),
        put(policy("*", {"StringEquals": {"kms:CallerAccount": "111122223333"}})),
        cloudtrail_event("kms:CreateGrant", request={"granteePrincipal": "arn:aws:iam::111122223333:role/R"}),
        cloudtrail_event("kms:CreateGrant", request={"granteePrincipal": "rds.amazonaws.com"}),
        cloudtrail_event("kms:CreateKey"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(key_policy_opened, event)


def test_accounts_that_are_trusted() -> None:
    assert_complies(key_policy_opened, SHARED, params={"trusted_accounts": ["444455556666"]})


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        key_policy_opened, cloudtrail_event("kms:CreateGrant", request={"granteePrincipal": STRANGER})
    )
