from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import jmespath.exceptions
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from trailguard.models.cloudtrail import CloudTrailEvent, operation_of, service_of
from trailguard.testing import assumed_role, aws_service, cloudtrail_event, iam_user, root

CALL = cloudtrail_event(
    "ec2:AuthorizeSecurityGroupIngress",
    actor=assumed_role("Deployer", "ci-1"),
    request={
        "groupId": "sg-1",
        "ipPermissions": {"items": [{"ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}}]},
    },
    response={"_return": True},
)
BARE = {"eventSource": "ec2.amazonaws.com", "eventName": "RunInstances"}
CALLER = {"accountId": "444455556666"}


def event(**more: Any) -> CloudTrailEvent:
    """Make an event of a record that says nothing but this."""
    return CloudTrailEvent.model_validate(BARE | more)


def test_fields_bear_the_names_of_aws_in_snake_case() -> None:
    raw = CALL.raw

    assert CALL.event_source == raw["eventSource"]
    assert CALL.event_name == raw["eventName"]
    assert CALL.event_version == raw["eventVersion"]
    assert CALL.event_type == raw["eventType"]
    assert CALL.event_category == raw["eventCategory"]
    assert CALL.event_id == raw["eventID"]
    assert CALL.request_id == raw["requestID"]
    assert CALL.aws_region == raw["awsRegion"]
    assert CALL.source_ip_address == raw["sourceIPAddress"]
    assert CALL.user_agent == raw["userAgent"]
    assert CALL.request_parameters == raw["requestParameters"]
    assert CALL.response_elements == raw["responseElements"]
    assert CALL.read_only is raw["readOnly"]
    assert CALL.management_event is raw["managementEvent"]
    assert CALL.recipient_account_id == raw["recipientAccountId"]
    assert CALL.user_identity is not None
    assert CALL.user_identity.principal_id == raw["userIdentity"]["principalId"]


@pytest.mark.parametrize(
    ("spelling", "field"),
    [
        ("recipientAccountId", "recipient_account_id"),
        ("recipientAccountID", "recipient_account_id"),
        ("sharedEventID", "shared_event_id"),
        ("sharedEventId", "shared_event_id"),
        ("vpcEndpointId", "vpc_endpoint_id"),
        ("errorCode", "error_code"),
        ("errorMessage", "error_message"),
        ("sessionCredentialFromConsole", "session_credential_from_console"),
    ],
)
def test_both_spellings_of_aws_are_read(spelling: str, field: str) -> None:
    """Documents and older logs disagree about two of them."""
    assert getattr(event(**{spelling: "x"}), field) == "x"


def test_event_needs_nothing_but_its_action() -> None:
    bare = event()

    assert (bare.service, bare.action) == ("ec2", "ec2:RunInstances")
    assert bare.request_parameters == bare.response_elements == bare.additional_event_data == {}
    assert bare.service_event_details == {}
    assert (bare.user_identity, bare.event_time, bare.account_id, bare.source_ip) == (None, None, None, None)
    assert (bare.resources, bare.read_only, bare.mfa) == (None, None, None)
    assert bare.succeeded
    assert bare.actor.name == "unknown"


@pytest.mark.parametrize("missing", BARE)
@pytest.mark.parametrize("instead", [{}, None, ["x"]])
def test_action_is_needed(missing: str, instead: Any) -> None:
    record = {key: value for key, value in BARE.items() if key != missing}
    if instead != {}:
        record[missing] = instead

    with pytest.raises(ValidationError, match=missing):
        CloudTrailEvent.model_validate(record)


def test_null_is_absent() -> None:
    """Whatever AWS sets to null, however deep, the event is that of a record without it."""
    nulls = event(**dict.fromkeys(set(CALL.raw) - set(BARE)))
    nested = event(userIdentity={"sessionContext": None, "onBehalfOf": None, "inScopeOf": None, "type": None})

    for odd in (nulls, nested):
        assert odd.request_parameters == {}
        assert (odd.actor.name, odd.mfa, odd.account_id) == ("unknown", None, None)
        assert (odd.source_ip, odd.event_time, odd.search("requestParameters.groupId")) == (None, None, None)
        assert odd.succeeded


def test_events_are_frozen() -> None:
    """One rule never sees what another did to it."""
    with pytest.raises(ValidationError, match="frozen"):
        CALL.event_name = "else"  # type: ignore[misc]
    assert CALL.user_identity is not None
    with pytest.raises(ValidationError, match="frozen"):
        CALL.user_identity.type = "Root"  # type: ignore[misc]


def test_mistakes_never_show_values() -> None:
    with pytest.raises(ValidationError) as mistake:
        event(userIdentity="secret", eventTime="secret", readOnly="secret", resources=["secret"])

    assert "userIdentity" in str(mistake.value)
    assert "secret" not in str(mistake.value)
    assert "secret" not in repr(mistake.value)


# raw


@pytest.mark.parametrize(
    "record",
    [
        CALL.raw,
        BARE | {"requestParameters": None, "eventTime": "2026-03-02T09:00:00.123+02:00", "readOnly": "true"},
        BARE | {"somethingNew": {"deep": [1, None, {"a.b": 1.5}]}, "eventVersion": "1.99"},
        BARE | {"raw": "x", "actor": "x", "action": "x", "search": "x", "account_id": "x", "event_name": "x"},
    ],
    ids=["call", "odd forms", "unknown fields", "names of ours"],
)
def test_raw_is_what_aws_sent(record: dict[str, Any]) -> None:
    """Every field in AWS's spelling and form, whether anybody has heard of it or not, from text as well."""
    assert CloudTrailEvent.model_validate(record).raw == record
    assert CloudTrailEvent.model_validate_json(json.dumps(record)).raw == record


def test_fields_named_like_ours_change_nothing() -> None:
    """A record is hostile input: it cannot say who acted by a field that AWS never writes."""
    odd = event(
        actor="root", account_id="123456789012", user_identity={"type": "Root"}, raw={}, succeeded=False
    )

    assert (odd.actor.name, odd.account_id, odd.user_identity, odd.succeeded) == ("unknown", None, None, True)


def test_raw_is_the_record_itself() -> None:
    """Not a copy: most rules never look at it, and records are large."""
    record = dict(BARE)

    assert CloudTrailEvent.model_validate(record).raw is record


def test_copy_keeps_raw() -> None:
    copy = CALL.model_copy(update={"recipient_account_id": "444455556666"})

    assert (copy.account_id, copy.raw) == ("444455556666", CALL.raw)


# Free-form parts

FREE_FORM = ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"]


@pytest.mark.parametrize("field", FREE_FORM)
@pytest.mark.parametrize(
    "odd", [None, "HIDDEN_DUE_TO_SECURITY_REASONS", "", 7, True, [], ["a"], [{"a": 1}]], ids=str
)
def test_free_form_part_is_always_a_dictionary(field: str, odd: Any) -> None:
    """What AWS sent in its place stays in reach."""
    strange = event(**{field: odd})
    snake = "".join(f"_{char.lower()}" if char.isupper() else char for char in field)

    assert getattr(strange, snake) == {}
    assert strange.raw[field] == odd
    assert strange.search(field) == odd


@pytest.mark.parametrize(
    "parameters",
    [
        {"omitted": True, "originalSize": 104857},
        {"items": ["a", "b"]},
        {"tags": "x", "filter": None, "disableApiTermination": False},
        {"a.b": {"": [None, 1.5, [[]]]}},
    ],
)
def test_free_form_part_is_left_as_it_is(parameters: dict[str, Any]) -> None:
    assert event(requestParameters=parameters).request_parameters == parameters


# search


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("requestParameters.groupId", "sg-1"),
        ("requestParameters.ipPermissions.items[].ipRanges.items[].cidrIp", ["0.0.0.0/0"]),
        ("eventSource", "ec2.amazonaws.com"),
        ("requestParameters.nothing", None),
        ("requestParameters.groupId.deeper", None),
        ("requestParameters.ipPermissions.items[].nothing.items[]", []),
        ("tlsDetails.tlsVersion", "TLSv1.3"),
        ("nothing.at.all", None),
    ],
)
def test_search_finds_what_is_there(expression: str, expected: Any) -> None:
    """In AWS's spelling; what is not there, or no object, is None and never an error."""
    assert CALL.search(expression) == expected


def test_search_takes_keys_with_dots() -> None:
    assert event(requestParameters={"a.b": {"c d": 1}}).search('requestParameters."a.b"."c d"') == 1


@pytest.mark.parametrize("expression", ["", "requestParameters.", "a[", "nothing(@)", "'open"])
def test_bad_expression_is_told(expression: str) -> None:
    """A typo in a rule is the rule's failure, not "nothing found"."""
    with pytest.raises(jmespath.exceptions.JMESPathError):
        CALL.search(expression)


# Times


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-02T09:00:00Z", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-03-02T09:00:00.123Z", datetime(2026, 3, 2, 9, 0, 0, 123_000, tzinfo=UTC)),
        ("2026-03-02T09:00:00+02:00", datetime(2026, 3, 2, 7, tzinfo=UTC)),
        ("2026-03-02T09:00:00-0530", datetime(2026, 3, 2, 14, 30, tzinfo=UTC)),
        ("2026-03-02T09:00:00", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-03-02 09:00:00", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        (1772442000, datetime(2026, 3, 2, 9, tzinfo=UTC)),
        (1772442000.5, datetime(2026, 3, 2, 9, 0, 0, 500_000, tzinfo=UTC)),
        (datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 9, tzinfo=UTC)),  # noqa: DTZ001  # boto3 users
    ],
)
def test_time_is_in_utc_however_it_is_written(written: Any, expected: datetime) -> None:
    found = event(eventTime=written).event_time

    assert found == expected
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "odd",
    [
        *("", "yesterday", "20260302T090000Z!", "2026-13-01T00:00:00Z", [], {}, True, 1e300),
        *("9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00"),
    ],
)
def test_time_that_is_none_is_a_mistake(odd: Any) -> None:
    """Also where it is only in UTC that it leaves the calendar."""
    with pytest.raises(ValidationError, match="eventTime"):
        event(eventTime=odd)


