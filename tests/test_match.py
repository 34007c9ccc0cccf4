from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailguard.match import Facts, Match, Router

DENIED = Facts(succeeded=False, error="AccessDenied")


def listeners(event_source: str, event_name: str, *patterns: str) -> list[str]:
    """Route an action to listeners that bear their pattern's name."""
    router = Router((Match(pattern), pattern) for pattern in patterns)
    return [listener for _, listener in router.find(event_source, event_name)]


@pytest.mark.parametrize(
    "pattern",
    [
        "ec2:RunInstances",
        "ec2:*",
        "*:*",
        "iam:Put*Policy",
        "s3:?etObject",
        "execute-api:I",
        "runtime.lex:Post_1",
    ],
)
def test_actions_are_written_as_in_iam_policies(pattern: str) -> None:
    assert Match(pattern).on == (pattern,)


@pytest.mark.parametrize(
    "pattern",
    [
        *("", "*", "ec2", "ec2:", ":RunInstances", "ec2:Run Instances", " ec2:RunInstances", "ec2:Run\n"),
        *(
            "ec2:Run:Instances",
            "ec2:[RS]*",
            "arn:aws:ec2",
            "AWS::EC2",
            "AWS::EC2::VPC::Id",
            "AWS::::Account",
            "schedules",
            "ec2/RunInstances",
            "ec2:Exécuter",
        ),
    ],
)
def test_other_words_are_refused_with_an_example(pattern: str) -> None:
    with pytest.raises(ValueError, match="not of the form service:Action, such as") as refusal:
        Match("ec2:RunInstances", pattern)

    assert repr(pattern) in str(refusal.value)


@pytest.mark.parametrize("pattern", [None, 7, ["ec2:RunInstances"], b"ec2:RunInstances"])
def test_what_is_no_text_is_refused(pattern: Any) -> None:
    with pytest.raises(ValueError, match="service:Action"):
        Match(pattern)


@pytest.mark.parametrize(
    "pattern", ["AWS::EC2::VPC", "AWS::EC2::*", "*::*::*", "AWS::EC2::VP?", "Acme::Svc::Thing"]
)
def test_resource_types_are_written_as_aws_config_does(pattern: str) -> None:
    assert Match(pattern).kind == "configuration item"


def test_schedule_is_a_word() -> None:
    assert Match("schedule").kind == "scheduled run"


@pytest.mark.parametrize("pattern", ["ec2:RunInstances", "*:*", "ec2:*"])
def test_actions_are_of_events(pattern: str) -> None:
    assert Match(pattern).kind == "event"


def test_one_match_listens_to_one_kind_of_thing() -> None:
    with pytest.raises(
        ValueError, match=r"not to 'ec2:\*' \(event\), 'AWS::EC2::VPC' \(configuration item\)"
    ):
        Match("ec2:*", "AWS::EC2::VPC")


@pytest.mark.parametrize(
    "more", [{"outcome": "any"}, {"identity": "Root"}, {"error": "AccessDenied"}, {"read_only": False}]
)
@pytest.mark.parametrize("pattern", ["AWS::EC2::VPC", "schedule"])
def test_what_is_of_calls_is_refused_elsewhere(pattern: str, more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is no call"):
        Match(pattern, **more)


@pytest.mark.parametrize("pattern", ["ec2:DeleteVpc", "schedule"])
def test_what_is_of_resources_is_refused_elsewhere(pattern: str) -> None:
    with pytest.raises(ValueError, match="is no resource type"):
        Match(pattern, deleted=True)


@pytest.mark.parametrize(
    ("resource", "plain", "opted_in"),
    [("exists", True, True), ("deleted", False, True), ("not recorded", False, False)],
)
def test_deleted_resources_are_admitted_on_request(resource: Any, *, plain: bool, opted_in: bool) -> None:
    facts = Facts(resource=resource)

    assert Match("AWS::EC2::VPC").admits(facts) is plain
    assert Match("AWS::EC2::VPC", deleted=True).admits(facts) is opted_in


def test_resource_type_finds_who_listens() -> None:
    router = Router(
        [(Match("AWS::EC2::*"), "all"), (Match("AWS::EC2::VPC"), "one"), (Match("AWS::S3::*"), "s3")]
    )

    assert [listener for _, listener in router.find("AWS::EC2::VPC")] == ["one", "all"]
    assert [listener for _, listener in router.find("AWS::EC2::VPCEndpoint")] == ["all"]


@pytest.mark.parametrize("more", [{"identity": ""}, {"identity": ["Root", ""]}, {"error": ""}])
def test_empty_text_that_no_event_has_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="leave it out to take any"):
        Match("a:*", **more)


