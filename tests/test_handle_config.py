"""What `Guard.handle` does when AWS Config invokes it: it evaluates, and tells the notifiers, too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from trailguard import ConfigurationItem, Guard, Match, ScheduledRun, Severity, Verdict, Violation, rule
from trailguard.errors import SettingsError, UnfinishedError
from trailguard.record import ReadFailure
from trailguard.report import DeadLetter
from trailguard.settings import ConfigSettings, RuleSettings, Settings
from trailguard.testing import cloudtrail_event, config_snapshot, configuration_item, scheduled_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_config import ConfigServiceClient
    from mypy_boto3_s3 import S3Client

    from trailguard.report import Notice
    from trailguard.testing import SampleItem

BUCKETS = count()
NOW = datetime(2026, 3, 2, 9, 0, 0, 123000, tzinfo=UTC)
GROUP = "AWS::EC2::SecurityGroup"
GROUP_RULE = "security-group-lets-internet-in"
SSH = {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipRanges": ["0.0.0.0/0"]}
HTTPS = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "ipRanges": ["0.0.0.0/0"]}


@rule(on=GROUP, severity=Severity.LOW, title="Fails")
def always_fails(item: ConfigurationItem) -> str:
    return str(item.configuration["noSuchKey"])


@rule(on="schedule", severity=Severity.HIGH, title="Root has keys")
def root_has_keys(run: ScheduledRun) -> str | None:
    keys = run.client("iam").get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"]
    return f"the root user has {keys} access key" if keys else None


class Kept:
    """Keeps what it is told."""

    name = "kept"

    def __init__(self) -> None:
        self.notices: list[Notice] = []

    def send(self, notices: Sequence[Notice]) -> None:
        self.notices += notices


class Config:
    """A client of AWS Config whose calls are checked against AWS's model, and what it was told."""

    def __init__(self) -> None:
        self.client: ConfigServiceClient = boto3.client(
            "config", region_name="us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        self.told: list[dict[str, Any]] = []
        self.stub = Stubber(self.client)
        self.client.meta.events.register("provide-client-params.config.PutEvaluations", self._keep)

    def _keep(self, params: dict[str, Any], **_: Any) -> None:
        self.told.append(params)

    def takes(self, *failed: dict[str, Any]) -> Config:
        """Expect one call of PutEvaluations."""
        expected = {"Evaluations": ANY, "ResultToken": ANY, "TestMode": ANY}
        self.stub.add_response("put_evaluations", {"FailedEvaluations": list(failed)}, expected)
        return self

    @property
    def evaluations(self) -> list[tuple[str, str]]:
        """What it was told of each resource."""
        return [
            (one["ComplianceResourceId"], one["ComplianceType"])
            for call in self.told
            for one in call["Evaluations"]
        ]


@pytest.fixture
def config() -> Iterator[Config]:
    fake = Config()
    with fake.stub:
        yield fake
        fake.stub.assert_no_pending_responses()
    fake.client.close()


@pytest.fixture
def kept() -> Kept:
    return Kept()


def guard(config: Config, kept: Kept, **options: Any) -> Guard:
    return Guard.from_settings(
        options.pop("settings", Settings()), notifiers=[kept], config=config.client, **options
    )


def group(*permissions: Any, number: int = 0, **more: Any) -> SampleItem:
    return configuration_item(
        GROUP, {"ipPermissions": list(permissions)}, resource_id=f"sg-{number}", time=NOW, **more
    )


def handled(config: Config, kept: Kept, event: Any, **options: Any) -> dict[str, Any]:
    answer: dict[str, Any] = guard(config.takes(), kept, **options).handle(event)["evaluations"]
    return answer


# Changes


def test_open_group_is_told_to_aws_config_and_to_the_notifiers(config: Config, kept: Kept) -> None:
    answer = handled(config, kept, group(SSH).as_config_rule(result_token="token-1"))

    assert answer == {"NON_COMPLIANT": 1}
    assert config.told == [
        {
            "Evaluations": [
                {
                    "ComplianceResourceType": GROUP,
                    "ComplianceResourceId": "sg-0",
                    "ComplianceType": "NON_COMPLIANT",
                    "Annotation": f"{GROUP_RULE}: tcp 22 (SSH) is open to 0.0.0.0/0",
                    "OrderingTimestamp": NOW,
                }
            ],
            "ResultToken": "token-1",
            "TestMode": False,
        }
    ]
    (verdict,) = kept.notices
    assert isinstance(verdict, Verdict)
    assert (verdict.resource, verdict.resource_type, verdict.event_time) == ("sg-0", GROUP, NOW)
    assert verdict.event_id == f"111122223333/us-east-1/{GROUP}/sg-0/2026-03-02T09:00:00.123000+00:00"


def test_closed_group_complies(config: Config, kept: Kept) -> None:
    assert handled(config, kept, group().as_config_rule()) == {"COMPLIANT": 1}
    assert kept.notices == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("OK", "NON_COMPLIANT"),
        ("ResourceDiscovered", "NON_COMPLIANT"),
        ("SomethingNew", "NON_COMPLIANT"),
        ("ResourceDeleted", "NOT_APPLICABLE"),
        ("ResourceDeletedNotRecorded", "NOT_APPLICABLE"),
        ("ResourceNotRecorded", "NOT_APPLICABLE"),
    ],
)
def test_every_status_is_told(config: Config, kept: Kept, status: str, expected: str) -> None:
    """The item of a deleted resource may well have its last configuration."""
    assert handled(config, kept, group(SSH, status=status).as_config_rule()) == {expected: 1}
    assert len(kept.notices) == (expected == "NON_COMPLIANT")


