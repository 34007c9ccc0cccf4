"""What the channels over AWS's APIs share: their clients, and what a refusal means.

Source: "Common error types" in the AWS services' API references, and "Retry behavior" in the AWS SDKs and
Tools reference guide.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

from trailguard.channel import Refusal
from trailguard.clients import Clients
from trailguard.record import printable
from trailguard.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trailguard.report import Notice

__all__ = ["attributes", "check_bytes", "client", "fifo", "of_code", "refusal", "refused"]

_ATTRIBUTE_CHARACTERS: Final = 256
_GROUP: Final = re.compile(r"[!-~]{1,128}")

# Parts of codes: services spell one code in several ways, such as KMSDisabled, KmsDisabled and
# KMS.DisabledException. Nothing in a batch is to blame for these, and to try again at once won't help.
_HOPELESS: Final = (
    "AccessDenied",
    "AuthorizationError",
    "Disabled",
    "DoesNotExist",
    "Expired",
    "InvalidAccess",
    "InvalidAccountId",
    "InvalidAddress",
    "InvalidClientTokenId",
    "InvalidKeyUsage",
    "InvalidSecurity",
    "InvalidState",
    "MalformedPolicy",
    "MissingAuthenticationToken",
    "NonExistentQueue",
    "NotAuthorized",
    "NotFound",
    "OptInRequired",
    "PackedPolicyTooLarge",
    "Signature",
    "UnrecognizedClient",
    "UnsupportedOperation",
)
_FOR_NOW: Final = (
    "InternalError",
    "InternalException",
    "InternalFailure",
    "LimitExceeded",
    "OverLimit",
    "PriorRequestNotComplete",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
    "Throttl",
    "TooManyRequests",
)


def client(service: str, region: str | None) -> Any:  # noqa: ANN401  # another one for each service
    """Make a client that fails fast, and asks once: to ask again is for the channel, while there is time."""
    return Clients(seconds=5, attempts=1).client(service, region=region)


def check_bytes(max_bytes: object, least: int, most: int) -> None:
    """Raise ValueError where ``max_bytes`` of the settings is no number that AWS takes."""
    if type(max_bytes) is not int or not least <= max_bytes <= most:
        raise ValueError(f"max_bytes is {max_bytes!r}; expected a number from {least} to {most}")


def attributes(notice: Notice) -> dict[str, str]:
    """Return what filters look at: the kind, and a verdict's severity, rule and account."""
    if not isinstance(notice, Verdict):
        return {"kind": "failure"}
    told = {"kind": "verdict", "severity": notice.severity.value, "rule_id": notice.rule_id}
    if notice.account_id:
        told["account_id"] = notice.account_id
    return {name: printable(value)[:_ATTRIBUTE_CHARACTERS] for name, value in told.items()}


def fifo(notice: Notice, message: str) -> dict[str, str]:
    """Return the fields of an entry that keep order within a rule, and drop what is delivered again."""
    if not isinstance(notice, Verdict):
        return {"MessageGroupId": "failures", "MessageDeduplicationId": _digest(message)}
    group = notice.rule_id if _GROUP.fullmatch(notice.rule_id) else _digest(notice.rule_id)
    return {"MessageGroupId": group, "MessageDeduplicationId": notice.id}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def refusal(error: Exception) -> Refusal:
    """Say what an error of a client means for the batch that it was called with."""
    from botocore.exceptions import (  # noqa: PLC0415  # whoever gets here has it loaded
        BotoCoreError,
        ClientError,
        ConnectionError,  # noqa: A004  # no builtin is meant here
        HTTPClientError,
    )

    if isinstance(error, ClientError):
        told = error.response.get("Error", {})
        code = told.get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return of_code(code, told.get("Message", ""), again=status >= 500 or status == 429)
    if isinstance(error, (ConnectionError, HTTPClientError)):
        return Refusal(f"{type(error).__name__}: {error}", again=True, poison=False)
    is_ours = isinstance(error, BotoCoreError) and "param" not in type(error).__name__.lower()
    return Refusal(f"{type(error).__name__}: {error}", poison=not is_ours)


def of_code(code: str, message: str, *, again: bool = False) -> Refusal:
    """Say what an error code means.

    Args:
        code: the code, of a call or of one entry.
        message: what AWS says beside it.
        again: whether it may be tried again, whatever the code.
    """
    is_hopeless = any(part in code for part in _HOPELESS)
    return Refusal(
        f"{code}: {printable(message)}",
        again=(again or any(part in code for part in _FOR_NOW)) and not is_hopeless,
        poison=not is_hopeless,
    )


def refused(failed: Iterable[Mapping[str, Any]], number: int) -> list[Refusal | None]:
    """Return what SNS and SQS say of each entry of a batch.

    Args:
        failed: the ``Failed`` of an answer, whose ids are the positions in the batch.
        number: how many entries the batch had.
    """
    positions = {str(n): n for n in range(number)}
    answers: list[Refusal | None] = [None] * number
    for one in failed:
        answers[positions[one["Id"]]] = of_code(
            one["Code"], one.get("Message", ""), again=not one["SenderFault"]
        )
    return answers
