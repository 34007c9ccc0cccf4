import json

import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.identity.role_trusts_any_federated_user import role_trusts_any_federated_user
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

GITHUB = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
HOST = "token.actions.githubusercontent.com"
AUDIENCE = {"StringEquals": {f"{HOST}:aud": "sts.amazonaws.com"}}


def updated(provider: object, condition: object, name: str | None = "Deployer") -> CloudTrailEvent:
    statement = {"Effect": "Allow", "Principal": {"Federated": provider}, "Condition": condition}
    request = {"roleName": name, "policyDocument": json.dumps({"Statement": [statement]})}
    return cloudtrail_event("iam:UpdateAssumeRolePolicy", request=request)


ANY_REPOSITORY = updated(GITHUB, AUDIENCE)
UNCONDITIONAL = updated(GITHUB, None, None)
EVERY_SUBJECT = updated(GITHUB, {"StringLike": {f"{HOST}:sub": "*"}})
COGNITO = updated("cognito-identity.amazonaws.com", {})


def test_names_provider_and_role() -> None:
    assert role_trusts_any_federated_user(ANY_REPOSITORY) == [
        Violation(
            f"user alice lets every user of {HOST} assume the role Deployer",
            resource="Deployer",
            evidence={"providers": [GITHUB]},
        )
    ]
    assert_violates(role_trusts_any_federated_user, UNCONDITIONAL, resource=None)
    assert_violates(role_trusts_any_federated_user, EVERY_SUBJECT)
    assert_violates(role_trusts_any_federated_user, COGNITO)


@pytest.mark.parametrize(
    ("provider", "condition"),
    [
        (GITHUB, {**AUDIENCE, "StringLike": {f"{HOST}:sub": "repo:example/shop:*"}}),
        (GITHUB, {"ForAnyValue:StringLike": {f"{HOST}:repository_owner": ["example"]}}),
        ("cognito-identity.amazonaws.com", {"StringEquals": {"cognito-identity.amazonaws.com:aud": "pool"}}),
        ("arn:aws:iam::111122223333:oidc-provider/sso.example.com", None),
        ("arn:aws:iam::111122223333:saml-provider/Okta", None),
        (None, None),
    ],
)
def test_near_misses(provider: object, condition: object) -> None:
    assert_complies(role_trusts_any_federated_user, updated(provider, condition))


def test_a_new_role_has_its_policy_elsewhere() -> None:
    document = json.dumps({"Statement": {"Effect": "Allow", "Principal": {"Federated": GITHUB}}})

    for policy, check in ((document, assert_violates), ("{}", assert_complies)):
        request = {"roleName": "R", "assumeRolePolicyDocument": policy}
        check(role_trusts_any_federated_user, cloudtrail_event("iam:CreateRole", request=request))