@pytest.mark.parametrize("status", ["ResourceDeleted", "ResourceDeletedNotRecorded"])
def test_deleted_resource_without_a_configuration(config: Config, kept: Kept, status: str) -> None:
    item = configuration_item(GROUP, status=status, resource_id="sg-0")

    assert item.raw["configuration"] is None
    assert handled(config, kept, item.as_config_rule()) == {"NOT_APPLICABLE": 1}


@pytest.mark.parametrize("wrap", [lambda item: item, lambda item: item.as_oversized()])
def test_resource_that_left_the_scope_is_not_judged_nor_fetched(
    config: Config, kept: Kept, wrap: Any
) -> None:
    assert handled(config, kept, wrap(group(SSH)).as_config_rule(left_scope=True)) == {"NOT_APPLICABLE": 1}
    assert config.evaluations == [("sg-0", "NOT_APPLICABLE")]
    assert kept.notices == []


def test_invocation_that_does_not_speak_of_the_scope_is_in_it(config: Config, kept: Kept) -> None:
    event = group(SSH).as_config_rule()
    del event["eventLeftScope"]

    assert handled(config, kept, event) == {"NON_COMPLIANT": 1}


def test_type_that_no_rule_is_about_is_none_of_its_business(config: Config, kept: Kept) -> None:
    assert handled(config, kept, configuration_item("AWS::KMS::Key").as_config_rule()) == {
        "NOT_APPLICABLE": 1
    }


def test_rule_may_ask_for_deleted_resources(config: Config, kept: Kept) -> None:
    """The notifiers hear of them. AWS Config has to forget them."""

    @rule(on=Match(GROUP, deleted=True), severity=Severity.LOW, title="Deleted")
    def deleted_group(item: ConfigurationItem) -> str | None:
        return "somebody deleted it" if item.is_deleted else None

    event = group(status="ResourceDeleted").as_config_rule()

    assert handled(config, kept, event, rules=[deleted_group]) == {"NOT_APPLICABLE": 1}
    assert [notice.rule_id for notice in kept.notices if isinstance(notice, Verdict)] == ["deleted-group"]


def test_worst_of_several_rules_wins_and_each_broken_one_is_named(config: Config, kept: Kept) -> None:
    @rule(on=GROUP, severity=Severity.LOW, title="Untagged")
    def untagged_group(item: ConfigurationItem) -> str | None:
        return None if item.tags else "it has no tags"

    handled(config, kept, group(SSH).as_config_rule(), rules=[untagged_group])

    (entry,) = config.told[0]["Evaluations"]
    assert entry["ComplianceType"] == "NON_COMPLIANT"
    assert entry["Annotation"] == (
        f"{GROUP_RULE}: tcp 22 (SSH) is open to 0.0.0.0/0; untagged-group: it has no tags"
    )


def test_events_of_cloudtrail_in_the_same_function_are_judged_as_ever(config: Config, kept: Kept) -> None:
    event = cloudtrail_event(
        "ec2:AttachInternetGateway", request={"internetGatewayId": "igw-1", "vpcId": "v"}
    )

    guard(config, kept).handle(event.as_eventbridge())

    assert [notice.rule_id for notice in kept.notices if isinstance(notice, Verdict)] == [
        "ec2-blocked-action",
        "internet-gateway-attached",
    ]
    assert config.told == []


