import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailguard.rules._policy import (
    accounts_let_in,
    administrative_statements,
    allowing_statements,
    is_administrative_policy,
    statements_for_anyone,
)

ORGANISATION = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["*", "Allow", "arn:*"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=3) | st.sampled_from(["AWS", "StringLike", "aws:userid", "aws:SourceArn"]),
            inner,
            max_size=3,
        )
    ),
)
STATEMENTS = st.dictionaries(
    st.sampled_from(["Effect", "Principal", "NotPrincipal", "Condition", "Action"]), JSON, max_size=5
)


def statement(principal: object = "*", condition: object = None, **more: object) -> dict[str, Any]:
    """Make a statement that allows the principal to assume a role."""
    made = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}
    return made if condition is None else {**made, "Condition": condition}


def is_open(made: object) -> bool:
    """Tell whether a policy of this one statement lets anyone in."""
    return bool(statements_for_anyone({"Version": "2012-10-17", "Statement": [made]}))


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        ["*"],
        {"AWS": "*"},
        {"AWS": ["arn:aws:iam::444455556666:root", "*"]},
        {"Federated": "*"},
        {"Service": "ec2.amazonaws.com", "AWS": "*"},
    ],
)
def test_principals_that_are_anyone(principal: object) -> None:
    assert is_open(statement(principal))


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": "arn:aws:iam::444455556666:root"},
        {"AWS": ["444455556666", "arn:aws:iam::111122223333:role/Deployer"]},
        {"Service": "ec2.amazonaws.com"},
        {"Service": "*"},
        {"CanonicalUser": "*"},
        {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
        {},
        [],
        "",
        None,
        7,
    ],
)
def test_principals_that_are_somebody_or_nobody(principal: object) -> None:
    assert not is_open(statement(principal))


def test_everybody_but_a_few_is_anyone() -> None:
    made = {
        "Effect": "Allow",
        "NotPrincipal": {"AWS": "arn:aws:iam::444455556666:root"},
        "Action": "sts:AssumeRole",
    }

    assert is_open(made)
    assert not is_open({**made, "NotPrincipal": "*"})
    assert not is_open({**made, "Effect": "Deny"})


@pytest.mark.parametrize("effect", ["Deny", "allow", "ALLOW", None, True, ["Allow"]])
def test_only_allow_allows(effect: object) -> None:
    """IAM takes the effect's case seriously."""
    assert not is_open(statement(Effect=effect))


