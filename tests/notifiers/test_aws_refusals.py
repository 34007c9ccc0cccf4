"""What AWS's error codes mean for a batch. The codes are those of the services' models and API references."""

from __future__ import annotations

import socket
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    NoCredentialsError,
    NoRegionError,
    ProxyConnectionError,
    ReadTimeoutError,
)

from trailguard import Severity, Verdict
from trailguard.channel import Refusal
from trailguard.notifiers import _aws
from trailguard.record import ReadFailure
from trailguard.verdict import Compliance

# To try again at once won't help, and no notice is to blame: (code, HTTP status).
HOPELESS = [
    # SNS
    ("NotFound", 404),
    ("AuthorizationError", 403),
    ("InvalidSecurity", 403),
    ("EndpointDisabled", 400),
    ("KMSDisabled", 400),
    ("KMSInvalidState", 400),
    ("KMSNotFound", 400),
    ("KMSOptInRequired", 403),
    ("KMSAccessDenied", 400),
    # SQS, whose codes are of two protocols
    ("QueueDoesNotExist", 400),
    ("AWS.SimpleQueueService.NonExistentQueue", 400),
    ("InvalidAddress", 404),
    ("UnsupportedOperation", 400),
    ("AWS.SimpleQueueService.UnsupportedOperation", 400),
    ("KmsDisabled", 400),
    ("KMS.DisabledException", 400),
    ("KmsInvalidState", 400),
    ("KMS.InvalidStateException", 400),
    ("KmsNotFound", 400),
    ("KMS.NotFoundException", 400),
    ("KmsOptInRequired", 400),
    ("KmsAccessDenied", 400),
    ("KMS.AccessDeniedException", 400),
    ("KmsInvalidKeyUsage", 400),
    # EventBridge
    ("AccessDeniedException", 400),
    ("InvalidAccountIdException", 400),
    ("NotAuthorizedForSourceException", 400),
    ("NotAuthorizedForDetailTypeException", 400),
    ("ResourceNotFoundException", 400),
    # Security Hub
    ("InvalidAccessException", 401),
    # STS
    ("AccessDenied", 403),
    ("MalformedPolicyDocument", 400),
    ("PackedPolicyTooLarge", 400),
    ("RegionDisabledException", 403),
    ("ExpiredTokenException", 400),
    # All services
    ("AccessDeniedException", 403),
    ("ExpiredToken", 403),
    ("RequestExpired", 400),
    ("IncompleteSignature", 400),
    ("InvalidSignatureException", 403),
    ("SignatureDoesNotMatch", 403),
    ("InvalidClientTokenId", 403),
    ("UnrecognizedClientException", 400),
    ("MissingAuthenticationToken", 403),
    ("OptInRequired", 403),
    ("NotAuthorized", 400),
]

# It may be taken later.
FOR_NOW = [
    ("InternalError", 500),
    ("InternalFailure", 500),
    ("InternalException", 500),
    ("InternalException", 400),
    ("ServiceUnavailable", 503),
    ("KMSThrottling", 400),
    ("KmsThrottled", 400),
    ("KMS.ThrottlingException", 400),
    ("Throttling", 400),
    ("ThrottlingException", 400),
    ("ThrottledException", 400),
    ("RequestThrottled", 403),
    ("RequestThrottledException", 400),
    ("EC2ThrottledException", 503),
    ("TooManyRequestsException", 400),
    ("RequestLimitExceeded", 503),
    ("LimitExceededException", 429),
    ("BandwidthLimitExceeded", 509),
    ("SlowDown", 503),
    ("OverLimit", 403),
    ("RequestTimeout", 400),
    ("RequestTimeoutException", 408),
    ("PriorRequestNotComplete", 400),
    ("NeverHeardOf", 500),
    ("NeverHeardOf", 502),
    ("NeverHeardOf", 429),
    ("", 503),
]

# One notice may be to blame: halves tell.
FOR_GOOD = [
    ("TooManyEntriesInBatchRequest", 400),
    ("BatchRequestTooLong", 400),
    ("AWS.SimpleQueueService.BatchRequestTooLong", 400),
    ("BatchEntryIdsNotDistinct", 400),
    ("EmptyBatchRequest", 400),
    ("InvalidBatchEntryId", 400),
    ("InvalidParameter", 400),
    ("InvalidParameterValue", 400),
    ("ParameterValueInvalid", 400),
    ("InvalidMessageContents", 400),
    ("InvalidArgument", 400),
    ("MalformedDetail", 400),
    ("RedactionFailure", 400),
    ("InvalidInputException", 400),
    ("RequestEntityTooLargeException", 413),
    ("ValidationException", 400),
    ("ValidationError", 400),
    ("NeverHeardOf", 400),
]

