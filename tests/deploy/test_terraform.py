"""deploy/terraform, by Terraform itself; only the AWS provider is a stand-in, with the real one's schema."""

from __future__ import annotations

import json
import re
import shutil
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from terraform import EXAMPLES, MODULE, of_type

from trailguard import Guard
from trailguard.cli.main import cli
from trailguard.notifiers.sns import SnsNotifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from terraform import Resource, Terraform

SOURCES = {path.name: path.read_text("utf-8") for path in sorted(MODULE.glob("*.tf"))}
ALWAYS = {"WriteLog", "SendUndecodable", "PublishVerdicts", "RememberAndCount"}
STATEMENTS = {
    "cloudwatch-logs": ALWAYS | {"SendFailed"},
    "eventbridge": ALWAYS | {"SendFailed"},
    "s3-sqs": ALWAYS | {"UseKey", "ReceiveLogFileNotifications", "ReadLogFiles"},
    "aws-config": ALWAYS | {"SendFailed", "PutEvaluations", "ReadOversizedItems"},
}
# AWS Config has no resources for these actions: "Actions, resources, and condition keys for AWS Config".
WITHOUT_RESOURCE = {"PutEvaluations", "ReadOversizedItems"}

LOGS = {"log_group_name": "trail", "filter_patterns": ["{ $.eventName = A }"]}
TYPES = ["AWS::EC2::VPC"]


def role_policy(resources: list[Resource]) -> list[dict[str, Any]]:
    [policy] = [one for one in of_type(resources, "aws_iam_role_policy") if one.name == "function"]
    return policy.policy()