@pytest.mark.parametrize(
    "condition",
    [
        ORGANISATION,
        {"StringEquals": {"AWS:principalorgid": "o-a1b2c3d4e5"}},  # keys have no case
        {"StringLike": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
        {"StringEqualsIgnoreCase": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
        {"StringEquals": {"aws:PrincipalAccount": "444455556666"}},
        {"StringEquals": {"aws:PrincipalAccount": 444455556666}},
        {"StringEquals": {"aws:PrincipalAccount": ["444455556666", "123456789012"]}},
        {"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}},
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/*"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/*"}},
        {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/Deployer"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::${aws:ResourceAccount}:role/*"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:orders"}},
        {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::amzn-s3-demo-bucket"}},
        {"StringLike": {"aws:userid": "AROAEXAMPLE:*"}},
        {"StringEquals": {"aws:SourceAccount": "111122223333"}},
        {"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}},
        {"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-a1b2c3d4e5/*"}},
        {"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
        {"StringEquals": {"aws:SourceVpc": "vpc-1a2b3c4d"}},
        {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}},
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}, **ORGANISATION},
        {"StringEquals": {"sts:ExternalId": "42", "aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    ],
)
def test_conditions_that_say_who(condition: object) -> None:
    assert not is_open(statement(condition=condition))


@pytest.mark.parametrize(
    "condition",
    [
        {},
        [],
        "StringEquals",
        {"StringEquals": "o-a1b2c3d4e5"},
        {"StringEquals": {}},
        {"StringEquals": {"aws:PrincipalOrgID": None}},
        {"StringEquals": {"aws:PrincipalOrgID": {"o-a1b2c3d4e5": True}}},
        # what callers set for themselves, or what is no secret
        {"StringEquals": {"sts:ExternalId": "42"}},
        {"StringEquals": {"sts:RoleSessionName": "alice"}},
        {"StringEquals": {"aws:username": "alice"}},
        {"StringEquals": {"aws:PrincipalTag/team": "platform"}},
        {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}},
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
        # operators that hold for strangers
        {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
        {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
        {"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}},
        {"ForAnyValue:StringNotLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}},
        {"Null": {"aws:PrincipalOrgID": "false"}},
        {"Bool": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/Deployer"}},
        {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        # values that fit strangers
        {"StringLike": {"aws:PrincipalOrgID": "*"}},
        {"StringLike": {"aws:PrincipalOrgID": "o-*"}},
        {"StringLike": {"aws:PrincipalAccount": "*"}},
        {"StringLike": {"aws:PrincipalAccount": "44445555666?"}},
        {"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalAccount}"}},
        {"StringEquals": {"aws:PrincipalAccount": ["444455556666", "*"]}},
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-*/r-ab12/*"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Deployer"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*"}},
        {"StringLike": {"aws:PrincipalArn": "arn:*:role/Deployer"}},
        {"StringLike": {"aws:PrincipalArn": "*:role/Deployer"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::${aws:PrincipalAccount}:role/Deployer"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}},
        {"StringLike": {"aws:userid": "*:deploy"}},
        {"StringLike": {"aws:userid": "AROA*"}},
        {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
        {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "::/0"]}},
    ],
)
def test_conditions_that_keep_nobody_out(condition: object) -> None:
    assert is_open(statement(condition=condition))


@pytest.mark.parametrize("spaces", [None, 2])
def test_documents_in_every_way_aws_writes_them(spaces: int | None) -> None:
    """An object, JSON, and JSON that is URL-encoded as IAM's responses have it."""
    document = {"Version": "2012-10-17", "Statement": statement()}
    written = json.dumps(document, indent=spaces)

    for way in (document, written, quote(written), quote(written).replace("%20", "+")):
        assert statements_for_anyone(way) == [statement()]


def test_gives_the_open_statements_only() -> None:
    opened, closed = statement(Sid="open"), statement({"Service": "ec2.amazonaws.com"}, Sid="closed")

    assert statements_for_anyone({"Statement": [closed, opened, "nonsense", None]}) == [opened]


@pytest.mark.parametrize(
    "document",
    [
        None,
        "",
        "HIDDEN_DUE_TO_SECURITY_REASONS",
        '{"Statement": [{"Effect": "Allow", "Principal": "*"',
        "[" * 100_000,
        "%7B%zz",
        "7",
        "\ud800%7B",
        [],
        7,
        {},
        {"Statement": None},
        {"Statement": "*"},
    ],
)
def test_what_is_no_policy_lets_nobody_in(document: object) -> None:
    assert statements_for_anyone(document) == []


@given(JSON | st.builds(lambda made: {"Statement": made}, st.lists(STATEMENTS, max_size=3) | JSON))
def test_any_json_is_judged(document: object) -> None:
    """No JSON value raises, and a document is judged as its text is."""
    assert len(statements_for_anyone(json.dumps(document))) == len(
        statements_for_anyone(document) if isinstance(document, dict) else []
    )


@given(STATEMENTS)
def test_a_deny_never_opens(made: dict[str, object]) -> None:
    assert not is_open({**made, "Effect": "Deny"})


@given(JSON)
def test_a_named_organisation_keeps_strangers_out_whatever_else_is_asked(condition: object) -> None:
    """Conditions are joined by "and": one that says who is enough."""
    others = condition if isinstance(condition, dict) else {}

    assert not is_open(statement(condition={**others, **ORGANISATION}))


@pytest.mark.parametrize(
    ("principal", "accounts"),
    [
        ({"AWS": "444455556666"}, ["444455556666"]),
        ({"AWS": "arn:aws:iam::444455556666:root"}, ["444455556666"]),
        (
            {"AWS": ["arn:aws:iam::444455556666:user/eve", "arn:aws-cn:iam::444455556666:root"]},
            ["444455556666"],
        ),
        ({"AWS": "arn:aws:sts::444455556666:assumed-role/Role/session"}, ["444455556666"]),
        (
            {"AWS": ["111122223333", "444455556666"], "Service": "ec2.amazonaws.com"},
            ["111122223333", "444455556666"],
        ),
        ("*", []),
        ({"AWS": "*"}, []),
        (
            {
                "AWS": [
                    "AIDAEXAMPLE",
                    None,
                    7,
                    "arn:aws:iam::cloudfront:user/Origin",
                    "arn:aws:iam::44445555666:root",
                ]
            },
            [],
        ),
        ({"Service": "444455556666"}, []),
        ({"Federated": "arn:aws:iam::444455556666:saml-provider/Okta"}, []),
        ("444455556666", []),
        (None, []),
    ],
)
def test_accounts_that_a_policy_lets_in(principal: object, accounts: list[str]) -> None:
    assert accounts_let_in({"Statement": [statement(principal)]}) == accounts
    assert accounts_let_in({"Statement": statement(principal, {"StringEquals": {"a": "b"}})}) == accounts
    assert accounts_let_in({"Statement": [statement(principal, Effect="Deny")]}) == []


EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"Action": "*:*"},
        {"Action": "iam:*"},
        {"Action": "IAM:*"},
        {"Action": ["s3:GetObject", "*"]},
        {"Resource": ["arn:aws:s3:::bucket", "*"]},
        {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
    ],
)
def test_statements_of_administrators(changes: dict[str, object]) -> None:
    made = {**EVERYTHING, **changes}

    assert administrative_statements(json.dumps({"Statement": made})) == [made]


@pytest.mark.parametrize(
    "changes",
    [
        {"Effect": "Deny"},
        {"Action": "s3:*"},
        {"Action": "iam:Get*"},
        {"Action": None},
        {"Resource": "arn:aws:s3:::bucket"},
        {"Resource": None},
        {"NotAction": ["iam:*", "organizations:*"]},
        {"NotAction": "*"},
    ],
)
def test_statements_of_others(changes: dict[str, object]) -> None:
    assert administrative_statements({"Statement": [{**EVERYTHING, **changes}]}) == []


def test_all_but_some_is_everything_if_iam_is_not_spared() -> None:
    spared = {"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": "*"}

    assert administrative_statements({"Statement": [spared]}) == [spared]


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        ("arn:aws:iam::aws:policy/AdministratorAccess", True),
        ("arn:aws-us-gov:iam::aws:policy/AdministratorAccess", True),
        ("arn:aws:iam::aws:policy/IAMFullAccess", True),
        ("arn:aws:iam::aws:policy/AdministratorAccess-Amplify", False),
        ("arn:aws:iam::111122223333:policy/AdministratorAccess", False),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", False),
        ("AdministratorAccess", False),
        (None, False),
    ],
)
def test_policies_of_aws_for_administrators(arn: object, *, expected: bool) -> None:
    assert is_administrative_policy(arn) is expected


@given(st.lists(STATEMENTS) | JSON)
def test_odd_policies_give_nothing_away_and_raise_nothing(statements: object) -> None:
    document = {"Statement": statements}

    assert all(one.get("Effect") == "Allow" for one in allowing_statements(document))
    assert all(len(one) == 12 for one in accounts_let_in(document))
    assert all(one in allowing_statements(document) for one in administrative_statements(document))