@pytest.mark.parametrize("wrap", [lambda item: item.as_eventbridge(), lambda item: item.as_sns()])
def test_notification_is_judged_though_nobody_asks_for_an_evaluation(
    config: Config, kept: Kept, wrap: Any
) -> None:
    answer = guard(config, kept).handle(wrap(group(SSH)))

    assert "evaluations" not in answer
    assert [notice.rule_id for notice in kept.notices if isinstance(notice, Verdict)] == [GROUP_RULE]
    assert config.told == []


def test_test_token_asks_for_a_test(config: Config, kept: Kept) -> None:
    handled(config, kept, group().as_config_rule(result_token="TESTMODE"))

    assert config.told[0]["TestMode"] is True


# Parameters


@pytest.mark.parametrize("parameters", [None, "{}", {}])
def test_without_parameters_the_defaults_hold(config: Config, kept: Kept, parameters: Any) -> None:
    assert handled(config, kept, group(HTTPS).as_config_rule(parameters=parameters)) == {"NON_COMPLIANT": 1}


def test_parameters_are_those_of_the_rules(config: Config, kept: Kept) -> None:
    """One function may serve several rules of AWS Config, each with its own."""
    serving = guard(config.takes().takes(), kept)

    strict = serving.handle(group(HTTPS).as_config_rule(parameters={"allowed_ports": "80"}))
    lenient = serving.handle(group(HTTPS).as_config_rule(parameters={"allowed_ports": "80,443"}))

    assert (strict["evaluations"], lenient["evaluations"]) == ({"NON_COMPLIANT": 1}, {"COMPLIANT": 1})


def test_parameters_may_narrow_which_rules_run(config: Config, kept: Kept) -> None:
    event = group(SSH).as_config_rule(parameters={"rules": "internet-gateway-in-use"})

    assert handled(config, kept, event) == {"NOT_APPLICABLE": 1}


def test_wrong_parameter_is_an_error_that_names_rule_and_field(config: Config, kept: Kept) -> None:
    """Before anything is judged: AWS Config shows it with the rule."""
    event = group(SSH).as_config_rule(parameters={"allowed_ports": "ssh"})

    with pytest.raises(SettingsError, match=rf"rules.{GROUP_RULE}.parameters.allowed_ports"):
        guard(config, kept).handle(event)

    assert kept.notices == []


def test_severity_of_the_settings_holds(config: Config, kept: Kept) -> None:
    settings = Settings(rules={GROUP_RULE: RuleSettings(severity=Severity.INFO)})
    event = group(HTTPS).as_config_rule(parameters={"allowed_ports": "80"})

    handled(config, kept, event, settings=settings)

    assert [notice.severity for notice in kept.notices if isinstance(notice, Verdict)] == [Severity.INFO]


def test_guard_without_rules_about_items_has_nothing_to_say(config: Config, kept: Kept) -> None:
    event = group(SSH).as_config_rule()

    assert handled(config, kept, event, only=["ec2-blocked-action"]) == {"NOT_APPLICABLE": 1}


def test_judging_takes_the_parameters_too(config: Config, kept: Kept) -> None:
    """A policy is tested as it will be invoked."""
    event = group(HTTPS).as_config_rule(parameters={"allowed_ports": "443"})

    assert guard(config, kept).judge(event).verdicts == ()


# Oversized items


def in_history(*items: SampleItem) -> dict[str, Any]:
    """Make the answer of GetResourceConfigHistory, as boto3 has it."""
    raws = [item.as_api_item() for item in items]
    for raw in raws:
        for name in ("configurationItemCaptureTime", "resourceCreationTime"):
            raw[name] = datetime.fromisoformat(raw[name])
    return {"configurationItems": raws}


def test_oversized_item_is_judged_as_it_was_when_it_was_notified(config: Config, kept: Kept) -> None:
    """It has been closed since."""
    newer = configuration_item(
        GROUP, {"ipPermissions": []}, resource_id="sg-0", time=NOW + timedelta(milliseconds=5)
    )
    config.stub.add_response("get_resource_config_history", in_history(newer, group(SSH)))

    answer = handled(config, kept, group(SSH).as_oversized().as_config_rule())

    assert answer == {"NON_COMPLIANT": 1}
    (verdict,) = kept.notices
    assert isinstance(verdict, Verdict)
    assert verdict.event_time == NOW