# Scalars in other clothes


@pytest.mark.parametrize(
    ("written", "expected"), [(True, True), (False, False), ("true", True), ("false", False), (None, None)]
)
def test_read_only_may_be_text(written: Any, *, expected: bool | None) -> None:
    """LookupEvents writes it so; the text "false" is not true."""
    assert event(readOnly=written).read_only is expected


@pytest.mark.parametrize("version", ["1.08", "1.10", "1.11", "2.0", "next", 1.1])
def test_no_version_is_refused(version: Any) -> None:
    """New minor versions only add fields."""
    assert event(eventVersion=version).event_version == str(version)


def test_account_ids_keep_their_zeros() -> None:
    """Short on purpose: no real account's id."""
    assert event(recipientAccountId="0012").account_id == "0012"
    assert event(userIdentity={"accountId": "0012"}).account_id == "0012"


@pytest.mark.parametrize("version", ["2016-11-15", "v20160216", "", 7, None])
def test_api_version_is_not_our_business(version: Any) -> None:
    assert event(apiVersion=version).raw["apiVersion"] == version


@pytest.mark.parametrize(
    ("resources", "arns"),
    [
        ([], []),
        ([{"ARN": "arn:aws:s3:::a", "accountId": "111122223333", "type": "x"}, {}], ["arn:aws:s3:::a", None]),
        ([{"ARNPrefix": "arn:aws:s3:::a/"}, {}], [None, None]),
        ([{"ARN": None, "type": None}], [None]),
    ],
)
def test_resources_may_lack_anything(resources: list[dict[str, Any]], arns: list[str | None]) -> None:
    found = event(resources=resources).resources

    assert found is not None
    assert [resource.arn for resource in found] == arns


