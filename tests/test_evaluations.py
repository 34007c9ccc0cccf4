from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber
from msgspec.structs import replace

from trailguard import ConfigurationItem, Engine, Match, ScheduledRun, Severity, Violation, rule
from trailguard.errors import DecodingError, RoleError
from trailguard.evaluations import Evaluation, evaluate, put, worst
from trailguard.record import Record
from trailguard.testing import configuration_item, scheduled_run
from trailguard.verdict import Compliance

if TYPE_CHECKING:
    from mypy_boto3_config import ConfigServiceClient

    from trailguard import Rule

NOW = datetime(2026, 3, 2, 9, 0, 0, 123000, tzinfo=UTC)
GROUP = "AWS::EC2::SecurityGroup"
ACCOUNT = "111122223333"


@rule(on=GROUP, severity=Severity.LOW, title="Open")
def open_group(item: ConfigurationItem) -> str | None:
    return item.configuration.get("why")


@rule(on=Match(GROUP, deleted=True), severity=Severity.LOW, title="Gone")
def gone_group(item: ConfigurationItem) -> str:
    return f"it is {item.status}"


@rule(on=GROUP, severity=Severity.LOW, title="Broken")
def broken_rule(item: ConfigurationItem) -> str:
    return f"{1 / len(item.related('AWS::Nothing'))}"


@rule(on="schedule", severity=Severity.LOW, title="Found")
def found_things(run: ScheduledRun) -> Iterator[Violation]:
    yield Violation(f"keys of {run.account_id}")
    yield Violation("old", resource="i-1", resource_type="AWS::EC2::Instance")
    yield Violation("idle", resource="i-1", resource_type="AWS::EC2::Instance")
    yield Violation("no kind", resource="thing")


@rule(on="schedule", severity=Severity.LOW, title="Nothing")
def found_nothing(run: ScheduledRun) -> None:
    assert run.creation_time == NOW


def evaluated(*rules: Rule, left_out: str = "", **more: Any) -> list[Evaluation]:
    """Judge a security group, and evaluate what came of it."""
    raw = configuration_item(GROUP, more.pop("configuration", {"groupId": "sg"}), time=NOW, **more).raw
    return judged(rules, {key: value for key, value in raw.items() if key != left_out}, "configuration item")


def run(*rules: Rule, left_out: str = "", account_id: str | None = None) -> list[Evaluation]:
    """Judge a scheduled run, and evaluate what came of it."""
    message = {key: value for key, value in scheduled_run(time=NOW).message.items() if key != left_out}
    return judged(rules, message, "scheduled run", account_id)


def judged(rules: Any, raw: Any, kind: Any, account_id: str | None = None) -> list[Evaluation]:
    record = Record(json.dumps(raw).encode(), account_id=account_id, kind=kind)
    return list(evaluate(record, Engine(rules).judge(record)))


def verdict_of(evaluation: Evaluation) -> str:
    return evaluation.compliance.value


def evaluation(*reasons: tuple[str, str], number: int = 0, compliance: str = "NON_COMPLIANT") -> Evaluation:
    return Evaluation(GROUP, f"sg-{number}", Compliance(compliance), NOW, reasons)


# What came of an item


def test_broken_rule_makes_a_resource_non_compliant() -> None:
    assert evaluated(open_group, configuration={"why": "tcp 22 is open"}) == [
        Evaluation(
            GROUP,
            "sg-0a1b2c3d4e5example",
            Compliance.NON_COMPLIANT,
            NOW,
            (("open-group", "tcp 22 is open"),),
        )
    ]


def test_rule_that_has_nothing_to_say_makes_it_compliant() -> None:
    assert evaluated(open_group) == [Evaluation(GROUP, "sg-0a1b2c3d4e5example", Compliance.COMPLIANT, NOW)]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("OK", "COMPLIANT"),
        ("ResourceDiscovered", "COMPLIANT"),
        ("SomethingNew", "COMPLIANT"),
        ("ResourceDeleted", "NOT_APPLICABLE"),
        ("ResourceDeletedNotRecorded", "NOT_APPLICABLE"),
        ("ResourceNotRecorded", "NOT_APPLICABLE"),
    ],
)
def test_status_says_whether_a_rule_applies(status: str, expected: str) -> None:
    """A deleted resource would stay non-compliant for ever if nothing were said about it."""
    assert [verdict_of(one) for one in evaluated(open_group, status=status)] == [expected]


