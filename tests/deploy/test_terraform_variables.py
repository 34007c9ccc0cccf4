"""The variables of deploy/terraform: what they say, and what they refuse."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from terraform import MODULE, of_type

if TYPE_CHECKING:
    from terraform import Terraform

SOURCE = (MODULE / "variables.tf").read_text("utf-8")
VARIABLES = dict(re.findall(r'^variable "(\w+)" \{\n(.*?)^\}', SOURCE, re.MULTILINE | re.DOTALL))

LOGS = {"log_group_name": "trail", "filter_patterns": ["{ $.eventName = A }"]}
TYPES = ["AWS::EC2::VPC"]
REFUSED: list[tuple[str, Any, str]] = [
    ("name", "a" * 40, "name must be 1 to 39 lower-case letters"),
    ("package", "function.tar", "make one with: trailguard package function.zip"),
    ("runtime", "python3.10", "runtime must be python3.11"),
    ("architecture", "arm", "must be x86_64 or arm64"),
    ("memory_size", 127, "from 128 to 10240 MB"),
    ("timeout", 901, "from 1 to 900 seconds"),
    ("reserved_concurrency", 0, "events are lost"),
    ("environment", {"AWS_REGION": "eu-west-1"}, "they are Lambda's own"),
    ("policy_arns", ["ReadOnlyAccess"], "must be ARNs of IAM policies"),
    ("log_retention_days", 91, "one that CloudWatch Logs knows"),
    ("kms_key_arn", "arn:aws:kms:eu-west-1:111122223333:alias/key", "not its id or alias"),
    ("cloudwatch_logs", LOGS | {"log_group_name": "arn:aws:logs:r:1:log-group:t"}, "not its ARN"),
    ("cloudwatch_logs", LOGS | {"filter_patterns": ["a", "b", "c"]}, "no more than two subscription filters"),
    ("cloudwatch_logs", LOGS | {"filter_patterns": ["a" * 1025]}, "at most 1024 characters"),
    ("eventbridge", {"event_patterns": []}, "at least one pattern"),
    ("eventbridge", {"event_patterns": ["[]"]}, "a JSON object as text"),
    ("eventbridge", {"event_patterns": [json.dumps({"source": ["a" * 2048]})]}, "at most 2048 characters"),
    ("log_files", {"batch_size": 11}, "batch_size must be from 1 to 10"),
    ("log_files", {"maximum_concurrency": 1}, "maximum_concurrency must be from 2 to 1000"),
    ("aws_config", {"resource_types": []}, "1 to 100 types"),
    ("aws_config", {"resource_types": ["AWS::EC2::*"]}, "such as AWS::EC2::SecurityGroup"),
    ("aws_config", {"resource_types": TYPES, "schedule": "Daily"}, "schedule must be One_Hour"),
    ("bucket", {"name": "s3://logs"}, "neither its ARN nor its URL"),
    ("bucket", {"name": "amzn-s3-demo-bucket", "account_id": "1"}, "must have 12 digits"),
    (
        "bucket",
        {"name": "amzn-s3-demo-bucket", "kms_key_arn": "arn:aws:kms:eu-west-1:111122223333:alias/key"},
        "not its id or alias",
    ),
    ("bucket", {"name": "amzn-s3-demo-bucket", "expire_after_days": 0}, "at least 1"),
    ("trail", {"name": "a b"}, "3 to 128 letters"),
    ("trail", {"name": "trail", "event_selectors": '["Management"]'}, "each with FieldSelectors"),
    ("notifier_position", 0.5, "0 or a whole number above"),
    (
        "subscribers",
        {"web": {"protocol": "http", "endpoint": "http://example.com"}},
        "must each have the protocol",
    ),
    ("alarm_topic_arns", ["on-call"], "must be ARNs of SNS topics"),
    ("longest_wait", 59, "at least 60 seconds"),
]
AT_THE_LIMIT = {
    "name": "a" * 39,  # and a region of 15, which is longer than any so far, make a role's name of 64
    "memory_size": 128,
    "timeout": 900,
    "reserved_concurrency": 1,
    "cloudwatch_logs": LOGS | {"filter_patterns": ["a" * 1024, "b"]},
    "eventbridge": {"event_patterns": [json.dumps({"source": ["a" * 2032]})]},
    "log_files": {"batch_size": 10, "maximum_concurrency": 2},
    "aws_config": {"resource_types": [f"AWS::EC2::Type{n}" for n in range(100)]},
    "bucket": {"name": "a.b", "expire_after_days": 1},
    "longest_wait": 60,
}


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_variable_says_what_it_is(variable: str) -> None:
    assert re.search(r"^  description += ", VARIABLES[variable], re.MULTILINE)
    assert re.search(r"^  type += ", VARIABLES[variable], re.MULTILINE)


def test_every_validation_is_tried() -> None:
    tried = [name for name, _, _ in REFUSED]
    there = {name: text.count("validation {") for name, text in VARIABLES.items() if "validation {" in text}
    assert {name: tried.count(name) for name in tried} == there


@pytest.fixture(scope="module")
def refused(terraform: Terraform) -> list[str]:
    """Plan with the bad values: one of each variable at a time, since Terraform tells of all at once."""
    left, told = REFUSED, []
    while left:
        values = {name: value for name, value, _ in reversed(left)}
        told.append(terraform.refusal(terraform.module, **values))
        left = [one for one in left if values[one[0]] is not one[1]]
    return told


@pytest.mark.parametrize(("name", "value", "message"), REFUSED)
def test_a_bad_value_is_refused_with_what_is_expected(
    refused: list[str], name: str, value: Any, message: str
) -> None:
    attempt = [one for one, _, _ in REFUSED[: REFUSED.index((name, value, message))]].count(name)
    [(_, told)] = re.findall(rf'(variable "{name}" \{{)(.*?)(?= Error: |$)', refused[attempt])
    assert message in told


def test_the_limits_themselves_are_taken(terraform: Terraform) -> None:
    assert len(AT_THE_LIMIT["eventbridge"]["event_patterns"][0]) == 2048
    [mapping] = of_type(
        terraform.applied(terraform.module, **AT_THE_LIMIT), "aws_lambda_event_source_mapping"
    )
    assert mapping.values["batch_size"] == 10