EACH = [
    *((code, status, False, False) for code, status in HOPELESS),
    *((code, status, True, True) for code, status in FOR_NOW),
    *((code, status, False, True) for code, status in FOR_GOOD),
]


def client_error(code: str, status: int = 400, message: str = "why") -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        "PublishBatch",
    )


def verdict(**changes: Any) -> Verdict:
    return Verdict(
        **{
            "id": "0123456789abcdef0123456789abcdef",
            "rule_id": "igw-attached",
            "compliance": Compliance.NON_COMPLIANT,
            "severity": Severity.HIGH,
            "title": "Title",
            "reason": "reason",
            "account_id": "111122223333",
            **changes,
        }
    )


@pytest.mark.parametrize(("code", "status", "again", "poison"), EACH)
def test_code_of_a_call(code: str, status: int, *, again: bool, poison: bool) -> None:
    assert _aws.refusal(client_error(code, status)) == Refusal(f"{code}: why", again=again, poison=poison)


@pytest.mark.parametrize(("code", "status"), HOPELESS)
def test_hopeless_code_stays_so_whatever_the_status(code: str, status: int) -> None:
    """A gateway may put any status on it, and an entry's ``SenderFault`` may be missing the point."""
    assert _aws.of_code(code, "", again=True) == Refusal(f"{code}: ", poison=False)
    assert not _aws.refusal(client_error(code, status + 100)).again


def test_what_aws_says_is_shown_and_not_obeyed() -> None:
    """It quotes what was sent."""
    assert _aws.of_code("InvalidParameter", "no \x1b[31m\nred").error == r"InvalidParameter: no \x1b[31m\nred"


def test_error_that_says_nothing_is_still_a_refusal() -> None:
    assert _aws.refusal(ClientError({}, "PublishBatch")) == Refusal(": ")


# Failed entries of SNS and SQS


def failed(number: int, code: str, *, is_our_fault: bool, **more: str) -> dict[str, Any]:
    return {"Id": str(number), "Code": code, "SenderFault": is_our_fault, **more}


def test_failed_entries_are_found_by_their_ids() -> None:
    answers = _aws.refused(
        [
            failed(3, "InternalError", is_our_fault=False, Message="try again"),
            failed(1, "InvalidParameterValue", is_our_fault=True),
        ],
        5,
    )

    assert answers == [
        None,
        Refusal("InvalidParameterValue: "),
        None,
        Refusal("InternalError: try again", again=True),
        None,
    ]


def test_entry_that_is_not_the_senders_fault_may_be_taken_later() -> None:
    """Whatever the code, as long as AWS says so; but permissions do not come by themselves."""
    codes = ["NeverHeardOf", "NeverHeardOf", "KMS.AccessDeniedException", "ThrottlingException"]
    faults = [False, True, False, True]

    answers = _aws.refused(
        [
            failed(n, code, is_our_fault=fault)
            for n, (code, fault) in enumerate(zip(codes, faults, strict=True))
        ],
        4,
    )

    assert [answer.again for answer in answers if answer] == [True, False, False, True]


def test_nothing_failed() -> None:
    assert _aws.refused([], 3) == [None, None, None]


@pytest.mark.parametrize("one", [{"Id": "3"}, {"Id": "x"}, {"Id": "-1"}, {}])
def test_failed_entry_of_no_batch_is_an_error(one: dict[str, str]) -> None:
    """Nobody knows which one failed: to take no notice of it might lose one."""
    with pytest.raises((LookupError, ValueError)):
        _aws.refused([{"Code": "InternalError", "SenderFault": False, **one}], 3)


# What is no answer of AWS