def test_rule_about_deleted_resources_does_not_keep_them_non_compliant() -> None:
    """Its verdict is for the notifiers."""
    assert list(map(verdict_of, evaluated(gone_group, status="ResourceDeleted"))) == ["NOT_APPLICABLE"]


def test_no_rule_applies_to_a_type_that_none_listens_to() -> None:
    assert list(map(verdict_of, evaluated(found_nothing))) == ["NOT_APPLICABLE"]


def test_rule_that_failed_leaves_it_open_whether_a_resource_complies() -> None:
    assert evaluated(broken_rule, open_group) == []


def test_rule_that_failed_does_not_hide_what_another_one_found() -> None:
    (one,) = evaluated(broken_rule, open_group, configuration={"why": "open"})

    assert (one.compliance, one.reasons) == (Compliance.NON_COMPLIANT, (("open-group", "open"),))


def test_item_without_a_time_cannot_be_evaluated() -> None:
    with pytest.raises(DecodingError, match="no configurationItemCaptureTime"):
        evaluated(open_group, left_out="configurationItemCaptureTime")


def test_item_that_cannot_be_read_is_not_evaluated() -> None:
    """The failure says so already."""
    assert evaluated(open_group, left_out="resourceId") == []


@pytest.mark.parametrize("configuration", [None, "null", {}, " {} ", ""])
def test_existing_resource_without_a_configuration_does_not_comply(configuration: Any) -> None:
    """No rule can have looked at anything."""
    raw = configuration_item(GROUP, time=NOW).raw | {"configuration": configuration}

    if configuration == "":
        assert (
            judged([open_group], raw, "configuration item") == []
        )  # it cannot be read, which the failure says
    else:
        with pytest.raises(DecodingError, match="no configuration"):
            judged([open_group], raw, "configuration item")


def test_item_that_had_to_be_mended_is_evaluated_as_it_was_judged() -> None:
    raw = json.dumps(configuration_item(GROUP, {"why": "open"}, time=NOW, tags={"odd": "x"}).raw)
    record = Record(raw.replace('"x"', "1e400").encode(), kind="configuration item")

    (one,) = evaluate(record, Engine([open_group]).judge(record))

    assert one.reasons == (("open-group", "open"),)


def test_event_of_cloudtrail_is_none_of_the_business_of_aws_config() -> None:
    assert judged([open_group], {"eventName": "x", "eventSource": "ec2.amazonaws.com"}, "event") == []


# What came of a run


def test_run_evaluates_the_account_and_what_rules_found() -> None:
    account, instance = run(found_things, found_nothing)

    assert (account.resource_type, account.resource_id, account.at) == ("AWS::::Account", ACCOUNT, NOW)
    assert [reason for _, reason in account.reasons] == [
        f"keys of {ACCOUNT}",
        "i-1: old",
        "i-1: idle",
        "thing: no kind",
    ]
    assert (instance.resource_type, instance.resource_id) == ("AWS::EC2::Instance", "i-1")
    assert [reason for _, reason in instance.reasons] == ["old", "idle"]


def test_run_without_a_finding_makes_the_account_compliant() -> None:
    assert run(found_nothing) == [Evaluation("AWS::::Account", ACCOUNT, Compliance.COMPLIANT, NOW)]


def test_run_for_which_there_is_no_rule_says_so() -> None:
    assert run(open_group) == [Evaluation("AWS::::Account", ACCOUNT, Compliance.NOT_APPLICABLE, NOW)]


def test_account_of_the_rule_will_do() -> None:
    (one,) = run(found_nothing, left_out="awsAccountId", account_id="444455556666")

    assert one.resource_id == "444455556666"


@pytest.mark.parametrize("field", ["awsAccountId", "notificationCreationTime"])
def test_run_that_lacks_what_aws_config_needs_cannot_be_evaluated(field: str) -> None:
    with pytest.raises(DecodingError, match=field):
        run(open_group, left_out=field)


# The worst


