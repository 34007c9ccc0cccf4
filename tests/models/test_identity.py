from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from trailguard.models.identity import Actor, UserIdentity
from trailguard.testing import (
    assumed_role,
    aws_account,
    aws_service,
    federated_user,
    iam_user,
    identity_center_role,
    identity_center_user,
    root,
    saml_user,
    service_event,
    web_identity_user,
)

ACCOUNT = "111122223333"
HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"  # a sign-in with a user name that does not exist
ISSUER = {"type": "Role", "arn": f"arn:aws:iam::{ACCOUNT}:role/ops/Deployer", "userName": "Deployer"}


def actor_of(identity: dict[str, Any] | None) -> Actor:
    return Actor.of(None if identity is None else UserIdentity.model_validate(identity))


def without(identity: dict[str, Any], *fields: str) -> dict[str, Any]:
    return {field: value for field, value in identity.items() if field not in fields}


@pytest.mark.parametrize(
    ("identity", "told"),
    [
        (root(), f"root of {ACCOUNT}"),
        (without(root(), "accountId"), "root"),
        (iam_user("bob"), "user bob"),
        (assumed_role("Deployer", "ci-1"), "role Deployer (session ci-1)"),
        ({"type": "Role", "arn": f"arn:aws:iam::{ACCOUNT}:role/ops/Deployer"}, "role Deployer"),
        (federated_user("dave"), "user dave"),
        (saml_user("erin@example.com"), "user erin@example.com"),
        (web_identity_user("repo:a/b"), "user repo:a/b"),
        (identity_center_user("some-id"), "user some-id"),
        (aws_account(), "account 444455556666"),
        (aws_service("lambda.amazonaws.com"), "lambda.amazonaws.com"),
        (service_event("ec2.amazonaws.com"), "ec2.amazonaws.com"),
        ({"type": "Directory", "userName": "frank"}, "user frank"),
        ({"type": "Unknown", "principalId": "x-1"}, "x-1"),
        ({"type": "SomethingNew", "arn": "arn:aws:new::1"}, "user arn:aws:new::1"),
        ({}, "unknown"),
        (None, "unknown"),
    ],
)
def test_everybody_can_be_named_in_a_sentence(identity: dict[str, Any] | None, told: str) -> None:
    assert str(actor_of(identity)) == told


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        (root(), {"type": "Root", "name": "root", "account_id": ACCOUNT, "user_name": None}),
        (root() | {"userName": "alias"}, {"name": "root", "user_name": "alias"}),
        (iam_user("bob"), {"type": "IAMUser", "name": "bob", "user_name": "bob", "role_name": None}),
        (without(iam_user("bob"), "userName"), {"name": "bob", "user_name": "bob"}),
        (
            {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/team/bob"},
            {"name": "bob", "user_name": "bob"},
        ),
        (
            {"type": "IAMUser", "accountId": ACCOUNT, "accessKeyId": "", "userName": HIDDEN},
            {"name": HIDDEN, "arn": None, "access_key_id": None},
        ),
        (federated_user("dave"), {"type": "FederatedUser", "name": "dave", "user_name": "dave"}),
        (without(saml_user("erin"), "userName"), {"type": "SAMLUser", "user_name": None}),
        (identity_center_user("some-id"), {"name": "some-id", "user_name": "some-id", "arn": None}),
        (without(identity_center_user(), "onBehalfOf"), {"type": "IdentityCenterUser", "name": ACCOUNT}),
        (aws_account(), {"type": "AWSAccount", "name": "444455556666", "account_id": "444455556666"}),
        (without(aws_account(), "principalId"), {"name": "444455556666"}),
        (aws_service(), {"type": "AWSService", "name": "autoscaling.amazonaws.com", "account_id": None}),
        ({"type": "AWSService"}, {"type": "AWSService", "name": "an AWS service", "service": None}),
        (service_event(), {"type": "AWSService", "name": "ec2.amazonaws.com", "account_id": ACCOUNT}),
        ({"accountId": ACCOUNT}, {"type": "Unknown", "name": ACCOUNT}),
        ({"type": ""}, {"type": "Unknown", "name": "unknown"}),
    ],
)
def test_actor_is_who_the_identity_says(identity: dict[str, Any], expected: dict[str, Any]) -> None:
    found = actor_of(identity)

    assert {field: getattr(found, field) for field in expected} == expected


