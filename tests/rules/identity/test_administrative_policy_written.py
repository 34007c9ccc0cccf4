import json

import pytest

from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.identity.administrative_policy_written import administrative_policy_written
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
READS = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}


def write(action: str, *statements: object, **request: object) -> CloudTrailEvent:
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return cloudtrail_event(action, request={"policyDocument": document, **request})


INLINE = write("iam:PutUserPolicy", READS, ALL, userName="eve", policyName="p")
VERSION = write("iam:CreatePolicyVersion", ALL, policyArn="arn:aws:iam::111122223333:policy/p")
NEW = write("iam:CreatePolicy", ALL, policyName="p")
UNNAMED = write("iam:PutRolePolicy", ALL)
PERMISSION_SET = cloudtrail_event(
    "sso:PutInlinePolicyToPermissionSet",
    request={"permissionSetArn": "ps-1", "inlinePolicy": json.dumps({"Statement": [ALL]})},
)


def test_names_holder_and_statements() -> None:
    assert administrative_policy_written(INLINE) == [
        Violation(
            "user alice wrote a policy that allows everything: iam:PutUserPolicy of eve",
            resource="eve",
            evidence={"statements": [ALL]},
        )
    ]
    assert_violates(administrative_policy_written, VERSION, severity=Severity.HIGH)
    assert_violates(administrative_policy_written, PERMISSION_SET, resource="ps-1")
    assert_violates(administrative_policy_written, UNNAMED, resource=None)


def test_one_that_nobody_holds_is_less() -> None:
    assert_violates(administrative_policy_written, NEW, severity=Severity.MEDIUM)


@pytest.mark.parametrize("document", [None, "", "no policy", json.dumps({"Statement": [READS]})])
def test_near_misses(document: str | None) -> None:
    event = cloudtrail_event("iam:PutUserPolicy", request={"userName": "eve", "policyDocument": document})

    assert_complies(administrative_policy_written, event)
