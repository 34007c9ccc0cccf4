"""Believable CloudTrail of any size, the same for the same seed.

Callers come in stretches, as in real logs, and do what such callers do: mostly look. Compared to the real
sample in ``../shared/data``::

                                     sample     made up
    bytes a record                     1,261       1,319
    of one in ten, at least            1,668       1,630
    gzip makes a small file smaller    8.7 x       9.2 x
    only read                           80 %        83 %
    failed                              10 %        10 %
    of different actions                 262          47
"""

from __future__ import annotations

import gzip
import io
import json
import re
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from callers import PEOPLE, SERVICES, Caller
from calls import BY_SERVICES, LISTENED, QUIET, REGION, Call
from trailguard.testing import DEFAULT_ACCOUNT_ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["LISTENED_SHARE", "log_file", "records"]

LISTENED_SHARE = 0.045
"""How many of the records are of calls that change a network or a role: as many as of the real ones."""

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
STRETCH = 4
BY_A_SERVICE = 0.1
IN_THE_SAME_SECOND = 0.6
FAILED = 0.11

BLANK = re.compile("<([a-z]+)>")
POOL = 240
"""Of how many resources of a kind there is talk: logs name the same ones over and over."""


def records(number: int, seed: int = 1, share: float = LISTENED_SHARE) -> Iterator[dict[str, Any]]:
    """Make records up, one by one: memory stays flat.

    Args:
        number: how many.
        seed: other records for another one.
        share: how many of them change a network or a role, from 0 to 1. Rules listen to others, too.

    Yields:
        Records of one account and one region, in the order of their times, each with an id of its own.
    """
    chance = Random(seed)  # noqa: S311  # nothing is kept secret by it
    moment = START
    caller = chance.choice(PEOPLE)
    for _ in range(number):
        if chance.random() < 1 / STRETCH:
            caller = chance.choice(SERVICES if chance.random() < BY_A_SERVICE else PEOPLE)
        if chance.random() > IN_THE_SAME_SECOND:
            moment += timedelta(seconds=1)
        if chance.random() < share:
            caller = chance.choice(PEOPLE) if caller in SERVICES else caller
            call, fails = _choice(LISTENED, chance), False
        elif caller in SERVICES:
            call, fails = _choice(BY_SERVICES, chance), False
        else:
            call, fails = _choice(QUIET, chance), chance.random() < FAILED
        yield _record(call, caller, moment, chance, fails=fails)


def log_file(records: Iterable[dict[str, Any]]) -> bytes:
    """Pack records into a log file as CloudTrail delivers it: compact and gzipped.

    The records are taken one by one, and not kept.
    """
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        file.write(b'{"Records":[')
        comma = b""
        for record in records:
            file.write(comma + json.dumps(record, separators=(",", ":")).encode())
            comma = b","
        file.write(b"]}")
    return packed.getvalue()


def _choice(calls: tuple[Call, ...], chance: Random) -> Call:
    return chance.choices(calls, [call.weight for call in calls])[0]


def _record(call: Call, caller: Caller, moment: datetime, chance: Random, *, fails: bool) -> dict[str, Any]:
    """Write down one call."""
    service, _, name = call.action.partition(":")
    names = {"request": _uuid(chance)}
    by_service = caller in SERVICES
    request = _filled(call.request, names, chance)
    record = {
        "eventVersion": "1.11",
        "userIdentity": _identity(caller, moment),
        "eventTime": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": REGION,
        "sourceIPAddress": caller.address,
        "userAgent": caller.agent,
        **(_error(call, caller, names, chance) if fails else {}),
        "requestParameters": request,
        "responseElements": None if fails else _filled(call.response, names, chance),
        **(_transfer(chance) if service == "s3" else {}),
        "requestID": names["request"],
        "eventID": _uuid(chance),
        "readOnly": call.reads,
        **_resources(call, names, chance),
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": DEFAULT_ACCOUNT_ID,
        "eventCategory": "Management",
    }
    if not by_service:
        record["tlsDetails"] = _tls(service, request)
    return record | caller.more


def _identity(caller: Caller, moment: datetime) -> dict[str, Any]:
    """Complete a session, which began at the full hour."""
    session = caller.identity.get("sessionContext")
    if session is None:
        return caller.identity
    attributes = {"creationDate": f"{moment:%Y-%m-%dT%H:00:00Z}", **session["attributes"]}
    return caller.identity | {"sessionContext": session | {"attributes": attributes}}


def _error(call: Call, caller: Caller, names: dict[str, str], chance: Random) -> dict[str, str]:
    arn = caller.identity["arn"]
    denied = f"User: {arn} is not authorized to perform: {call.action} with an explicit deny"
    code, message = call.error or ("AccessDenied", denied)
    return {"errorCode": code, "errorMessage": _filled(message, names, chance)}


def _transfer(chance: Random) -> dict[str, Any]:
    """Say what S3 says of a request."""
    data = {
        "SignatureVersion": "SigV4",
        "CipherSuite": "TLS_AES_128_GCM_SHA256",
        "bytesTransferredIn": 0,
        "AuthenticationMethod": "AuthHeader",
        "x-amz-id-2": f"{chance.getrandbits(256):064x}EXAMPLE=",
        "bytesTransferredOut": chance.randrange(100, 900),
    }
    return {"additionalEventData": data}


def _resources(call: Call, names: dict[str, str], chance: Random) -> dict[str, Any]:
    if call.resource is None:
        return {}
    kind, arn = call.resource
    named = {"accountId": DEFAULT_ACCOUNT_ID, "type": kind, "ARN": _filled(arn, names, chance)}
    return {"resources": [named]}


def _tls(service: str, request: Any) -> dict[str, str]:  # noqa: ANN401  # JSON
    host = "iam.amazonaws.com" if service == "iam" else f"{service}.{REGION}.amazonaws.com"
    return {
        "tlsVersion": "TLSv1.3",
        "cipherSuite": "TLS_AES_128_GCM_SHA256",
        "clientProvidedHostHeader": (request or {}).get("Host", host),
    }


def _filled(value: Any, names: dict[str, str], chance: Random) -> Any:  # noqa: ANN401  # JSON
    """Fill the blanks of a template."""
    if isinstance(value, dict):
        return {key: _filled(one, names, chance) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, names, chance) for one in value]
    if isinstance(value, str) and "<" in value:
        return BLANK.sub(lambda blank: _name(blank[1], names, chance), value)
    return value


def _name(blank: str, names: dict[str, str], chance: Random) -> str:
    """Name what a blank stands for; within one record, it is the same everywhere."""
    if blank not in names:
        number = chance.randrange(POOL)
        if blank == "uuid":
            names[blank] = _uuid(chance)
        elif blank == "n":
            names[blank] = str(10 + number)
        else:
            names[blank] = f"{blank}-{(number + 1) * 0x9E3779B97F & 0xFFFFFFFFFF:010x}EXAMPLE"
    return names[blank]


def _uuid(chance: Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))