@pytest.mark.parametrize(
    ("identity", "role", "session"),
    [
        (assumed_role("Deployer", "ci-1"), "Deployer", "ci-1"),
        (assumed_role("ops/Deployer", "ci-1"), "Deployer", "ci-1"),
        (assumed_role("Deployer", "i-0abc"), "Deployer", "i-0abc"),
        (without(assumed_role("Deployer", "ci-1"), "arn"), "Deployer", "ci-1"),
        (without(assumed_role("Deployer", "ci-1"), "principalId"), "Deployer", "ci-1"),
        (without(assumed_role("Deployer", "ci-1"), "sessionContext"), "Deployer", "ci-1"),
        (assumed_role("Deployer", "ci-1") | {"sessionContext": {"sessionIssuer": {}}}, "Deployer", "ci-1"),
        (assumed_role("Deployer", "ci-1") | {"sessionContext": {"sessionIssuer": None}}, "Deployer", "ci-1"),
        ({"type": "AssumedRole", "sessionContext": {"sessionIssuer": ISSUER}}, "Deployer", None),
        ({"type": "AssumedRole", "principalId": "AROAEXAMPLE:ci-1"}, None, "ci-1"),
        ({"type": "AssumedRole", "principalId": "AROAEXAMPLE"}, None, None),
        ({"type": "AssumedRole", "arn": "odd"}, None, None),
        ({"type": "AssumedRole"}, None, None),
        ({"type": "Role", "arn": f"arn:aws:iam::{ACCOUNT}:role/ops/Deployer"}, "Deployer", None),
    ],
)
def test_role_and_session_are_told_apart(
    identity: dict[str, Any], role: str | None, session: str | None
) -> None:
    """The role is not the person: people want both, and either may have to be read off elsewhere."""
    found = actor_of(identity)

    assert (found.role_name, found.session_name) == (role, session)
    assert found.user_name is None or role is None
    assert found.name


@pytest.mark.parametrize(
    "identity", [iam_user(), federated_user(), root(), aws_service(), identity_center_user()]
)
def test_nobody_else_has_a_role(identity: dict[str, Any]) -> None:
    """A federated user's session issuer is a user, and that is not who acted."""
    found = actor_of(identity)

    assert (found.role_name, found.session_name) == (None, None)


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        ({"type": "AssumedRole", "arn": "odd"}, "odd"),
        ({"type": "AssumedRole", "principalId": "AROAEXAMPLE:ci-1"}, "AROAEXAMPLE:ci-1"),
        ({"type": "AssumedRole", "accountId": ACCOUNT}, ACCOUNT),
        ({"type": "AssumedRole", "invokedBy": "ec2.amazonaws.com"}, "ec2.amazonaws.com"),
        ({"type": "AssumedRole"}, "unknown"),
        ({"type": "IAMUser", "principalId": "AIDAEXAMPLE"}, "AIDAEXAMPLE"),
        ({"type": "AWSAccount", "accountId": ACCOUNT, "principalId": "AIDAEXAMPLE"}, ACCOUNT),
        ({"type": "Directory"}, "unknown"),
    ],
)
def test_name_falls_back_on_whatever_there_is(identity: dict[str, Any], name: str) -> None:
    """There is always an answer, and the most telling one."""
    assert actor_of(identity).name == name


@pytest.mark.parametrize(
    "before",
    [
        {"type": "Unknown", "principalId": "some-id", "userName": "carol@example.com"},
        {"type": "Unknown", "userName": "carol@example.com", "onBehalfOf": {"userId": "some-id"}},
    ],
)
def test_identity_center_before_and_after_it_dropped_names(before: dict[str, Any]) -> None:
    """In 2025 its users lost their name and got a type; both kinds of record are somebody's."""
    assert actor_of(before).name == "carol@example.com"
    assert actor_of(identity_center_user("some-id")).name == "some-id"


@pytest.mark.parametrize(
    ("identity", "is_so"),
    [
        (identity_center_user(), True),
        (identity_center_role(), True),
        (assumed_role("AWSReservedSSO_Admin_0123456789abcdef"), True),
        (assumed_role("Deployer", "AWSReservedSSO_Admin"), False),
        (assumed_role("MyAWSReservedSSO_Admin"), False),
        (iam_user("AWSReservedSSO_Admin"), False),
        (saml_user(), False),
    ],
)
def test_people_of_identity_center_are_known_by_type_or_role(
    identity: dict[str, Any], *, is_so: bool
) -> None:
    """Never by what the caller chose, such as a session's or a user's name."""
    assert actor_of(identity).is_identity_center is is_so


def assume_root(said: Any) -> dict[str, Any]:
    return {
        "type": "Root",
        "accountId": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:root",
        "sessionContext": {"attributes": {"mfaAuthenticated": "false"}, "assumedRoot": said},
    }


@pytest.mark.parametrize(
    ("said", "expected"), [(True, True), ("true", True), (False, False), ("false", False), (None, False)]
)
def test_assumed_root_can_be_told_from_the_real_one(said: Any, *, expected: bool) -> None:
    """A central team's session is no reason for a root alarm; a rule may leave it out."""
    found = actor_of(assume_root(said))

    assert found.assumed_root is expected
    assert found.is_root