def test_oversized_item_gives_the_verdict_that_its_notification_would_have_given(
    config: Config, kept: Kept
) -> None:
    config.stub.add_response("get_resource_config_history", in_history(group(SSH)))

    handled(config, kept, group(SSH).as_oversized().as_config_rule())
    handled(config, kept, group(SSH).as_config_rule())

    assert kept.notices[0] == kept.notices[1]


@pytest.mark.parametrize(
    "item",
    [group(SSH, status="ResourceDeleted"), configuration_item("AWS::KMS::Key")],
    ids=["deleted", "of no concern"],
)
def test_oversized_item_is_fetched_only_if_it_is_needed(config: Config, kept: Kept, item: SampleItem) -> None:
    """By the rules that are asked."""
    event = group(SSH).as_oversized().as_config_rule(parameters={"rules": "internet-gateway-in-use"})

    assert handled(config, kept, event) == {"NOT_APPLICABLE": 1}
    assert handled(config, kept, item.as_oversized().as_config_rule()) == {"NOT_APPLICABLE": 1}


def test_oversized_item_that_cannot_be_fetched_is_not_evaluated(config: Config, kept: Kept) -> None:
    """Lambda tries again; AWS Config has what it had."""
    config.stub.add_client_error("get_resource_config_history", "ResourceNotDiscoveredException", "who?")
    serving = guard(config, kept)

    with pytest.raises(UnfinishedError, match="AWS Config does not tell about sg-0: ResourceNotDiscovered"):
        serving.handle(group(SSH).as_oversized().as_config_rule())

    assert config.evaluations == []


@pytest.mark.parametrize("wrap", [lambda item: item.as_sns().as_sqs(), lambda item: item.as_eventbridge()])
def test_oversized_item_is_fetched_for_whoever_is_notified(config: Config, kept: Kept, wrap: Any) -> None:
    config.stub.add_response("get_resource_config_history", in_history(group(SSH)))

    report = guard(config, kept).judge(wrap(group(SSH).as_oversized()))

    assert [verdict.rule_id for verdict in report.verdicts] == [GROUP_RULE]


def test_oversized_item_that_nobody_can_fetch_comes_back_with_its_message(config: Config, kept: Kept) -> None:
    config.stub.add_client_error("get_resource_config_history", "ThrottlingException", "slow down")
    event = group(SSH).as_oversized().as_sns().as_sqs()

    answer = guard(config, kept).handle(event)

    assert answer == {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}


# Schedules


class Iam:
    def __init__(self, keys: int) -> None:
        self.keys = keys

    def get_account_summary(self) -> dict[str, Any]:
        return {"SummaryMap": {"AccountAccessKeysPresent": self.keys}}


