"""trailguard as AWS Lambda runs it: a handler string, AWS's own runtime client, JSON in and out."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from runtime_api import Answer, Failure, Function, lambda_runtime
from trailguard import Guard
from trailguard.settings import Settings
from trailguard.testing import cloudtrail_event

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# awslambdaric's compiled part: without it, the rest can be imported, but cannot run.
pytest.importorskip("runtime_client", reason="awslambdaric has wheels for Linux alone")

GATEWAY = {"internetGatewayId": "igw-0example", "vpcId": "vpc-0example"}
ATTACHED = cloudtrail_event("ec2:AttachInternetGateway", request=GATEWAY).raw
REFUSED = cloudtrail_event(
    "ec2:AttachInternetGateway", request=GATEWAY, error="Client.UnauthorizedOperation"
).raw
RULE = "internet-gateway-attached"
FUNCTION = f"""
from trailguard import Guard

guard = Guard.from_settings(only=["{RULE}"])
handler = guard.handle
"""


@contextmanager
def deployed(
    folder: Path, code: str = FUNCTION, environment: Mapping[str, str] | None = None
) -> Iterator[Function]:
    (folder / "lambda_function.py").write_text(code, "utf-8")
    with lambda_runtime(folder, "lambda_function.handler", environment) as function:
        yield function


def log_lines(*messages: Any) -> dict[str, Any]:
    """Make what CloudWatch Logs hands to a subscribed function; a text is a line as it stands."""
    content = {
        "messageType": "DATA_MESSAGE",
        "owner": "111122223333",
        "logGroup": "CloudTrail/logs",
        "logStream": "111122223333_CloudTrail_us-east-1",
        "subscriptionFilters": ["everything"],
        "logEvents": [
            {
                "id": f"{n:056}",
                "timestamp": 1_772_442_000_000,
                "message": one if isinstance(one, str) else json.dumps(one),
            }
            for n, one in enumerate(messages)
        ],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(content).encode())).decode()}}


def queued(**bodies: str) -> dict[str, Any]:
    """Make what a queue hands over: a batch of messages, by their ids."""
    return {
        "Records": [
            {
                "messageId": message_id,
                "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
                "body": body,
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": "1772442000000",
                    "SenderId": "AIDACKCEVSQ6C2EXAMPLE",
                    "ApproximateFirstReceiveTimestamp": "1772442000012",
                },
                "messageAttributes": {},
                "md5OfBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:trail",
                "awsRegion": "eu-west-1",
            }
            for message_id, body in bodies.items()
        ]
    }


def written(function: Function) -> list[dict[str, Any]]:
    """Return the lines of JSON in a function's log."""
    return [json.loads(line) for line in function.log.split("\n") if line.startswith("{")]


def test_verdict_of_a_log_line(tmp_path: Path) -> None:
    """It goes to standard output, a refused call gives none, and the summary is the answer."""
    event = log_lines(ATTACHED, REFUSED)

    with deployed(tmp_path) as function:
        answer = function.invoke(event)
        told = written(function)

    assert answer == Answer(Guard.from_settings(Settings(), notifiers=(), only=[RULE]).handle(event))
    assert (answer.payload["records"]["seen"], answer.payload["verdicts"]) == (2, 1)
    assert [(verdict["rule_id"], verdict["event_id"]) for verdict in told] == [(RULE, ATTACHED["eventID"])]


def test_warm_function(tmp_path: Path) -> None:
    """A process serves one invocation after the other, and tells of the same event once."""
    with deployed(tmp_path) as function:
        answers = [function.invoke(log_lines(one)) for one in (ATTACHED, REFUSED, ATTACHED)]
        told = written(function)

    assert [answer.payload["verdicts"] for answer in answers if isinstance(answer, Answer)] == [1, 0, 1]
    assert answers[0] == answers[2]
    assert [verdict["event_id"] for verdict in told] == [ATTACHED["eventID"]]


def test_failure_of_an_asynchronous_invocation(tmp_path: Path) -> None:
    """Lambda is told that something is left over, and where it lies, after its neighbour was judged."""
    with deployed(tmp_path) as function:
        failure = function.invoke(log_lines("not JSON", ATTACHED))
        told = written(function)
        afterwards = function.invoke(log_lines(ATTACHED))

    assert isinstance(failure, Failure)
    assert (failure.phase, failure.error_type) == ("invocation", "UnfinishedError")
    assert failure.message.startswith("1 not done:\n- cloudwatch logs CloudTrail/logs:")
    assert " > log event 1: not JSON" in failure.message
    assert "handle" in failure.stack[0]
    assert [line["rule_id"] for line in told if "rule_id" in line] == [RULE]
    assert isinstance(afterwards, Answer)


@pytest.mark.parametrize("event", [{"hello": "world"}, {}, None, 7], ids=["other", "empty", "null", "number"])
def test_event_of_unknown_shape(tmp_path: Path, event: Any) -> None:
    """It fails, and the message says what would have been taken: whoever wired it wrongly reads that."""
    with deployed(tmp_path) as function:
        failure = function.invoke(event)

    assert isinstance(failure, Failure)
    assert (failure.phase, failure.error_type) == ("invocation", "UnsupportedEvent")
    assert "; trailguard takes: a CloudTrail log file" in failure.message


def test_batch_of_a_queue(tmp_path: Path) -> None:
    """The queue keeps the message that nobody can read, and that alone; the other's verdict is told."""
    event = queued(good=json.dumps({"Records": [ATTACHED]}), poison="not JSON")

    with deployed(tmp_path) as function:
        answer = function.invoke(event)
        told = written(function)

    assert answer == Answer({"batchItemFailures": [{"itemIdentifier": "poison"}]})
    assert [line["rule_id"] for line in told if "rule_id" in line] == [RULE]


def test_wrong_settings_end_the_cold_start(tmp_path: Path) -> None:
    """A misspelt rule is no rule that is silently off: Lambda is told the file and the place in it."""
    (tmp_path / "trailguard.toml").write_text("[rules.internet-gateway-atached]\nenabled = true\n", "utf-8")

    with deployed(tmp_path, environment={"TRAILGUARD_SETTINGS": "trailguard.toml"}) as function:
        failure = function.invoke(log_lines(ATTACHED))

    assert isinstance(failure, Failure)
    assert (failure.phase, failure.error_type) == ("init", "SettingsError")
    assert failure.message.startswith("trailguard.toml: rules.internet-gateway-atached: no such rule")


def test_nothing_is_imported_in_vain(tmp_path: Path) -> None:
    """A function that calls no AWS service does not wait for boto3 at a cold start."""
    code = f"""
import sys
{FUNCTION}
def handler(event, context):
    return [guard.handle(event, context)["verdicts"], "boto3" in sys.modules]
"""

    with deployed(tmp_path, code) as function:
        assert function.invoke(log_lines(ATTACHED)) == Answer([1, False])


def test_log_is_structured(tmp_path: Path) -> None:
    """With Lambda's own setting for logs, counts can be queried; they bear the request's id."""
    environment = {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "INFO"}

    with deployed(tmp_path, environment=environment) as function:
        answer = function.invoke(log_lines(ATTACHED, REFUSED))
        told = written(function)

    assert isinstance(answer, Answer)
    [line] = [one for one in told if one.get("logger") == "trailguard"]
    assert answer.payload.items() <= line.items()
    assert (line["level"], line["message"]) == ("INFO", "judged 2 records: 1 verdicts")
    assert line["requestId"]
