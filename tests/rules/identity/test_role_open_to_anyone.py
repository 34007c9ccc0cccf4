import json
from typing import Any
from urllib.parse import quote

import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.identity.role_open_to_anyone import role_open_to_anyone
from trailguard.testing import SampleItem, configuration_item

ARN = "arn:aws:iam::111122223333:role/Deployer"


def trust(principal: object, **more: object) -> dict[str, Any]:
    """Make a statement of a trust policy."""
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}


def policy(*statements: object) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def role(document: object) -> SampleItem:
    return configuration_item(
        "AWS::IAM::Role",
        {"arn": ARN, "roleName": "Deployer", "path": "/", "assumeRolePolicyDocument": document},
        region="global",
    )


def trusting(*statements: object) -> SampleItem:
    return role(quote(json.dumps(policy(*statements))))


ANYONE = trust({"AWS": "*"})
EXTERNAL_ID = trust("*", Condition={"StringEquals": {"sts:ExternalId": "42"}})

OPEN = trusting(trust({"Service": "ec2.amazonaws.com"}), ANYONE)
CLOSED = trusting(trust({"Service": "ec2.amazonaws.com"}))
NEAR_MISS = trusting(trust("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}))


def test_names_the_role_and_the_statements() -> None:
    assert role_open_to_anyone(OPEN) == [
        Violation(f"anyone may assume the role {ARN}", evidence={"statements": [ANYONE]})
    ]
    assert role_open_to_anyone.severity is Severity.CRITICAL


@pytest.mark.parametrize("document", [policy(ANYONE), json.dumps(policy(ANYONE))])
def test_the_document_need_not_be_url_encoded(document: object) -> None:
    assert len(role_open_to_anyone(role(document))) == 1


def test_says_that_the_conditions_are_none() -> None:
    (violation,) = role_open_to_anyone(trusting(ANYONE, EXTERNAL_ID))

    assert violation.reason == f"anyone may assume the role {ARN}, and its conditions do not say who"
    assert violation.evidence == {"statements": [ANYONE, EXTERNAL_ID]}


@pytest.mark.parametrize(
    "item",
    [
        CLOSED,
        NEAR_MISS,
        trusting(trust({"AWS": "arn:aws:iam::444455556666:root"})),
        trusting({**ANYONE, "Effect": "Deny"}),
        role(policy({**ANYONE, "Effect": "Deny"})),
        role(policy(trust({"AWS": "arn:aws:iam::444455556666:root"}))),
        trusting(),
        role(None),
    ],
    ids=[
        "service",
        "organisation",
        "one account",
        "deny",
        "deny, as object",
        "account, as object",
        "nothing",
        "null",
    ],
)
def test_other_roles_are_not_reported(item: ConfigurationItem) -> None:
    assert role_open_to_anyone(item) == []


@pytest.mark.parametrize(
    "document", ["not a policy", "%7B%22Statement%22%3A", "{}", "[]", '{"Statement": "x"}', 7]
)
def test_trust_policy_that_cannot_be_read_is_reported(document: object) -> None:
    """Nobody knows that it keeps strangers out."""
    (violation,) = role_open_to_anyone(role(document))

    assert violation.reason == "the role's trust policy cannot be read, so nobody knows whom it lets in"