@pytest.fixture
def environment(aws_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give this process credentials, and moto's server for all of AWS."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws_endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_REGION", "us-east-1")


@pytest.mark.usefixtures("environment")
def test_scheduled_rule_asks_aws_as_the_role_that_the_settings_name(config: Config, kept: Kept) -> None:
    """By moto, in which no root user has keys."""

    @rule(on="schedule", severity=Severity.INFO, title="Who")
    def who_asks(run: ScheduledRun) -> str:
        return f"asked as {run.client('sts').get_caller_identity()['Arn']}"

    settings = Settings(config=ConfigSettings(role="arn:aws:iam::{account_id}:role/auditor"))
    answer = handled(
        config,
        kept,
        scheduled_run(time=NOW).as_config_rule(),
        rules=[who_asks, root_has_keys],
        settings=settings,
    )

    assert answer == {"NON_COMPLIANT": 1}
    (entry,) = config.told[0]["Evaluations"]
    assert entry == {
        "ComplianceResourceType": "AWS::::Account",
        "ComplianceResourceId": "111122223333",
        "ComplianceType": "NON_COMPLIANT",
        "Annotation": "who-asks: asked as arn:aws:sts::111122223333:assumed-role/auditor/trailguard",
        "OrderingTimestamp": NOW,
    }


@pytest.mark.usefixtures("environment")
def test_scheduled_rule_evaluates_what_it_finds(config: Config, kept: Kept) -> None:
    """By moto, whose accounts have a default VPC."""

    @rule(on="schedule", severity=Severity.MEDIUM, title="Default VPC")
    def default_vpcs(run: ScheduledRun) -> Iterator[Violation]:
        for vpc in run.client("ec2").describe_vpcs()["Vpcs"]:
            if vpc["IsDefault"]:
                yield Violation("a default VPC", resource=vpc["VpcId"], resource_type="AWS::EC2::VPC")

    answer = handled(config, kept, scheduled_run().as_config_rule(), rules=[default_vpcs])

    (account, account_verdict), (vpc, vpc_verdict) = config.evaluations
    assert (account, account_verdict, vpc_verdict) == ("111122223333", "NON_COMPLIANT", "NON_COMPLIANT")
    assert vpc.startswith("vpc-")
    assert answer == {"NON_COMPLIANT": 2}


@pytest.mark.parametrize(("keys", "found"), [(0, []), (1, ["the root user has 1 access key"])])
def test_scheduled_rule_is_tested_without_aws(keys: int, found: list[str]) -> None:
    run = scheduled_run().with_clients({"iam": Iam(keys)}.__getitem__)

    assert [violation.reason for violation in root_has_keys(run)] == found


def test_run_with_nothing_found_is_told_all_the_same(config: Config, kept: Kept) -> None:
    @rule(on="schedule", severity=Severity.INFO, title="Fine")
    def all_is_fine(run: ScheduledRun) -> None: ...

    answer = handled(config, kept, scheduled_run().as_config_rule(), rules=[all_is_fine])

    assert answer == {"COMPLIANT": 1}
    assert config.evaluations == [("111122223333", "COMPLIANT")]


def test_run_may_find_several_resources(config: Config, kept: Kept) -> None:
    @rule(on="schedule", severity=Severity.INFO, title="Old")
    def old_instances(run: ScheduledRun) -> Iterator[Violation]:
        for number in range(150):
            yield Violation(
                f"too old for {run.account_id}", resource=f"i-{number}", resource_type="AWS::EC2::Instance"
            )

    config.takes()
    answer = handled(config, kept, scheduled_run().as_config_rule(), rules=[old_instances])

    assert answer == {"NON_COMPLIANT": 151}
    assert [len(call["Evaluations"]) for call in config.told] == [100, 51]


def test_run_of_no_rule_is_told_too(config: Config, kept: Kept) -> None:
    assert handled(config, kept, scheduled_run().as_config_rule()) == {"NOT_APPLICABLE": 1}


# Snapshots


def snapshot_delivered(s3: S3Client, *items: SampleItem) -> Any:
    """Put a snapshot into S3; return what AWS Config invokes a rule with that waits for such."""
    bucket = f"snapshots-{next(BUCKETS)}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=bucket, Key="snapshot.json.gz", Body=config_snapshot(items))
    message = {
        "messageType": "ConfigurationSnapshotDeliveryCompleted",
        "configSnapshotId": "snapshot-1",
        "s3Bucket": bucket,
        "s3ObjectKey": "snapshot.json.gz",
        "notificationCreationTime": "2026-03-02T09:00:00.123Z",
        "recordVersion": "1.1",
    }
    return scheduled_run().as_config_rule(invokingEvent=json.dumps(message))


@pytest.mark.parametrize(
    ("number", "sizes"), [(0, [0]), (1, [1]), (100, [100]), (101, [100, 1]), (250, [100, 100, 50])]
)
def test_snapshot_is_evaluated_as_a_whole(
    config: Config, kept: Kept, s3: S3Client, number: int, sizes: list[int]
) -> None:
    """Items of no concern are left out: there are too many of them to say so of each."""
    items = [group(*[SSH] * (n % 2), number=n) for n in range(number)]
    keys = [configuration_item("AWS::KMS::Key", resource_id=f"key-{n}") for n in range(number)]
    event = snapshot_delivered(s3, *items, *keys)
    for _ in sizes[1:]:
        config.takes()

    answer = handled(config, kept, event, s3=s3)

    assert [len(call["Evaluations"]) for call in config.told] == sizes
    assert config.evaluations == [
        (f"sg-{n}", "NON_COMPLIANT" if n % 2 else "COMPLIANT") for n in range(number)
    ]
    assert sum(answer.values()) == number


# Over HTTP: moto's AWS Config knows PutEvaluations in test mode alone


@pytest.mark.usefixtures("environment")
def test_evaluation_is_put_over_http(kept: Kept) -> None:
    """Without a client, one is made."""
    answer = Guard.from_settings(Settings(), notifiers=[kept]).handle(group(SSH).as_config_rule())

    assert answer["evaluations"] == {"NON_COMPLIANT": 1}
    assert len(kept.notices) == 1


@pytest.mark.usefixtures("environment")
def test_evaluation_that_is_refused_over_http_is_raised(kept: Kept) -> None:
    """As moto refuses everything that is no test."""
    serving = Guard.from_settings(Settings(), notifiers=[kept])

    with pytest.raises(UnfinishedError, match=r"sg-0 is not told to AWS Config: .*(?i:not.?implemented|500)"):
        serving.handle(group(SSH).as_config_rule(result_token="token-1"))

    assert len(kept.notices) == 1


# What goes wrong


def test_rule_that_fails_says_nothing_about_a_resource(config: Config, kept: Kept) -> None:
    serving = guard(config, kept, rules=[always_fails])

    with pytest.raises(UnfinishedError, match=r"rule always-fails failed: KeyError: 'noSuchKey'"):
        serving.handle(group().as_config_rule())

    assert config.evaluations == []
    assert len(kept.notices) == 1


def test_rule_that_fails_on_an_item_that_comes_twice_clears_nothing(
    config: Config, kept: Kept, s3: S3Client
) -> None:
    event = snapshot_delivered(s3, group(number=1), group(number=1))

    with pytest.raises(UnfinishedError):
        guard(config, kept, rules=[always_fails], s3=s3).handle(event)

    assert config.told == []


def test_rule_that_fails_does_not_hide_what_the_others_found(config: Config, kept: Kept) -> None:
    serving = guard(config.takes(), kept, rules=[always_fails])

    with pytest.raises(UnfinishedError):
        serving.handle(group(SSH).as_config_rule())

    assert config.evaluations == [("sg-0", "NON_COMPLIANT")]


def test_evaluation_that_aws_config_does_not_take_is_raised(config: Config, kept: Kept) -> None:
    refused = {
        "ComplianceResourceType": GROUP,
        "ComplianceResourceId": "sg-0",
        "ComplianceType": "COMPLIANT",
        "OrderingTimestamp": NOW,
    }
    serving = guard(config.takes(refused), kept)

    with pytest.raises(UnfinishedError, match=f"did not take the evaluation of {GROUP} sg-0"):
        serving.handle(group(SSH).as_config_rule())

    assert len(kept.notices) == 1


def test_aws_config_that_refuses_does_not_keep_the_notifiers_from_hearing(config: Config, kept: Kept) -> None:
    config.stub.add_client_error("put_evaluations", "InvalidResultTokenException", "expired")

    with pytest.raises(
        UnfinishedError, match="sg-0 is not told to AWS Config: InvalidResultTokenException: expired"
    ):
        guard(config, kept).handle(group(SSH).as_config_rule())

    assert len(kept.notices) == 1


@pytest.mark.parametrize("token", [None, ""])
def test_invocation_without_a_token_cannot_be_answered(config: Config, kept: Kept, token: Any) -> None:
    with pytest.raises(UnfinishedError, match="no resultToken"):
        guard(config, kept).handle(group(SSH).as_config_rule() | {"resultToken": token})

    assert len(kept.notices) == 1


@pytest.mark.parametrize(
    ("field", "told"),
    [("resourceId", "resourceId"), ("configurationItemCaptureTime", "no configurationItemCaptureTime")],
)
def test_item_that_lacks_what_is_needed_is_told(config: Config, kept: Kept, field: str, told: str) -> None:
    message = group(SSH).message
    del message["configurationItem"][field]
    event = group(SSH).as_config_rule(invokingEvent=json.dumps(message))

    with pytest.raises(UnfinishedError, match=told):
        guard(config, kept).handle(event)

    assert config.told == []


def test_item_that_nobody_can_read_goes_to_the_dead_letter(config: Config, kept: Kept) -> None:
    """It would come back for ever; AWS Config has what it had."""
    message = group(SSH).message
    message["configurationItem"]["configuration"] = 7
    dead_letter = Kept()

    event = group().as_config_rule(invokingEvent=json.dumps(message))
    answer = guard(config, kept, dead_letter=dead_letter).handle(event)

    assert answer["evaluations"] == {}
    assert config.told == []
    assert [type(letter) for letter in dead_letter.notices] == [DeadLetter]


def test_oversized_item_that_nobody_fetched_is_told() -> None:
    """Whoever decodes by themselves has to fetch by themselves."""
    from trailguard import Engine  # noqa: PLC0415
    from trailguard.decode import decode  # noqa: PLC0415
    from trailguard.report import Counts  # noqa: PLC0415

    items = decode(group(SSH).as_oversized().as_config_rule())

    assert list(Engine([always_fails]).judge_all(items, Counts())) == [
        ReadFailure("config rule trailguard", "nobody fetched it")
    ]
