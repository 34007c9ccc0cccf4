import json

import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.identity.federation_token_issued import federation_token_issued
from trailguard.testing import assert_violates, cloudtrail_event

EVERYTHING = json.dumps({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
READS = json.dumps({"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}})


def token(**request: object) -> CloudTrailEvent:
    return cloudtrail_event("sts:GetFederationToken", request={"name": "eve", **request})


PLAIN = token(policy=READS)
INLINE = token(policy=EVERYTHING)
ATTACHED = token(policyArns=[{"arn": "arn:aws:iam::aws:policy/AdministratorAccess"}])
UNNAMED = cloudtrail_event("sts:GetFederationToken")


def test_names_the_token() -> None:
    assert federation_token_issued(PLAIN) == [
        Violation("user alice made a federation token called eve", resource="eve")
    ]
    assert_violates(
        federation_token_issued, UNNAMED, reason="user alice made a federation token called (not named)"
    )


@pytest.mark.parametrize("event", [INLINE, ATTACHED])
def test_one_that_may_do_everything_is_worse(event: CloudTrailEvent) -> None:
    assert_violates(
        federation_token_issued,
        event,
        reason="user alice made a federation token called eve, which may do everything",
        severity=Severity.HIGH,
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(federation_token_issued, cloudtrail_event("sts:GetFederationToken"))