@pytest.mark.parametrize(
    ("identity", "is_root"),
    [
        (root(), True),
        (assumed_role() | {"sessionContext": {"assumedRoot": True}}, True),
        (assumed_role("root", "root"), False),
        (iam_user("root"), False),
        (federated_user("root"), False),
        (None, False),
    ],
)
def test_root_is_no_name(identity: dict[str, Any] | None, *, is_root: bool) -> None:
    assert actor_of(identity).is_root is is_root


@pytest.mark.parametrize(
    ("identity", "service"),
    [
        (aws_service("lambda.amazonaws.com"), "lambda.amazonaws.com"),
        (service_event("ec2.amazonaws.com"), "ec2.amazonaws.com"),
        (assumed_role() | {"invokedBy": "cloudformation.amazonaws.com"}, "cloudformation.amazonaws.com"),
        (iam_user() | {"invokedBy": "AWS Internal"}, "AWS Internal"),
    ],
)
def test_service_acts_for_itself_or_for_somebody(identity: dict[str, Any], service: str) -> None:
    found = actor_of(identity)

    assert found.is_service
    assert found.service == service


@pytest.mark.parametrize("identity", [iam_user(), assumed_role("lambda.amazonaws.com"), root(), {}, None])
def test_others_are_no_service(identity: dict[str, Any] | None) -> None:
    found = actor_of(identity)

    assert not found.is_service
    assert found.service is None


def test_service_acting_for_somebody_leaves_them_their_name() -> None:
    """CloudFormation called, but alice asked it to."""
    assert actor_of(iam_user("alice") | {"invokedBy": "cloudformation.amazonaws.com"}).name == "alice"


@pytest.mark.parametrize(
    "odd",
    [
        {"sessionContext": {"sessionIssuer": {}, "webIdFederationData": {}, "attributes": {}}},
        {"sessionContext": {"webIdFederationData": {"federatedProvider": "x", "attributes": {}}}},
        {"sessionContext": {"attributes": {"creationDate": "20131102T010628Z", "mfaAuthenticated": "false"}}},
        {
            "sessionContext": {
                "sourceIdentity": "carol",
                "ec2RoleDelivery": "2.0",
                "signInSessionArn": "arn:x",
            }
        },
        {"inScopeOf": {}, "invokedByDelegate": {"accountId": ACCOUNT}},
        {"inScopeOf": None, "somethingNew": [1, {"a": None}]},
        {"accountId": 111122223333, "principalId": 7},
    ],
)
def test_odd_but_real_identities_are_read(odd: dict[str, Any]) -> None:
    """Empty objects, basic dates, numbers for texts, fields from tomorrow."""
    assert actor_of(iam_user("bob") | odd).name == "bob"


def test_unmodelled_parts_stay_in_reach() -> None:
    identity = UserIdentity.model_validate(iam_user() | {"invokedByDelegate": {"accountId": ACCOUNT}})

    assert (identity.model_extra or {})["invokedByDelegate"] == {"accountId": ACCOUNT}


@pytest.mark.parametrize("odd", ["secret", 7, ["secret"], {"sessionContext": "secret"}, {"arn": ["secret"]}])
def test_what_is_no_identity_is_a_mistake_without_its_value(odd: Any) -> None:
    with pytest.raises(ValidationError) as mistake:
        UserIdentity.model_validate(odd)

    assert "secret" not in str(mistake.value)


def test_actors_are_frozen_values() -> None:
    assert actor_of(iam_user("bob")) == actor_of(iam_user("bob")) != actor_of(iam_user("eve"))
    with pytest.raises(AttributeError):
        actor_of(root()).type = "IAMUser"  # type: ignore[misc]


FIELDS = ["type", "principalId", "arn", "accountId", "accessKeyId", "userName", "invokedBy"]
TYPES = ["Root", "IAMUser", "AssumedRole", "Role", "FederatedUser", "AWSAccount", "AWSService", "Unknown"]
PARTS = (
    st.none()
    | st.sampled_from([*TYPES, "", ":", "/", "arn:aws:sts::1:assumed-role/R/s"])
    | st.text(max_size=8)
)
ISSUERS = st.dictionaries(st.sampled_from(["userName", "arn"]), PARTS)


@settings(max_examples=100)
@given(
    st.dictionaries(st.sampled_from(FIELDS), PARTS),
    st.sampled_from([*TYPES, "IdentityCenterUser", "SomethingNew", None]),
    st.none() | st.fixed_dictionaries({"sessionIssuer": ISSUERS}),
)
def test_there_is_always_a_name(
    parts: dict[str, Any], kind: str | None, session: dict[str, Any] | None
) -> None:
    """Whatever is missing, empty or odd."""
    found = actor_of(parts | {"type": kind, "sessionContext": session})

    assert found.name
    assert found.type
    assert str(found)