# What it comes to


@pytest.mark.parametrize(
    ("source", "service"),
    [
        ("ec2.amazonaws.com", "ec2"),
        ("monitoring.amazonaws.com", "monitoring"),
        ("ec2.amazonaws.com.cn", "ec2"),
        ("runtime.lex.amazonaws.com", "runtime.lex"),
        ("signin.aws.example", "signin.aws.example"),
        ("ec2", "ec2"),
        ("", ""),
    ],
)
def test_service_is_the_first_part_of_the_source(source: str, service: str) -> None:
    assert service_of(source) == service


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("CreateFunction20150331", "CreateFunction"),
        ("AddPermission20150331v2", "AddPermission"),
        ("UpdateFunctionConfiguration20150331v2", "UpdateFunctionConfiguration"),
        ("CreateInvalidation2020_05_31", "CreateInvalidation"),
        ("CreateFunction", "CreateFunction"),
        ("CreateFunction2015", "CreateFunction2015"),
        ("CreateFunction19991231", "CreateFunction19991231"),
        ("CreateFunction20159931", "CreateFunction20159931"),
        ("CreateFunction20150331x", "CreateFunction20150331x"),
        ("Create20150331Function", "Create20150331Function"),
        ("Route53", "Route53"),
        ("20150331", "20150331"),
        ("", ""),
    ],
)
def test_operation_is_the_name_without_the_date_of_the_api(name: str, operation: str) -> None:
    """Only a date, only at the end, and never all of it."""
    assert operation_of(name) == operation