@pytest.mark.parametrize(
    "error",
    [
        ConnectTimeoutError(endpoint_url="https://sns.eu-west-1.amazonaws.com"),
        ReadTimeoutError(endpoint_url="https://sns.eu-west-1.amazonaws.com"),
        ConnectionClosedError(endpoint_url="https://sns.eu-west-1.amazonaws.com"),
        ProxyConnectionError(proxy_url="http://proxy.example.com"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_network_may_work_later(error: BotoCoreError) -> None:
    assert _aws.refusal(error) == Refusal(f"{type(error).__name__}: {error}", again=True, poison=False)


@pytest.mark.parametrize(
    "error", [NoCredentialsError(), NoRegionError()], ids=lambda error: type(error).__name__
)
def test_what_is_missing_here_is_no_notices_fault(error: BotoCoreError) -> None:
    assert _aws.refusal(error) == Refusal(f"{type(error).__name__}: {error}", poison=False)


@pytest.mark.parametrize("error", [TypeError("x"), UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates")])
def test_one_notice_may_be_to_blame_for_what_nobody_expected(error: Exception) -> None:
    assert _aws.refusal(error) == Refusal(f"{type(error).__name__}: {error}")


def unreachable(port: int) -> Any:
    return boto3.client(
        "sns",
        region_name="eu-west-1",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_endpoint_that_does_not_answer_may_do_so_later() -> None:
    """A port that nobody listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = unreachable(taken.getsockname()[1])

        with pytest.raises(BotoCoreError) as raised:
            client.publish_batch(TopicArn="arn", PublishBatchRequestEntries=[{"Id": "0", "Message": "x"}])

    refusal = _aws.refusal(raised.value)
    assert (refusal.again, refusal.poison) == (True, False)
    assert refusal.error.startswith("EndpointConnectionError: ")


def test_entry_that_botocore_refuses_is_to_blame() -> None:
    """It looks at the whole batch before it sends anything."""
    client = unreachable(1)

    with pytest.raises(BotoCoreError) as raised:
        client.publish_batch(TopicArn="arn", PublishBatchRequestEntries=[{"Id": "0", "Message": 1}])

    refusal = _aws.refusal(raised.value)
    assert (refusal.again, refusal.poison) == (False, True)
    assert refusal.error.startswith("ParamValidationError: ")


# What SNS and SQS share of an entry


def test_attributes_are_what_filters_look_at() -> None:
    assert _aws.attributes(verdict()) == {
        "kind": "verdict",
        "severity": "high",
        "rule_id": "igw-attached",
        "account_id": "111122223333",
    }
    assert _aws.attributes(ReadFailure("s3://bucket/key", "Access Denied")) == {"kind": "failure"}


@pytest.mark.parametrize("account_id", [None, ""])
def test_attributes_are_never_empty(account_id: str | None) -> None:
    assert "account_id" not in _aws.attributes(verdict(account_id=account_id))


def test_attributes_are_short_and_printable() -> None:
    """Neither service takes control characters or half a surrogate pair."""
    told = _aws.attributes(verdict(account_id="\x00\ud800" + "9" * 10_000))

    assert told["account_id"].startswith(r"\x00\ud800999")
    assert len(told["account_id"]) == 256


@pytest.mark.parametrize("rule_id", ["igw-attached", "r" * 128])
def test_rule_is_the_group_and_the_id_is_for_deduplication(rule_id: str) -> None:
    one = verdict(rule_id=rule_id)

    assert _aws.fifo(one, "{}") == {"MessageGroupId": rule_id, "MessageDeduplicationId": one.id}


@pytest.mark.parametrize("rule_id", ["r" * 129, "naïve-rule", "two words", "", "\ud800"])
def test_rule_that_can_be_no_group_has_one_all_the_same(rule_id: str) -> None:
    """Always the same, and another one for another rule."""
    group = _aws.fifo(verdict(rule_id=rule_id), "{}")["MessageGroupId"]

    assert group == _aws.fifo(verdict(rule_id=rule_id), "other")["MessageGroupId"]
    assert group != _aws.fifo(verdict(rule_id=f"{rule_id}é"), "{}")["MessageGroupId"]
    assert len(group) == 64
    assert group.isalnum()


def test_failures_are_told_apart_by_what_they_say() -> None:
    failure = ReadFailure("s3://bucket/key", "Access Denied")
    one, again, other = (_aws.fifo(failure, text) for text in ("one", "one", "other"))

    assert one == again
    assert one["MessageGroupId"] == other["MessageGroupId"] == "failures"
    assert one["MessageDeduplicationId"] != other["MessageDeduplicationId"]


@pytest.mark.parametrize("max_bytes", [10, 11, 20])
def test_number_of_bytes_is_taken(max_bytes: int) -> None:
    _aws.check_bytes(max_bytes, 10, 20)


@pytest.mark.parametrize("max_bytes", [9, 21, 0, -1, 15.0, "15", True, None])
def test_number_of_bytes_is_refused(max_bytes: object) -> None:
    with pytest.raises(ValueError, match=r"max_bytes is .*; expected a number from 10 to 20"):
        _aws.check_bytes(max_bytes, 10, 20)
