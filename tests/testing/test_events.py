from __future__ import annotations

import gzip
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailguard import testing
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.testing import (
    DEFAULT_TIME,
    assumed_role,
    aws_account,
    aws_service,
    cloudtrail_event,
    federated_user,
    iam_user,
    identity_center_role,
    identity_center_user,
    log_file,
    root,
    saml_user,
    service_event,
    web_identity_user,
)

ACTORS = {
    "Root": root(),
    "IAMUser": iam_user(),
    "AssumedRole": assumed_role(),
    "an Identity Center role": identity_center_role(),
    "IdentityCenterUser": identity_center_user(),
    "FederatedUser": federated_user(),
    "SAMLUser": saml_user(),
    "WebIdentityUser": web_identity_user(),
    "AWSAccount": aws_account(),
    "AWSService": aws_service(),
    "no type": service_event(),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
JSON_OBJECT = st.dictionaries(st.text(max_size=8), JSON, max_size=4)
ARGUMENTS = st.fixed_dictionaries(
    {"action": st.sampled_from(["ec2:RunInstances", "iam:GetUser", "signin:ConsoleLogin", "s3:PutObject"])},
    optional={
        "actor": st.sampled_from(list(ACTORS.values())),
        "request": JSON_OBJECT,
        "error": st.sampled_from(["AccessDenied", "Client.InvalidVpcID.NotFound"]),
        "source_ip": st.ip_addresses().map(str),
        "region": st.sampled_from(["us-east-1", "eu-west-1"]),
        "account_id": st.sampled_from(["111122223333", "123456789012"]),
        "time": st.datetimes(datetime(2013, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001  # naive is allowed
        "vpcEndpointId": st.text(max_size=8),
    },
)


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (root(), {"type": "Root", "name": "root", "is_root": True, "account_id": "111122223333"}),
        (iam_user("bob"), {"type": "IAMUser", "name": "bob", "user_name": "bob", "is_root": False}),
        (
            assumed_role("Deployer", "ci-1"),
            {"type": "AssumedRole", "name": "Deployer", "role_name": "Deployer", "session_name": "ci-1"},
        ),
        (
            assumed_role("service-role/Reporter", "x"),
            {"role_name": "Reporter", "arn": "arn:aws:sts::111122223333:assumed-role/Reporter/x"},
        ),
        (
            identity_center_role("carol@example.com"),
            {"type": "AssumedRole", "session_name": "carol@example.com", "is_identity_center": True},
        ),
        (
            identity_center_user("some-user-id"),
            {"type": "IdentityCenterUser", "name": "some-user-id", "is_identity_center": True},
        ),
        (federated_user("dave"), {"type": "FederatedUser", "name": "dave", "is_identity_center": False}),
        (saml_user("erin@example.com"), {"type": "SAMLUser", "name": "erin@example.com"}),
        (web_identity_user("repo:a/b"), {"type": "WebIdentityUser", "name": "repo:a/b"}),
        (aws_account(), {"type": "AWSAccount", "name": "444455556666", "account_id": "444455556666"}),
        (
            aws_service("autoscaling.amazonaws.com"),
            {"type": "AWSService", "name": "autoscaling.amazonaws.com", "is_service": True},
        ),
        (service_event("ec2.amazonaws.com"), {"name": "ec2.amazonaws.com", "is_service": True}),
    ],
)
def test_actor_is_who_the_builder_says(actor: dict[str, Any], expected: dict[str, object]) -> None:
    """Each builder's identity is understood as the person, role or service it names."""
    found = cloudtrail_event("ec2:RunInstances", actor=actor).actor

    assert {field: getattr(found, field) for field in expected} == expected


def test_builders_take_the_account() -> None:
    """Whoever has an account in their identity can be put into another one."""
    builders = [root, iam_user, assumed_role, identity_center_role, identity_center_user, federated_user]
    builders += [aws_account, aws_service, service_event]
    account = "123456789012"

    assert [build(account_id=account)["accountId"] for build in builders] == [account] * len(builders)
    assert all("111122223333" not in json.dumps(build(account_id=account)) for build in builders)
    assert account in web_identity_user(account_id=account)["identityProvider"]
    assert saml_user(account_id=account)["identityProvider"] != saml_user()["identityProvider"]


def test_ids_have_the_length_and_alphabet_of_aws() -> None:
    """Keys are 20 characters long, other ids 21, and all are marked as examples."""
    user, session = iam_user(), assumed_role(session="s")

    assert len(user["accessKeyId"]) == len(session["accessKeyId"]) == 20
    assert len(user["principalId"]) == len(session["principalId"].removesuffix(":s")) == 21
    assert user["accessKeyId"].endswith("EXAMPLE")


def test_default_event_is_complete() -> None:
    """An action alone makes a record with every field that AWS says is always there."""
    event = cloudtrail_event("ec2:RunInstances")

    assert event.action == "ec2:RunInstances"
    assert event.actor.name == "alice"
    assert event.event_time == DEFAULT_TIME
    assert str(event.source_ip) == "198.51.100.7"
    assert event.succeeded
    assert event.mfa is None
    assert set(event.raw) == {
        "eventVersion",
        "userIdentity",
        "eventTime",
        "eventSource",
        "eventName",
        "awsRegion",
        "sourceIPAddress",
        "userAgent",
        "requestParameters",
        "responseElements",
        "requestID",
        "eventID",
        "readOnly",
        "eventType",
        "managementEvent",
        "recipientAccountId",
        "eventCategory",
        "tlsDetails",
    }


@given(ARGUMENTS)
def test_same_arguments_same_record(arguments: dict[str, Any]) -> None:
    """Nothing comes from the clock or from chance, and every record is a valid one."""
    event, again = cloudtrail_event(**arguments), cloudtrail_event(**arguments)

    assert event.raw == again.raw
    assert CloudTrailEvent.model_validate_json(json.dumps(event.raw)) == event
    assert event.event_id


@given(ARGUMENTS, ARGUMENTS)
def test_different_records_different_ids(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Two records share their ids only if they say the same."""
    first, second = cloudtrail_event(**one), cloudtrail_event(**other)

    assert (first.event_id == second.event_id) == (first.raw == second.raw)


@pytest.mark.parametrize(
    "change",
    [
        {"action": "ec2:StopInstances"},
        {"actor": root()},
        {"request": {"a": 1}},
        {"response": {"a": 1}},
        {"error": "AccessDenied"},
        {"mfa": True},
        {"source_ip": "192.0.2.1"},
        {"region": "eu-west-1"},
        {"account_id": "123456789012"},
        {"time": DEFAULT_TIME + timedelta(seconds=1)},
        {"vpcEndpointId": "vpce-1"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_argument_counts(change: dict[str, Any]) -> None:
    """A change of any argument is another event, with another request."""
    default = cloudtrail_event("ec2:RunInstances")
    changed = cloudtrail_event(**{"action": "ec2:RunInstances", **change})

    assert changed.event_id != default.event_id
    assert changed.request_id != default.request_id


def test_request_and_response_are_kept_as_they_are() -> None:
    """What the caller hands in comes out in AWS's spelling, and stays the caller's own."""
    request: dict[str, Any] = {"ipPermissions": {"items": []}}
    event = cloudtrail_event("ec2:X", request=request, response={"_return": True}, actor=iam_user())
    request["ipPermissions"]["items"].append("later")

    assert event.raw["requestParameters"] == {"ipPermissions": {"items": []}}
    assert event.response_elements == {"_return": True}


def test_denied_call() -> None:
    """A failed call has code and message, and null for a response."""
    event = cloudtrail_event("iam:ListUsers", error="AccessDenied")

    assert not event.succeeded
    assert event.raw["responseElements"] is None
    assert event.error_code == "AccessDenied"
    assert event.error_message == (
        "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: iam:ListUsers"
    )


def test_failed_call_has_no_response() -> None:
    """A response and an error exclude each other."""
    with pytest.raises(ValueError, match="no response of a failed call"):
        cloudtrail_event("ec2:DeleteVpc", error="Client.DependencyViolation", response={})


def test_message_of_an_error_can_be_said() -> None:
    """The message is the caller's to choose."""
    event = cloudtrail_event("ec2:DeleteVpc", error="Client.DependencyViolation", errorMessage="in use")

    assert event.error_message == "in use"


@pytest.mark.parametrize("mfa", [True, False])
@pytest.mark.parametrize("actor", [root(), iam_user(), assumed_role(), identity_center_role()])
@pytest.mark.parametrize("action", ["ec2:RunInstances", "signin:ConsoleLogin"])
def test_mfa(action: str, actor: dict[str, Any], *, mfa: bool) -> None:
    """Whether there was MFA is said where AWS says it."""
    event = cloudtrail_event(action, actor=actor, mfa=mfa)

    assert event.mfa is mfa


def test_mfa_is_text() -> None:
    """AWS writes the truth as text here, and a session has a beginning."""
    event = cloudtrail_event("ec2:RunInstances", mfa=True, time=datetime(2026, 3, 2, 4, 30, tzinfo=UTC))

    assert event.raw["userIdentity"]["sessionContext"] == {
        "attributes": {"creationDate": "2026-03-02T04:00:00Z", "mfaAuthenticated": "true"}
    }


def test_builder_is_not_changed_by_mfa() -> None:
    """One actor can be used for several events."""
    actor = assumed_role()
    cloudtrail_event("ec2:RunInstances", actor=actor, mfa=True)

    assert actor == assumed_role()


def test_console_sign_in() -> None:
    """A sign-in has its own type, fields and browser, and neither request id nor access key."""
    event = cloudtrail_event("signin:ConsoleLogin", actor=root())

    assert event.succeeded
    assert event.event_type == "AwsConsoleSignIn"
    assert event.event_source == "signin.amazonaws.com"
    assert event.response_elements == {"ConsoleLogin": "Success"}
    assert event.additional_event_data["MFAUsed"] == "No"
    assert "requestID" not in event.raw
    assert "accessKeyId" not in cloudtrail_event("signin:ConsoleLogin").raw["userIdentity"]


def test_failed_console_sign_in() -> None:
    """A failed sign-in has a message but no code, as AWS writes it."""
    event = cloudtrail_event("signin:ConsoleLogin", error="Failed authentication")

    assert not event.succeeded
    assert event.response_elements == {"ConsoleLogin": "Failure"}
    assert event.error_message == "Failed authentication"
    assert "errorCode" not in event.raw


@pytest.mark.parametrize("actor", [aws_service("ec2.amazonaws.com"), service_event("ec2.amazonaws.com")])
def test_service_calls_from_itself(actor: dict[str, Any]) -> None:
    """Where a service calls, its name stands for address and user agent, and there is no TLS."""
    event = cloudtrail_event("ec2:RunInstances", actor=actor)

    assert event.source_ip_address == event.user_agent == "ec2.amazonaws.com"
    assert "tlsDetails" not in event.raw
    assert cloudtrail_event("ec2:RunInstances", actor=actor, source_ip="192.0.2.1").source_ip is not None


def test_identity_without_type_is_a_service_event() -> None:
    """Identities without a type come with service events, and with nothing else."""
    assert cloudtrail_event("kms:RotateKey", actor=service_event()).event_type == "AwsServiceEvent"
    assert cloudtrail_event("kms:RotateKey", actor=aws_service()).event_type == "AwsApiCall"


@pytest.mark.parametrize(
    ("action", "read_only"),
    [
        ("ec2:DescribeInstances", True),
        ("sts:GetCallerIdentity", True),
        ("cloudtrail:LookupEvents", True),
        ("s3:HeadBucket", True),
        ("kms:Decrypt", True),
        ("ec2:RunInstances", False),
        ("signin:ConsoleLogin", False),
        ("iam:CreateUser", False),
    ],
)
def test_read_only_follows_the_verb(action: str, *, read_only: bool) -> None:
    """Reads are told by their verb."""
    assert cloudtrail_event(action).read_only is read_only


def test_data_events() -> None:
    """Access to objects and functions is a data event."""
    event = cloudtrail_event("s3:GetObject")

    assert (event.event_category, event.management_event) == ("Data", False)


def test_cloudwatch_logs_as_monitoring() -> None:
    """CloudWatch is the one service whose name in IAM is not its event source."""
    event = cloudtrail_event("cloudwatch:PutMetricAlarm")

    assert event.event_source == "monitoring.amazonaws.com"


def test_account() -> None:
    """The account is the event's and, unless an actor is given, the caller's."""
    event = cloudtrail_event("ec2:RunInstances", account_id="123456789012")
    crossing = cloudtrail_event("ec2:RunInstances", account_id="123456789012", actor=aws_account())

    assert event.account_id == event.actor.account_id == "123456789012"
    assert (crossing.account_id, crossing.actor.account_id) == ("123456789012", "444455556666")


def test_times_are_utc() -> None:
    """Times are written in UTC and whole seconds; one without a zone is taken as UTC."""
    in_berlin = datetime(2026, 3, 2, 10, 0, 0, 999, tzinfo=timezone(timedelta(hours=1)))
    naive = datetime(2026, 3, 2, 9)  # noqa: DTZ001  # what is tested

    assert cloudtrail_event("ec2:X", time=in_berlin).raw["eventTime"] == "2026-03-02T09:00:00Z"
    assert cloudtrail_event("ec2:X", time=naive).event_time == DEFAULT_TIME


def test_more_fields() -> None:
    """Any other field can be set, replaced, or made null."""
    event = cloudtrail_event(
        "ec2:X", vpcEndpointId="vpce-1", userAgent="[curl]", tlsDetails=None, eventID="e1"
    )

    assert event.vpc_endpoint_id == "vpce-1"
    assert event.user_agent == "[curl]"
    assert event.raw["tlsDetails"] is None
    assert event.event_id == "e1"


def test_misspelt_argument() -> None:
    """A name that AWS would not write is a mistake, not a field."""
    with pytest.raises(TypeError, match="'user_agent' is no argument"):
        cloudtrail_event("ec2:X", user_agent="curl")


@pytest.mark.parametrize(
    "action", ["RunInstances", "ec2", "ec2:", "ec2:Describe*", "ec2.amazonaws.com:X", ""]
)
def test_malformed_action(action: str) -> None:
    """An action that is not service:Action is refused, and the message shows one that is."""
    with pytest.raises(ValueError, match=r"not of the form service:Action, such as 'ec2:RunInstances'"):
        cloudtrail_event(action)


@given(st.lists(ARGUMENTS, max_size=5))
def test_log_file_holds_the_events(calls: list[dict[str, Any]]) -> None:
    """A log file unpacks to the records that went in, and has the same bytes every time."""
    events = [cloudtrail_event(**arguments) for arguments in calls]
    packed = log_file(events)

    assert json.loads(gzip.decompress(packed)) == {"Records": [event.raw for event in events]}
    assert packed == log_file(iter(events))


def test_exports_are_sorted_and_there() -> None:
    """The public door is what ``__all__`` says."""
    assert sorted(testing.__all__) == testing.__all__
    assert all(hasattr(testing, name) for name in testing.__all__)


def test_import_is_light() -> None:
    """Rule authors' tests may not need pytest, and nobody's tests need AWS."""
    code = "import sys, trailguard.testing; print(sorted({'pytest', 'boto3', 'botocore'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  # our own code

    assert run.stdout == "[]\n"