def test_event_source_for_a_service_is_refused_with_what_to_write() -> None:
    """It would never match: CloudTrail's source is taken for the service that it names."""
    with pytest.raises(ValueError, match="write 'ec2:RunInstances'"):
        Match("ec2.amazonaws.com:RunInstances")


def test_nothing_to_listen_to_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Match()


def test_what_is_left_out_asks_for_success_alone() -> None:
    match = Match("ec2:*")

    assert (match.outcome, match.identity, match.error, match.read_only) == ("success", (), (), None)


def test_error_asks_for_failure() -> None:
    assert Match("ec2:*", error="AccessDenied").outcome == "failure"
    assert Match("ec2:*", error="AccessDenied", outcome="any").outcome == "any"


def test_error_of_a_success_is_refused() -> None:
    """Such a rule would never be asked."""
    with pytest.raises(ValueError, match="never succeeded"):
        Match("ec2:*", error="AccessDenied", outcome="success")


@pytest.mark.parametrize("outcome", ["Success", "failed", "", True])
def test_unknown_outcome_is_refused_with_the_known_ones(outcome: Any) -> None:
    with pytest.raises(ValueError, match="'success', 'failure' or 'any'"):
        Match("ec2:*", outcome=outcome)


def test_one_or_several_of_a_kind() -> None:
    assert Match("ec2:*", identity="Root").identity == ("Root",)
    assert Match("ec2:*", identity=["Root", "IAMUser"]).identity == ("Root", "IAMUser")
    assert Match("ec2:*", error=iter(["A", "B"])).error == ("A", "B")


def test_matches_are_values() -> None:
    assert Match("ec2:*", identity="Root") == Match("ec2:*", identity=["Root"])
    assert len({Match("ec2:*"), Match("ec2:*"), Match("ec2:Run*")}) == 2
    with pytest.raises(FrozenInstanceError):
        Match("ec2:*").outcome = "any"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("match", "facts", "admitted"),
    [
        (Match("a:*"), Facts(), True),
        (Match("a:*"), DENIED, False),
        (Match("a:*", outcome="failure"), DENIED, True),
        (Match("a:*", outcome="failure"), Facts(), False),
        (Match("a:*", outcome="failure"), Facts(succeeded=False), True),  # a sign-in fails without a code
        (Match("a:*", outcome="any"), Facts(), True),
        (Match("a:*", outcome="any"), DENIED, True),
        (Match("a:*", identity="Root"), Facts(identity="Root"), True),
        (Match("a:*", identity="Root"), Facts(identity="IAMUser"), False),
        (Match("a:*", identity="Root"), Facts(), False),
        (Match("a:*", identity=["Root", "IAMUser"]), Facts(identity="IAMUser"), True),
        (Match("a:*", error="AccessDenied"), DENIED, True),
        (Match("a:*", error="AccessDenied"), Facts(succeeded=False, error="AccessDeniedException"), False),
        (Match("a:*", error="AccessDenied*"), Facts(succeeded=False, error="AccessDeniedException"), True),
        (Match("a:*", error="*.Unauthorized*"), Facts(succeeded=False, error="Client.UnauthorizedX"), True),
        (Match("a:*", error="Client.*"), Facts(succeeded=False, error="ClientXError"), False),
        (Match("a:*", error="AccessDenied"), Facts(succeeded=False), False),
        (Match("a:*", error="*", outcome="any"), Facts(), True),
        (Match("a:*", error=["X", "Access?enied"]), DENIED, True),
        (Match("a:*", read_only=True), Facts(read_only=True), True),
        (Match("a:*", read_only=True), Facts(read_only=False), False),
        (Match("a:*", read_only=True), Facts(), False),
        (Match("a:*", read_only=False), Facts(read_only=False), True),
        (Match("a:*", read_only=False), Facts(), False),
        (Match("a:*", identity="Root", read_only=False), Facts(identity="Root", read_only=True), False),
    ],
)
def test_match_admits_what_it_asks_for(match: Match, facts: Facts, *, admitted: bool) -> None:
    """What a record does not say is not what was asked for."""
    assert match.admits(facts) is admitted


