from __future__ import annotations

import json
from typing import Any

import pytest
from log_patterns import MAX_LENGTH, parse

# The example of the documentation.
TRAIL: dict[str, Any] = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "ThisFlag": True,
}

# The CIS AWS Foundations Benchmark's.
UNAUTHORIZED = '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }'
NO_MFA = '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }'
ROOT = (
    '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS'
    ' && $.eventType != "AwsServiceEvent" }'
)
FAILED_LOGIN = '{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}'
KEYS = "{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion))}"


def root(**fields: Any) -> dict[str, Any]:
    return {"userIdentity": {"type": "Root"}, "eventType": "AwsApiCall"} | fields


def login(**data: Any) -> dict[str, Any]:
    return {"eventName": "ConsoleLogin", "additionalEventData": data}


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ('{ $.eventType = "UpdateTrail" }', TRAIL),
        ("{ $.sourceIPAddress != 123.123.* }", TRAIL),
        ('{ $.arrayKey[0] = "value" }', TRAIL),
        ("{ $.objectList[1].id = 2 }", TRAIL),
        ("{ $.SomeObject IS NULL }", TRAIL),
        ("{ $.SomeOtherObject NOT EXISTS }", TRAIL),
        ("{ $.ThisFlag IS TRUE }", TRAIL),
        (UNAUTHORIZED, {"errorCode": "Client.UnauthorizedOperation"}),
        (UNAUTHORIZED, {"errorCode": "UnauthorizedOperation"}),
        (UNAUTHORIZED, {"errorCode": "AccessDenied"}),
        (UNAUTHORIZED, {"errorCode": "AccessDeniedException"}),
        (NO_MFA, login(MFAUsed="No")),
        (ROOT, root()),
        (FAILED_LOGIN, {"eventName": "ConsoleLogin", "errorMessage": "Failed authentication"}),
        (KEYS, {"eventSource": "kms.amazonaws.com", "eventName": "ScheduleKeyDeletion"}),
    ],
)
def test_well_known_pattern_lets_through(pattern: str, message: dict[str, Any]) -> None:
    assert parse(pattern).matches(message)
    assert parse(pattern).matches(json.dumps(message))


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ('{ $.eventType = "updateTrail" }', TRAIL),
        ("{ $.sourceIPAddress != 111.111.* }", TRAIL),
        ('{ $.arrayKey[0] = "another value" }', TRAIL),
        ('{ $.arrayKey[2] = "value" }', TRAIL),
        ('{ $.eventType[0] = "UpdateTrail" }', TRAIL),
        ("{ $.objectList[0].id = 2 }", TRAIL),
        ("{ $.SomeOtherObject IS NULL }", TRAIL),
        ("{ $.SomeObject NOT EXISTS }", TRAIL),
        ("{ $.ThisFlag IS FALSE }", TRAIL),
        (UNAUTHORIZED, {"errorCode": "Client.UnauthorizedOperation.Else"}),
        (UNAUTHORIZED, {"errorCode": "accessdenied"}),
        (UNAUTHORIZED, {}),
        (NO_MFA, login(MFAUsed="Yes")),
        (NO_MFA, login(MFAUsed="No") | {"eventName": "CheckMfa"}),
        (ROOT, root(userIdentity={"type": "Root", "invokedBy": "ec2.amazonaws.com"})),
        (ROOT, root(eventType="AwsServiceEvent")),
        (ROOT, root(userIdentity={"type": "IAMUser"})),
        (FAILED_LOGIN, {"eventName": "ConsoleLogin", "errorMessage": None}),
        (KEYS, {"eventSource": "iam.amazonaws.com", "eventName": "DisableKey"}),
        (KEYS, {"eventSource": "kms.amazonaws.com", "eventName": "EnableKey"}),
    ],
)
def test_well_known_pattern_holds_back(pattern: str, message: dict[str, Any]) -> None:
    assert not parse(pattern).matches(message)


@pytest.mark.parametrize("message", [login(), login(MFAUsed=None), {"eventName": "ConsoleLogin"}])
def test_whether_what_is_missing_is_unequal_is_open(message: dict[str, Any]) -> None:
    pattern = parse(NO_MFA)

    assert not pattern.matches(message)
    assert pattern.matches(message, missing_is_unequal=True)


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("$.a = 1", "1"),
        ('$.a = "1"', 1),
        ("$.a = 1", True),
        ("$.a = true", True),
        ("$.a EXISTS", None),
        ("$.a NOT EXISTS", None),
        ("$.a EXISTS", {}),
        ('$.a != "x"', ["y"]),
        ("$.a IS TRUE", "true"),
        ("$.a IS TRUE", 1),
        ("$.a IS FALSE", None),
        ('$.a = "*"', ""),
        ("$.a > 0", "1"),
    ],
)
def test_open_point_lets_nothing_through(condition: str, value: Any) -> None:
    assert not parse(f"{{ {condition} }}").matches({"a": value})