def test_action_is_as_iam_policies_write_it() -> None:
    assert cloudtrail_event("lambda:CreateFunction20150331").action == "lambda:CreateFunction"
    assert CALL.action == "ec2:AuthorizeSecurityGroupIngress"


@pytest.mark.parametrize(
    ("more", "account"),
    [
        ({"recipientAccountId": "111122223333", "userIdentity": CALLER}, "111122223333"),
        ({"userIdentity": CALLER}, "444455556666"),
        ({"recipientAccountId": None, "userIdentity": CALLER}, "444455556666"),
        ({"recipientAccountId": "", "userIdentity": CALLER}, "444455556666"),
        ({"recipientAccountId": "111122223333"}, "111122223333"),
        ({"userIdentity": {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}}, None),
        ({}, None),
    ],
)
def test_account_is_where_it_happened_else_whose_caller_it_was(
    more: dict[str, Any], account: str | None
) -> None:
    assert event(**more).account_id == account


@pytest.mark.parametrize(
    ("more", "succeeded"),
    [
        ({}, True),
        ({"errorCode": None}, True),
        ({"errorCode": ""}, True),
        ({"responseElements": None}, True),
        ({"responseElements": {"ConsoleLogin": "Success"}}, True),
        ({"errorMessage": "only a message"}, True),
        ({"errorCode": "AccessDenied"}, False),
        ({"errorCode": "Client.UnauthorizedOperation", "responseElements": None}, False),
        ({"responseElements": {"ConsoleLogin": "Failure"}}, False),
    ],
)
def test_call_succeeded_unless_it_says_otherwise(more: dict[str, Any], *, succeeded: bool) -> None:
    """A failed sign-in has no error code; most successful calls have no response."""
    assert event(**more).succeeded is succeeded


def with_session(said: Any) -> dict[str, Any]:
    return {"userIdentity": {"sessionContext": {"attributes": {"mfaAuthenticated": said}}}}


@pytest.mark.parametrize(
    ("more", "mfa"),
    [
        (with_session("true"), True),
        (with_session("false"), False),
        (with_session("True"), True),
        (with_session(said=True), True),
        (with_session(said=False), False),
        (with_session(None), None),
        (with_session("perhaps"), None),
        (with_session(""), None),
        ({"additionalEventData": {"MFAUsed": "Yes"}}, True),
        ({"additionalEventData": {"MFAUsed": "No"}}, False),
        ({"additionalEventData": {"MFAUsed": None}}, None),
        ({"additionalEventData": {"MFAUsed": ["Yes"]}}, None),
        ({"additionalEventData": "Yes"}, None),
        (with_session("false") | {"additionalEventData": {"MFAUsed": "Yes"}}, False),
        (with_session(None) | {"additionalEventData": {"MFAUsed": "Yes"}}, True),
        ({"userIdentity": {"sessionContext": {"attributes": None}}}, None),
        ({"userIdentity": {"sessionContext": {}}}, None),
        ({"userIdentity": None}, None),
        ({}, None),
    ],
)
def test_mfa_is_what_the_record_says(more: dict[str, Any], *, mfa: bool | None) -> None:
    """In text, as AWS writes it: the text "false" is not true, and silence is neither."""
    assert event(**more).mfa is mfa