@pytest.mark.parametrize(
    ("pattern", "event_source", "event_name"),
    [
        ("ec2:RunInstances", "ec2.amazonaws.com", "RunInstances"),
        ("ec2:Run*", "ec2.amazonaws.com", "RunInstances"),
        ("ec2:*", "ec2.amazonaws.com", "RunInstances"),
        ("*:RunInstances", "ec2.amazonaws.com", "RunInstances"),
        ("*:*", "ec2.amazonaws.com", "RunInstances"),
        ("ec2:Run?nstances", "ec2.amazonaws.com", "RunInstances"),
        ("ec2:*Instance*", "ec2.amazonaws.com", "RunInstances"),
        ("e?2:Run*", "ec2.amazonaws.com", "RunInstances"),
        ("lambda:CreateFunction", "lambda.amazonaws.com", "CreateFunction20150331"),
        ("lambda:AddPermission", "lambda.amazonaws.com", "AddPermission20150331v2"),
        ("lambda:Create*tion", "lambda.amazonaws.com", "CreateFunction20150331"),
        ("lambda:CreateFunction20150331", "lambda.amazonaws.com", "CreateFunction20150331"),
        ("lambda:CreateFunction2015*", "lambda.amazonaws.com", "CreateFunction20150331"),
        ("lambda:CreateFunction", "lambda.amazonaws.com", "CreateFunction"),
        ("cloudfront:CreateInvalidation", "cloudfront.amazonaws.com", "CreateInvalidation2020_05_31"),
        ("cloudwatch:PutMetricAlarm", "monitoring.amazonaws.com", "PutMetricAlarm"),
        ("cloudwatch:*", "monitoring.amazonaws.com", "PutMetricAlarm"),
        ("monitoring:PutMetricAlarm", "monitoring.amazonaws.com", "PutMetricAlarm"),
        ("signin:ConsoleLogin", "signin.amazonaws.com", "ConsoleLogin"),
        ("runtime.lex:PostText", "runtime.lex.amazonaws.com", "PostText"),
        ("ec2:RunInstances", "ec2.amazonaws.com.cn", "RunInstances"),
    ],
)
def test_action_finds_who_listens(pattern: str, event_source: str, event_name: str) -> None:
    assert listeners(event_source, event_name, pattern) == [pattern]


