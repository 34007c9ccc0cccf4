"""The function in examples/lambda: its own tests, and as AWS Lambda runs it, from a log line to a topic."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from runtime_api import Answer, lambda_runtime
from trailguard.testing import cloudtrail_event, cloudwatch_logs_event, iam_user

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

EXAMPLE = Path(__file__).parent.parent / "examples" / "lambda"
RULE = "access-key-of-another-user"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Copy it, as its README says."""
    return Path(
        shutil.copytree(EXAMPLE, tmp_path / "lambda", ignore=shutil.ignore_patterns(".*", "__pycache__"))
    )


def run_tests_of(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run its tests where there are neither credentials nor a region."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nowhere = {"AWS_EC2_METADATA_DISABLED": "true", "HOME": str(folder)}
    return subprocess.run(  # our own command
        [sys.executable, "-m", "pytest", "-W", "error"],
        cwd=folder,
        env=environment | nowhere,
        capture_output=True,
        text=True,
        check=False,
    )


def test_its_tests_pass(copied: Path) -> None:
    done = run_tests_of(copied)

    assert done.returncode == 0, done.stdout
    assert re.search(r"\b6 passed", done.stdout)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('get("userName")', 'get("username")'),
        ("user is None or user == event.actor.user_name", "user is None"),
        ("rules=[access_key_of_another_user], ", ""),
    ],
)
def test_they_would_not_if_it_were_broken(copied: Path, right: str, wrong: str) -> None:
    file = copied / "lambda_function.py"
    code = file.read_text("utf-8")
    assert right in code
    file.write_text(code.replace(right, wrong), "utf-8")

    assert run_tests_of(copied).returncode == 1


def test_what_its_readme_names_exists() -> None:
    for target in re.findall(r"\]\(([^)#]+)", (EXAMPLE / "README.md").read_text("utf-8")):
        assert (EXAMPLE / target).exists(), target


def key_made(user_name: str, *, by: str) -> Any:
    return cloudtrail_event("iam:CreateAccessKey", actor=iam_user(by), request={"userName": user_name})


def test_topic_is_told(copied: Path, aws_endpoint: str, sns: SNSClient, sqs: SQSClient) -> None:
    """Under AWS's own runtime client. A key of one's own is nobody's business."""
    pytest.importorskip("runtime_client", reason="awslambdaric has wheels for Linux alone")
    topic = sns.create_topic(Name="lambda-example")["TopicArn"]
    queue = sqs.create_queue(QueueName="lambda-example")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    environment = {
        "TOPIC_ARN": topic,
        "AWS_ENDPOINT_URL": aws_endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }
    events = [key_made("alice", by="mallory"), key_made("mallory", by="mallory")]

    with lambda_runtime(copied, "lambda_function.lambda_handler", environment) as function:
        answer = function.invoke(cloudwatch_logs_event(events))

    assert isinstance(answer, Answer)
    assert answer.payload["records"]["seen"] == 2
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    verdicts = [json.loads(message["Body"]) for message in messages]
    assert len(verdicts) == answer.payload["verdicts"]
    assert [one["resource"] for one in verdicts if one["rule_id"] == RULE] == ["alice"]