@pytest.mark.parametrize("mfa", [True, False, None])
def test_mfa_of_calls_and_sign_ins(*, mfa: bool | None) -> None:
    assert cloudtrail_event("ec2:RunInstances", actor=iam_user(), mfa=mfa).mfa is mfa
    assert cloudtrail_event("signin:ConsoleLogin", actor=root(), mfa=mfa).mfa is bool(mfa)


@pytest.mark.parametrize("address", ["198.51.100.7", "2001:db8::1", "2001:DB8:0::1", "10.0.0.1"])
def test_address_is_an_address(address: str) -> None:
    assert event(sourceIPAddress=address).source_ip == ip_address(address)


@pytest.mark.parametrize(
    "name",
    [
        *("lambda.amazonaws.com", "AWS Internal", "AWS Internal/3", "support.amazonaws.com", "", None),
        *("198.51.100.7/32", "198.51.100", "198.51.100.7, 203.0.113.9", " 198.51.100.7", "999.1.1.1"),
    ],
)
def test_service_has_no_address(name: str | None) -> None:
    """Its name stays where AWS wrote it; nothing that only looks like an address is one."""
    called = event(sourceIPAddress=name)

    assert called.source_ip is None
    assert called.source_ip_address == name


BY_ALICE = {"userIdentity": {"type": "IAMUser", "userName": "alice"}}
SERVICE_LINKED = "arn:aws:iam::111122223333:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"


@pytest.mark.parametrize(
    "changes",
    [
        {"userIdentity": {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}},
        {"userIdentity": {"type": "IAMUser", "userName": "alice", "invokedBy": "AWS Internal"}},
        {"userIdentity": {"accountId": "111122223333", "invokedBy": "ec2.amazonaws.com"}},
        {
            "userIdentity": {
                "type": "AssumedRole",
                "sessionContext": {"sessionIssuer": {"arn": SERVICE_LINKED}},
            }
        },
        {"sourceIPAddress": "cloudformation.amazonaws.com"},
        {"sourceIPAddress": "AWS Internal"},
        {"sourceIPAddress": "AWS Internal/1"},
    ],
)
def test_service_calls(changes: dict[str, Any]) -> None:
    assert event(**{**BY_ALICE, **changes}).is_service_call


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"userIdentity": None},
        {"userIdentity": {}},
        {"userAgent": "AWS Internal"},
        {"userAgent": "cloudformation.amazonaws.com"},
        {
            "userIdentity": {
                "type": "AssumedRole",
                "sessionContext": {
                    "sessionIssuer": {"arn": "arn:aws:iam::111122223333:role/AWSServiceRoleForRDS"}
                },
            }
        },
        {"sourceIPAddress": "ec2.amazonaws.com.example.com"},
        {"sourceIPAddress": None},
    ],
)
def test_calls_of_others(changes: dict[str, Any]) -> None:
    """Whatever a caller writes: a user agent, or the name of a role."""
    assert not event(**{**BY_ALICE, **changes}).is_service_call


def test_event_of_a_service_that_called() -> None:
    called = cloudtrail_event("ec2:RunInstances", actor=aws_service("autoscaling.amazonaws.com"))

    assert called.source_ip is None
    assert called.source_ip_address == "autoscaling.amazonaws.com"
    assert called.actor.is_service


ANY_TEXT = st.text(max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
ODD_RECORDS = st.dictionaries(st.sampled_from([*CALL.raw, *FREE_FORM, "resources"]), JSON, max_size=4).map(
    lambda odd: CALL.raw | odd
)


@settings(max_examples=100)
@given(ODD_RECORDS)
def test_any_record_is_an_event_or_a_mistake(record: dict[str, Any]) -> None:
    """And where it is an event, every question about it has an answer."""
    try:
        odd = CloudTrailEvent.model_validate(record)
    except ValidationError:
        return
    assert odd.raw is record
    assert str(odd.actor)
    assert odd.mfa in {True, False, None}
    assert odd.succeeded in {True, False}
    assert odd.action.startswith(odd.service)
    assert odd.account_id is None or isinstance(odd.account_id, str)
    assert odd.source_ip is None or odd.source_ip.version in {4, 6}
    assert isinstance(odd.request_parameters, dict)
    odd.search("requestParameters.ipPermissions.items[].ipRanges.items[].cidrIp")