@pytest.mark.parametrize(
    ("several", "expected"),
    [
        (["COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE"], "NON_COMPLIANT"),
        (["NOT_APPLICABLE", "COMPLIANT"], "COMPLIANT"),
        (["NOT_APPLICABLE"], "NOT_APPLICABLE"),
    ],
)
def test_worst_evaluation_of_a_resource_wins(several: list[str], expected: str) -> None:
    kept = worst([evaluation(compliance=one) for one in several])

    assert list(map(verdict_of, kept)) == [expected]


def test_latest_state_of_a_resource_counts_however_bad_it_was() -> None:
    """A file of AWS Config may hold several."""
    before = replace(evaluation(), at=NOW - timedelta(days=1))
    now = evaluation(compliance="COMPLIANT")

    assert worst([before, now]) == worst([now, before]) == [now]


def test_resources_are_told_apart_by_type_and_id() -> None:
    others = [
        evaluation(),
        evaluation(number=1),
        Evaluation("AWS::EC2::VPC", "sg-0", Compliance.COMPLIANT, NOW),
    ]

    assert worst(others) == others


# The annotation


@pytest.mark.parametrize("letter", ["a", "ä", "語", "\U0001f512"])
@pytest.mark.parametrize("length", [255, 256, 257])
def test_annotation_has_256_characters_at_most(letter: str, length: int) -> None:
    """AWS Config counts characters, however many bytes they take; a mark says that some are missing."""
    told = evaluation(("open", letter * (length - len("open: ")))).annotation

    assert len(told) == min(length, 256)
    assert told.endswith("...") is (length > 256)


def test_annotation_names_each_rule_and_why() -> None:
    told = evaluation(("open", "tcp 22"), ("open", "tcp 3389"), ("tagless", "no owner")).annotation

    assert told == "open: tcp 22; open: tcp 3389; tagless: no owner"


def test_annotation_names_each_rule_even_if_there_is_no_room_for_all_reasons() -> None:
    told = evaluation(("open", "x" * 300), ("open", "y"), ("tagless", "z")).annotation

    assert told.startswith("open, tagless: xxx")
    assert len(told) == 256


def test_annotation_of_one_rule_names_it_once() -> None:
    assert evaluation(("open", "x" * 300)).annotation.startswith("open: xxx")


def test_annotation_shows_what_attackers_wrote() -> None:
    assert evaluation(("open", "a\x1b[31mb\n")).annotation == r"open: a\x1b[31mb\n"


def test_there_is_no_empty_annotation() -> None:
    """AWS Config refuses one."""
    assert "Annotation" not in evaluation(compliance="COMPLIANT").entry()


# Telling AWS Config