@pytest.mark.parametrize(
    ("condition", "value", "other"),
    [
        ("$.a EXISTS", False, None),
        ("$.a IS FALSE", False, True),
        ('$.a = ""', "", "x"),
        ('$.a = "*"', "x", 1),
        ('$.a = "*b*"', "abc", "ac"),
        ('$.a = "a*"', "a", "ba"),
        ('$.a = "*a"', "ba", "ab"),
        ('$.a != "a*"', "ba", "ab"),
        ('$.a = "a || (b) é"', "a || (b) é", "a"),
        ("$.a < 2", 1, 2),
        ("$.a <= 2", 2.0, 2.5),
        ("$.a > 1e-3", 0.01, 0.001),
        ("$.a >= -1", -1, -2),
        ("$.a != +1.50", 1, 1.5),
        ("$.a = 5e2", 500, 50),
    ],
)
def test_operator_tells_values_apart(condition: str, value: Any, other: Any) -> None:
    pattern = parse(f"{{{condition}}}")

    assert pattern.matches({"a": value})
    assert not pattern.matches({"a": other})


@pytest.mark.parametrize(
    ("pattern", "hit", "near_miss"),
    [
        ("{ $.a = 1 || $.b = 1 && $.c = 1 }", {"a": 1}, {"b": 1}),
        ("{ ($.a = 1 || $.b = 1) && $.c = 1 }", {"b": 1, "c": 1}, {"a": 1}),
        ("{ (($.a = 1)) && ($.b NOT EXISTS) }", {"a": 1}, {"a": 1, "b": 1}),
        ("{ ($.a = 1) && ($.b = 1) || ($.c = 1) }", {"c": 1}, {"a": 1}),
    ],
)
def test_and_binds_tighter_than_or(pattern: str, hit: dict[str, Any], near_miss: dict[str, Any]) -> None:
    assert parse(pattern).matches(hit)
    assert not parse(pattern).matches(near_miss)


@pytest.mark.parametrize(
    ("pattern", "parenthesised"),
    [
        ("", True),
        ("{ $.a = 1 }", True),
        (UNAUTHORIZED, True),
        (KEYS, True),
        ("{ (($.a = 1) && ($.b = 1)) || ($.c = 1) }", True),
        ("{ ($.a = 1) && ($.b = 1) || ($.c = 1) }", False),
        ("{ ($.a = 1) && $.b = 1 }", False),
        (ROOT, False),
    ],
)
def test_pattern_tells_whether_precedence_matters(pattern: str, *, parenthesised: bool) -> None:
    assert parse(pattern).parenthesised is parenthesised


@pytest.mark.parametrize("message", ["no JSON", "[1]", "null", '{"a": 1', {}])
def test_empty_pattern_lets_everything_through(message: str | dict[str, Any]) -> None:
    assert parse("").matches(message)
    assert not parse("{ $.a = 1 }").matches(message)


@pytest.mark.parametrize(
    ("pattern", "position"),
    [
        ("ERROR", 1),
        ("[ip, user]", 1),
        ("{ $.a = 1", 10),
        ("{ $.a = 1 } }", 13),
        ("{ ($.a = 1 }", 12),
        ("{ $.a = 1 && }", 14),
        ("{ $.a = 1 $.b = 1 }", 11),
        ("{ }", 3),
        ("{ a = 1 }", 3),
        ("{ $ = 1 }", 3),
        ("{ $.a == 1 }", 8),
        ("{ $.a is true }", 7),
        ("{ $.a IS MISSING }", 10),
        ("{ $.a NOT NULL }", 11),
        ('{ $.a > "b" }', 9),
        ('{ $.a = "a*b" }', 9),
        ('{ $.a = "**" }', 9),
        ('{ $.a = "a**" }', 9),
        ("{ $.a = a*b }", 9),
        ("{ $.a = a-b }", 9),
        ("{ $.a = a_b }", 10),
        ('{ $.a = "a\\"b" }', 9),
        ('{ $.a = "b }', 9),
        ("{ $.a = %b% }", 9),
        ("{ $.a[*] = 1 }", 6),
        ("{ $['a'] = 1 }", 3),
        ("{ !($.a = 1) }", 3),
    ],
)
def test_what_is_no_pattern_is_refused_with_its_position(pattern: str, position: int) -> None:
    with pytest.raises(ValueError, match=f"at character {position} of"):
        parse(pattern)


def test_pattern_may_have_1024_characters() -> None:
    frame = '{ $.a = "" }'
    longest = frame.replace('""', f'"{"x" * (MAX_LENGTH - len(frame))}"')

    assert not parse(longest).matches({"a": "x"})
    with pytest.raises(ValueError, match="1,025 characters"):
        parse(longest + " ")