def statements(resources: list[Resource]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the statements of every policy, with the type of the resource that has it."""
    for one in resources:
        for argument in ("policy", "assume_role_policy"):
            if str(one.values.get(argument) or "").startswith("{"):
                yield from ((one.type, statement) for statement in one.policy(argument))


def actions(statement: dict[str, Any]) -> list[str]:
    action = statement["Action"]
    return [action] if isinstance(action, str) else action


def filters(kind: str) -> list[Any]:
    """Return what `trailguard filters` prints."""
    printed: list[Any] = json.loads(CliRunner().invoke(cli, ["filters", kind]).stdout)
    return printed


def test_it_is_formatted(terraform: Terraform) -> None:
    assert terraform.run(MODULE, "fmt", "-check", "-recursive").stdout == ""


def test_the_wirings_make_what_they_should(terraform: Terraform) -> None:
    """The module's own tests, in Terraform's language."""
    told = terraform.told(terraform.module, "test", "-no-color")
    assert "12 passed, 0 failed" in told


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_valid_and_can_be_applied(
    terraform: Terraform, applied: Callable[[str], list[Resource]], example: str
) -> None:
    assert "is valid" in terraform.told(terraform.module / "examples" / example, "validate", "-no-color")
    [function] = of_type(applied(example), "aws_lambda_function")
    assert function.values["handler"] == "lambda_function.lambda_handler"


def test_the_filters_of_all_rules_are_taken(terraform: Terraform) -> None:
    """What `trailguard filters` prints goes in as it is: it is within the limits that the module checks."""
    patterns = filters("eventbridge")
    resources = terraform.applied(
        terraform.module,
        cloudwatch_logs=LOGS | {"filter_patterns": filters("cloudwatch-logs")},
        eventbridge={"event_patterns": [json.dumps(one, separators=(",", ":")) for one in patterns]},
        aws_config={"resource_types": filters("config")},
        bucket={"name": "amzn-s3-demo-bucket"},
        trail={"name": "trail", "event_selectors": json.dumps(filters("cloudtrail"))},
    )
    rules = of_type(resources, "aws_cloudwatch_event_rule")
    assert [json.loads(rule.values["event_pattern"]) for rule in rules] == patterns


def test_everything_that_can_have_tags_has_them(terraform: Terraform) -> None:
    tags = {"team": "security"}
    resources = terraform.applied(
        terraform.module,
        tags=tags,
        create_kms_key=True,
        bucket={"name": "amzn-s3-demo-bucket", "create": True},
        cloudwatch_logs=LOGS,
        eventbridge={"event_patterns": ["{}"]},
        log_files={},
        aws_config={"resource_types": TYPES, "record": True},
        trail={"name": "trail"},
    )
    assert [one.type for one in resources if one.values.get("tags", tags) != tags] == []
    assert {one.type for one in resources if "tags" in one.values} >= {"aws_lambda_function", "aws_kms_key"}


CALLER = """
resource "terraform_data" "made" {
  input = {
    arn     = "arn:aws:kms:eu-west-1:111122223333:key/EXAMPLE"
    bucket  = "amzn-s3-demo-bucket"
    pattern = "{}"
  }
}

module "trailguard" {
  source = "../terraform"

  package          = "function.zip"
  name             = "audit"
  kms_key_arn      = terraform_data.made.output.arn
  policy_arns      = [terraform_data.made.output.arn]
  alarm_topic_arns = [terraform_data.made.output.arn]
  subscribers      = { queue = { protocol = "sqs", endpoint = terraform_data.made.output.arn } }
  trail            = { name = "trail", event_selectors = jsonencode([]) }
  log_files        = {}
  aws_config       = { resource_types = ["AWS::EC2::VPC"], record = true }
  eventbridge      = { event_patterns = [terraform_data.made.output.pattern] }
  cloudwatch_logs  = { log_group_name = terraform_data.made.output.bucket, filter_patterns = ["", ""] }

  bucket = {
    name        = terraform_data.made.output.bucket
    kms_key_arn = terraform_data.made.output.arn
  }
}

module "second" {
  source = "../terraform"

  package = "function.zip"
}
"""


def test_what_is_made_in_the_same_run_may_be_handed_over(terraform: Terraform) -> None:
    """Nobody knows it when planning. A second function of another name is made beside the first."""
    root = terraform.module.parent / "caller"
    root.mkdir()
    (root / "main.tf").write_text(CALLER, "utf-8")
    shutil.copy(terraform.module / "function.zip", root)

    resources = terraform.applied(root)

    [subscription] = of_type(resources, "aws_sns_topic_subscription")
    assert subscription.values["endpoint"] == "arn:aws:kms:eu-west-1:111122223333:key/EXAMPLE"
    names = [one.values["function_name"] for one in of_type(resources, "aws_lambda_function")]
    assert sorted(names) == ["audit", "trailguard"]


def test_many_rules_of_eventbridge_share_their_policies(terraform: Terraform) -> None:
    """They do not grow: a queue's policy may have 8 KB, a function's 20."""
    patterns = [json.dumps({"detail": {"eventName": [f"Name{n}"]}}) for n in range(12)]
    resources = terraform.applied(terraform.module, eventbridge={"event_patterns": patterns})

    rules = [rule.values["arn"] for rule in of_type(resources, "aws_cloudwatch_event_rule")]
    [policy] = of_type(resources, "aws_sqs_queue_policy")
    [permission] = of_type(resources, "aws_lambda_permission")
    allowed = policy.policy()[0]["Condition"]["ArnLike"]["aws:SourceArn"]
    assert permission.values["source_arn"] == allowed
    assert len(rules) == 12
    assert all(fnmatchcase(arn, allowed) for arn in rules)


def test_what_is_applied_stays_as_it_is(terraform: Terraform) -> None:
    """To apply it again changes nothing."""
    root = terraform.module / "examples" / "s3-sqs"
    terraform.told(root, "apply", "-auto-approve", "-input=false", "-state=again.tfstate")
    again = terraform.told(root, "plan", "-no-color", "-input=false", "-state=again.tfstate")
    assert "No changes." in again


# Of which file what is replaced by what, and what Terraform says of it.
MISTAKES = [
    ("s3.tf", "function_response_types", "function_response_type", "Unsupported argument"),
    ("s3.tf", "maximum_concurrency = scaling", "most = scaling", "Unsupported argument"),
    ("s3.tf", "  queue {", "  queues {", "Unsupported block type"),
    ("function.tf", "  role                           =", "  # role =", "Missing required argument"),
    ("config.tf", "    owner             =", "    # owner =", "Missing required argument"),
    ("config.tf", "  source {", "  sources {", "Insufficient source blocks"),
    ("state.tf", 'type = "S"', "type = {}", "Incorrect attribute value type"),
    ("function.tf", "var.memory_size", '"much"', "a number is required"),
    ("alarms.tf", "aws_sqs_queue.log_files[0]", "aws_sqs_queue.logs[0]", "Reference to undeclared resource"),
    ("eventbridge.tf", "function.this.arn", "function.this.urn", "Unsupported attribute"),
    ("function.tf", '"aws_lambda_function" "this"', '"aws_lamda_function" "this"', "Invalid resource type"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[f"{file} {wrong}" for file, _, wrong, _ in MISTAKES])
def test_a_mistake_is_found(terraform: Terraform, tmp_path: Path, mistake: tuple[str, str, str, str]) -> None:
    """The stand-in is worth something: by its schema, Terraform refuses what it would by the real one."""
    file, right, wrong, message = mistake
    root = tmp_path / "terraform"
    shutil.copytree(MODULE, root, ignore=shutil.ignore_patterns("examples", "tests"))
    assert right in SOURCES[file]
    (root / file).write_text(SOURCES[file].replace(right, wrong, 1), "utf-8")
    started = terraform.run(root, "init", "-no-color", "-input=false")
    ended = terraform.run(root, "validate", "-no-color")
    assert ended.returncode == 1
    assert message in started.stderr + ended.stderr


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_function_may_do_what_its_wiring_needs_and_nothing_else(
    applied: Callable[[str], list[Resource]], example: str
) -> None:
    assert {statement["Sid"] for statement in role_policy(applied(example))} == STATEMENTS[example]


def test_a_function_without_anything_may_write_its_log(terraform: Terraform) -> None:
    resources = terraform.applied(
        terraform.module, create_topic=False, create_state_table=False, create_alarms=False
    )
    assert [statement["Sid"] for statement in role_policy(resources)] == ["WriteLog", "SendUndecodable"]
    assert {one.type for one in resources} == {
        "aws_cloudwatch_log_group",
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_lambda_function",
        "aws_sqs_queue",
    }


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_policy_allows_everything(applied: Callable[[str], list[Resource]], example: str) -> None:
    for kind, statement in statements(applied(example)):
        assert statement["Sid"]
        assert "*" not in actions(statement)
        if kind == "aws_iam_role_policy":
            assert not [action for action in actions(statement) if "*" in action]
        if kind == "aws_kms_key" or statement["Sid"] in WITHOUT_RESOURCE:
            assert statement["Resource"] == "*"  # in a key's policy, that is the key
        else:
            assert statement.get("Resource") != "*"
        if statement["Effect"] == "Allow":
            assert statement.get("Principal") != "*"


@pytest.mark.parametrize("example", EXAMPLES)
def test_services_act_for_this_account_alone(applied: Callable[[str], list[Resource]], example: str) -> None:
    """No service can be made to act here by somebody in another account."""
    for kind, statement in statements(applied(example)):
        service = statement.get("Principal", {}).get("Service", "") if statement["Effect"] == "Allow" else ""
        if not service or service == "lambda.amazonaws.com" or statement["Sid"] == "LogOfTheFunction":
            continue
        tested = {key: value for tests in statement["Condition"].values() for key, value in tests.items()}
        if service == "events.amazonaws.com":  # an EventBridge rule's ARN has the account
            assert ":111122223333:rule/" in tested["aws:SourceArn"]
            continue
        assert tested["aws:SourceAccount"] in ("111122223333", ["111122223333"])
        if kind not in {"aws_iam_role", "aws_kms_key"}:
            assert "aws:SourceArn" in tested
    for permission in of_type(applied(example), "aws_lambda_permission"):
        assert permission.values["source_arn"] or permission.values["principal"] == "config.amazonaws.com"
        named = f"{permission.values['source_arn']} {permission.values['source_account']}"
        assert "111122223333" in named


def test_every_statement_says_which_call_needs_it() -> None:
    """Each statement of the function's role has a comment above its Sid."""
    said = {sid for text in SOURCES.values() for sid in re.findall(r"#[^\n]*\n +Sid += \"(\w+)\"", text)}
    assert set.union(*STATEMENTS.values()) | {"DecryptLogFiles"} <= said


def test_other_partitions_are_thought_of(terraform: Terraform) -> None:
    for example in EXAMPLES:
        resources = terraform.applied(terraform.module / "examples" / example, region="cn-north-1")
        assert "arn:aws:" not in json.dumps([one.values for one in resources])


def test_what_invokes_the_function_finds_it_with_its_policy(terraform: Terraform) -> None:
    """IAM takes a while: what Lambda or AWS Config try at once must not come before the policy."""
    root = terraform.module / "examples" / "s3-sqs"
    terraform.told(root, "plan", "-input=false", "-out=plan")
    plan = json.loads(terraform.told(root, "show", "-json", "plan"))
    resources = plan["configuration"]["root_module"]["module_calls"]["trailguard"]["module"]["resources"]
    needs = {one["address"]: one.get("depends_on", []) for one in resources}
    assert "aws_iam_role_policy.function" in needs["aws_lambda_function.this"]
    assert "aws_iam_role_policy.function" in needs["aws_lambda_event_source_mapping.log_files"]
    assert needs["aws_s3_bucket_notification.log_files"] == ["aws_sqs_queue_policy.log_files"]
    assert needs["aws_cloudwatch_log_subscription_filter.trail"] == ["aws_lambda_permission.cloudwatch_logs"]
    assert "aws_lambda_permission.config" in needs["aws_config_config_rule.this"]
    assert needs["aws_cloudtrail.this"] == ["aws_s3_bucket_policy.logs"]


def test_trailguard_takes_the_settings_in_the_environment(
    applied: Callable[[str], list[Resource]], monkeypatch: pytest.MonkeyPatch
) -> None:
    [function] = of_type(applied("eventbridge"), "aws_lambda_function")
    for name, value in function.values["environment"][0]["variables"].items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    guard = Guard.from_settings()
    [notifier] = guard.notifiers
    assert isinstance(notifier, SnsNotifier)
    assert notifier.identity == "sns arn:aws:sns:eu-west-1:111122223333:trailguard-verdicts"
    assert guard.settings.dead_letter is not None
    assert guard.settings.dead_letter.type == "sqs"
    assert (guard.settings.state.type, guard.settings.state.table) == ("dynamodb", "trailguard-state")


def test_the_topic_comes_after_the_notifiers_of_the_file(terraform: Terraform) -> None:
    [function] = of_type(terraform.applied(terraform.module, notifier_position=2), "aws_lambda_function")
    assert "TRAILGUARD__NOTIFIERS__2__TOPIC_ARN" in function.values["environment"][0]["variables"]


def test_the_table_is_one_that_the_store_can_use(applied: Callable[[str], list[Resource]]) -> None:
    [table] = of_type(applied("eventbridge"), "aws_dynamodb_table")
    assert table.values["hash_key"] == "pk"
    assert table.values["attribute"] == [{"name": "pk", "type": "S"}]
    assert table.values["ttl"] == [{"attribute_name": "expires", "enabled": True}]


def test_a_schedule_is_a_message_type_of_its_own(applied: Callable[[str], list[Resource]]) -> None:
    [rule] = of_type(applied("aws-config"), "aws_config_config_rule")
    [source] = rule.values["source"]
    assert {one["message_type"]: one["maximum_execution_frequency"] for one in source["source_detail"]} == {
        "ConfigurationItemChangeNotification": None,
        "OversizedConfigurationItemChangeNotification": None,
        "ScheduledNotification": "TwentyFour_Hours",
    }


def test_a_trail_has_each_operator_of_a_selector(terraform: Terraform) -> None:
    operators = {
        "equals": "Equals",
        "not_equals": "NotEquals",
        "starts_with": "StartsWith",
        "not_starts_with": "NotStartsWith",
        "ends_with": "EndsWith",
        "not_ends_with": "NotEndsWith",
    }
    fields = [{"Field": f"field{n}", operator: [operator]} for n, operator in enumerate(operators.values())]
    selectors = [{"Name": "first", "FieldSelectors": fields}, {"FieldSelectors": fields[:1]}]
    resources = terraform.applied(
        terraform.module,
        bucket={"name": "amzn-s3-demo-bucket"},
        trail={"name": "trail", "event_selectors": json.dumps(selectors)},
    )
    [trail] = of_type(resources, "aws_cloudtrail")
    first, second = trail.values["advanced_event_selector"]
    assert (first["name"], second["name"]) == ("first", None)
    made = [
        {"Field": one["field"]} | {operators[name]: one[name] for name in operators if one[name]}
        for one in first["field_selector"]
    ]
    assert sorted(made, key=lambda one: one["Field"]) == fields


def test_a_given_bucket_and_key_are_read_and_decrypted(terraform: Terraform) -> None:
    """The bucket of an organization's trail belongs to another account, which is who may notify."""
    key = "arn:aws:kms:eu-west-1:444455556666:key/EXAMPLE"
    resources = terraform.applied(
        terraform.module,
        bucket={"name": "amzn-s3-demo-bucket", "account_id": "444455556666", "kms_key_arn": key},
        log_files={"notify": False, "prefix": "AWSLogs/o-example/"},
    )
    policy = {one["Sid"]: one for one in role_policy(resources)}
    assert policy["ReadLogFiles"]["Resource"] == "arn:aws:s3:::amzn-s3-demo-bucket/AWSLogs/o-example/*"
    assert policy["DecryptLogFiles"]["Resource"] == key
    [queue_policy] = of_type(resources, "aws_sqs_queue_policy")
    [notifies] = queue_policy.policy()
    assert notifies["Condition"]["StringEquals"] == {"aws:SourceAccount": "444455556666"}