@pytest.fixture
def config() -> Iterator[ConfigServiceClient]:
    client = boto3.client(
        "config", region_name="eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    yield client
    client.close()


def told(
    client: ConfigServiceClient, number: int, *answers: dict[str, Any], is_test: bool = False
) -> tuple[list[str], list[int]]:
    """Put some evaluations; return what went wrong, and how many went with each call.

    The Stubber checks each call against AWS's model of the service.
    """
    evaluations = [evaluation(("open", "reason"), number=n) for n in range(number)]
    sizes = []
    with Stubber(client) as stub:
        for start in range(0, number or 1, 100):
            some = evaluations[start : start + 100]
            sizes.append(len(some))
            stub.add_response(
                "put_evaluations",
                answers[len(sizes) - 1] if answers else {},
                {
                    "Evaluations": [one.entry() for one in some],
                    "ResultToken": "TESTMODE" if is_test else "any",
                    "TestMode": is_test,
                },
            )
        problems = list(put(lambda: client, evaluations, "TESTMODE" if is_test else "any"))
        stub.assert_no_pending_responses()
    return problems, sizes


@pytest.mark.parametrize(
    ("number", "sizes"), [(0, [0]), (1, [1]), (100, [100]), (101, [100, 1]), (250, [100, 100, 50])]
)
def test_evaluations_are_put_a_hundred_at_a_time(
    config: ConfigServiceClient, number: int, sizes: list[int]
) -> None:
    """With none, too: AWS Config is to know that the rule has run."""
    assert told(config, number) == ([], sizes)


def test_test_token_asks_for_a_test(config: ConfigServiceClient) -> None:
    assert told(config, 1, is_test=True) == ([], [1])


def test_entry_has_what_aws_config_takes() -> None:
    assert evaluation(("open", "tcp 22")).entry() == {
        "ComplianceResourceType": GROUP,
        "ComplianceResourceId": "sg-0",
        "ComplianceType": "NON_COMPLIANT",
        "OrderingTimestamp": NOW,
        "Annotation": "open: tcp 22",
    }


def test_each_evaluation_that_aws_config_does_not_take_is_named(config: ConfigServiceClient) -> None:
    refused = {"FailedEvaluations": [evaluation(number=n).entry() for n in (3, 7)]}

    problems, sizes = told(config, 101, refused, {})

    assert problems == [f"AWS Config did not take the evaluation of {GROUP} sg-{n}" for n in (3, 7)]
    assert sizes == [100, 1]


def test_call_that_is_refused_does_not_stop_the_next_one(config: ConfigServiceClient) -> None:
    evaluations = [evaluation(number=n) for n in range(101)]
    with Stubber(config) as stub:
        stub.add_client_error("put_evaluations", "InvalidResultTokenException", "not a\ntoken")
        stub.add_response("put_evaluations", {})
        problems = list(put(lambda: config, evaluations, "token"))
        stub.assert_no_pending_responses()

    assert problems == [
        r"100 evaluations are not told to AWS Config: InvalidResultTokenException: not a\ntoken"
    ]


def test_evaluation_that_has_others_refused_is_found_out(config: ConfigServiceClient) -> None:
    """To try again would not help: it is the same one each time."""
    first, odd, last = (
        evaluation(number=1),
        replace(evaluation(), resource_type="AWS::Nope\n"),
        evaluation(number=3),
    )
    with Stubber(config) as stub:
        for some in ([first, odd, last], [first], [odd, last], [odd], [last]):
            if odd in some:
                stub.add_client_error(
                    "put_evaluations", "InvalidParameterValueException", "no", expected_params=put_of(*some)
                )
            else:
                stub.add_response("put_evaluations", {}, put_of(*some))
        problems = list(put(lambda: config, [first, odd, last], "any"))
        stub.assert_no_pending_responses()

    assert problems == [
        r"the evaluation of AWS::Nope\n sg-0 is not told to AWS Config: InvalidParameterValueException: no"
    ]


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (
            RoleError("arn:aws:iam::111122223333:role/x", ""),
            "may not assume arn:aws:iam::111122223333:role/x",
        ),
        (
            EndpointConnectionError(endpoint_url="https://config"),
            "EndpointConnectionError: Could not connect",
        ),
    ],
)
def test_without_a_client_nothing_is_told(error: Exception, problem: str) -> None:
    def fail() -> ConfigServiceClient:
        raise error

    (line,) = put(fail, [evaluation()], "token")

    assert line.startswith(f"the evaluation of {GROUP} sg-0 is not told to AWS Config: {problem}")


@pytest.mark.parametrize("odd", [{"resource_id": "x" * 769}, {"resource_type": "x" * 257}])
def test_evaluation_that_cannot_be_taken_costs_its_neighbours_nothing(
    config: ConfigServiceClient, odd: dict[str, str]
) -> None:
    with Stubber(config) as stub:
        stub.add_response("put_evaluations", {}, put_of(evaluation(number=1)))
        problems = list(put(lambda: config, [replace(evaluation(), **odd), evaluation(number=1)], "any"))
        stub.assert_no_pending_responses()

    assert len(problems) == 1
    assert problems[0].endswith("is not told to AWS Config: no type or id of a resource can be this long")


def put_of(*evaluations: Evaluation) -> dict[str, Any]:
    return {"Evaluations": [one.entry() for one in evaluations], "ResultToken": "any", "TestMode": False}


def test_denied_access_names_the_action_to_allow(config: ConfigServiceClient) -> None:
    with Stubber(config) as stub:
        stub.add_client_error("put_evaluations", "AccessDeniedException", "no")
        (line,) = put(partial(lambda client: client, config), [], "token")

    assert line.endswith("AccessDeniedException: no; allow config:PutEvaluations")
