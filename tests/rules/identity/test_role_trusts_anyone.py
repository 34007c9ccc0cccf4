import json
from typing import Any
from urllib.parse import quote

import pytest

from trailguard import CloudTrailEvent, Match, Severity, Violation
from trailguard.rules.identity.role_trusts_anyone import role_trusts_anyone
from trailguard.testing import cloudtrail_event

ARN = "arn:aws:iam::111122223333:role/Reporter"


def trust(principal: object, **more: object) -> dict[str, Any]:
    """Make a statement of a trust policy."""
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}


def policy(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=2)


def created(document: str, *, asked: object = None) -> CloudTrailEvent:
    """Make a CreateRole; the response has the document URL-encoded."""
    return cloudtrail_event(
        "iam:CreateRole",
        request={"roleName": "Reporter", "assumeRolePolicyDocument": document if asked is None else asked},
        response={"role": {"roleName": "Reporter", "arn": ARN, "assumeRolePolicyDocument": quote(document)}},
    )


def updated(document: str) -> CloudTrailEvent:
    return cloudtrail_event(
        "iam:UpdateAssumeRolePolicy", request={"roleName": "Reporter", "policyDocument": document}
    )


ANYONE = trust({"AWS": "*"})
EXTERNAL_ID = trust("*", Condition={"StringEquals": {"sts:ExternalId": "42"}})
CREATED = created(policy(trust({"Service": "ec2.amazonaws.com"}), ANYONE))
UPDATED = updated(policy(ANYONE))


def test_names_the_role_by_its_arn_where_the_response_has_it() -> None:
    assert role_trusts_anyone(CREATED) == [
        Violation(
            f"user alice lets anyone assume the role {ARN}", resource=ARN, evidence={"statements": [ANYONE]}
        )
    ]


def test_names_the_role_by_its_name_elsewhere() -> None:
    """UpdateAssumeRolePolicy has no response."""
    assert role_trusts_anyone(UPDATED) == [
        Violation(
            "user alice lets anyone assume the role Reporter",
            resource="Reporter",
            evidence={"statements": [ANYONE]},
        )
    ]


def test_the_response_has_the_document_too() -> None:
    """In case that the request lacks it."""
    (violation,) = role_trusts_anyone(created(policy(ANYONE), asked=""))

    assert violation.evidence == {"statements": [ANYONE]}


def test_says_that_the_conditions_are_none() -> None:
    (violation,) = role_trusts_anyone(updated(policy(EXTERNAL_ID)))

    assert (
        violation.reason
        == "user alice lets anyone assume the role Reporter, and its conditions do not say who"
    )


def test_one_violation_however_many_statements() -> None:
    (violation,) = role_trusts_anyone(updated(policy(ANYONE, EXTERNAL_ID)))

    assert violation.evidence == {"statements": [ANYONE, EXTERNAL_ID]}


@pytest.mark.parametrize(
    "document",
    [
        policy(trust({"Service": "ec2.amazonaws.com"})),
        policy(trust({"AWS": "arn:aws:iam::444455556666:root"})),
        policy(trust("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}})),
        policy({**ANYONE, "Effect": "Deny"}),
        policy(),
        "not a policy",
    ],
)
def test_near_misses(document: str) -> None:
    assert role_trusts_anyone(created(document)) == []
    assert role_trusts_anyone(updated(document)) == []


def test_the_rule_says_that_an_external_id_is_no_secret() -> None:
    """Whoever reads the rule's page learns why their condition did not count."""
    assert "sts:ExternalId" in role_trusts_anyone.documentation


def test_listens_to_calls_that_went_through() -> None:
    assert role_trusts_anyone.matches() == (
        Match("iam:CreateRole", "iam:UpdateAssumeRolePolicy", outcome="success"),
    )
    assert role_trusts_anyone.severity is Severity.CRITICAL


def test_a_response_that_says_something_else() -> None:
    assert role_trusts_anyone(created(policy(trust({"Service": "ec2.amazonaws.com"})), asked="")) == []