@pytest.mark.parametrize(
    ("pattern", "event_source", "event_name"),
    [
        ("ec2:RunInstances", "ec2.amazonaws.com", "RunInstance"),
        ("ec2:RunInstances", "ec2.amazonaws.com", "RunInstancesNow"),
        ("ec2:RunInstances", "ec2.amazonaws.com", "runinstances"),
        ("ec2:RunInstances", "rds.amazonaws.com", "RunInstances"),
        ("ec2:Run*", "ec2.amazonaws.com", "DryRunInstances"),
        ("ec2:Run?nstances", "ec2.amazonaws.com", "Runnstances"),
        ("ec2:*", "ec2messages.amazonaws.com", "GetMessages"),
        ("e?2:Run*", "e2.amazonaws.com", "RunInstances"),
        ("*:RunInstances", "ec2.amazonaws.com", "Dry:RunInstances"),
        ("lambda:CreateFunction", "lambda.amazonaws.com", "CreateFunction2015"),
        ("lambda:CreateFunction", "lambda.amazonaws.com", "CreateFunctionUrlConfig20150331"),
        ("lambda:CreateFunction20150331", "lambda.amazonaws.com", "CreateFunction"),
        ("cloudwatch:PutMetricAlarm", "logs.amazonaws.com", "PutMetricAlarm"),
        ("ec2:RunInstances", "ec2", "StopInstances"),
        ("ec2:RunInstances", "", ""),
    ],
)
def test_action_does_not_find_who_almost_listens(pattern: str, event_source: str, event_name: str) -> None:
    assert listeners(event_source, event_name, pattern) == []


def test_all_who_listen_are_found() -> None:
    patterns = ["ec2:RunInstances", "ec2:Stop*", "ec2:*", "iam:*", "*:Run*", "ec2:RunInstances"]

    assert sorted(listeners("ec2.amazonaws.com", "RunInstances", *patterns)) == sorted(
        ["ec2:RunInstances", "ec2:RunInstances", "ec2:*", "*:Run*"]
    )


def test_each_pattern_of_a_match_is_a_way_to_it() -> None:
    match = Match("ec2:RunInstances", "iam:Create*")
    router = Router([(match, "rule")])

    assert set(router.find("ec2.amazonaws.com", "RunInstances")) == {(match, "rule")}
    assert set(router.find("iam.amazonaws.com", "CreateUser")) == {(match, "rule")}
    assert router.find("iam.amazonaws.com", "DeleteUser") == ()


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        (Match("*:*", identity="Root"), True),
        (Match("*:*", error="AccessDenied"), True),
        (Match("*:Create*", error="AccessDenied"), True),
        (Match("*:*"), False),
        (Match("*:*", outcome="failure"), False),
        (Match("ec2:*", identity="Root"), False),
        (Match("*:*", "ec2:*", identity="Root"), False),
        (Match("AWS::*::*"), False),
    ],
)
def test_wide_ones_listen_to_all_services_but_not_to_all_calls(match: Match, *, expected: bool) -> None:
    assert match.is_wide is expected


def test_nobody_listens() -> None:
    assert Router[str]([]).find("ec2.amazonaws.com", "RunInstances") == ()


def test_hostile_names_are_only_text() -> None:
    """An event name is looked up, never compiled; a new line in it escapes no pattern."""
    assert listeners("ec2.amazonaws.com", "Run(*", "ec2:Run*", "*:*") == ["ec2:Run*", "*:*"]
    assert listeners("ec2.amazonaws.com", "Run\nX", "ec2:Run*", "ec2:Run") == ["ec2:Run*"]


ACTION = st.text(st.sampled_from("abA*?"), min_size=1, max_size=5)


def is_like(pattern: str, text: str) -> bool:
    """Match IAM's wildcards, naively."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(is_like(pattern[1:], text[n:]) for n in range(len(text) + 1))
    return bool(text) and pattern[0] in (text[0], "?") and is_like(pattern[1:], text[1:])


@settings(max_examples=150)
@given(st.lists(ACTION, max_size=4), st.text(st.sampled_from("abA"), min_size=1, max_size=5))
def test_routing_is_matching_one_by_one(actions: list[str], name: str) -> None:
    """The table finds exactly those that asking each of them would find."""
    patterns = [f"x:{action}" for action in actions]

    found = listeners("x.amazonaws.com", name, *patterns)

    assert sorted(found) == sorted(p for p in patterns if is_like(p, f"x:{name}"))
