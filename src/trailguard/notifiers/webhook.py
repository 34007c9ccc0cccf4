"""Posts verdicts and failures as JSON to a URL, signed, so that the receiver knows whom they come from.

The signature is made as other services make theirs: the HMAC of the time and the body under a secret that
both sides know. Without the time, who overhears a request could send it again, years later.

Source: RFC 2104, "HMAC: Keyed-Hashing for Message Authentication".
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

from trailguard.formats import writer
from trailguard.notifiers._http import Endpoint, HttpChannel, Network
from trailguard.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailguard.report import Notice

__all__ = ["WebhookNotifier", "verify"]

Format = Literal["json", "jsonl"]

_BATCH_BYTES: Final = 262_144
_BRACKETS_BYTES: Final = 2
_SIGNATURE: Final = "X-Trailguard-Signature"
_IDEMPOTENCY: Final = "Idempotency-Key"
_OURS: Final = frozenset(
    {
        "connection",
        "content-length",
        "content-type",
        "host",
        "idempotency-key",
        "transfer-encoding",
        "user-agent",
        "x-trailguard-signature",
    }
)
_STAMP: Final = re.compile(r"t=([0-9]{1,12})")


class Entry(NamedTuple):
    """A notice as JSON, and what tells it from others."""

    line: str
    id: str


class WebhookNotifier(HttpChannel[Entry]):
    """Posts notices to a URL: a burst of them is one request, with as many as 100, not a burst of requests.

    Each verdict has its ``id``: who is told twice can tell. The header ``Idempotency-Key`` is the same when
    the same batch comes again. With a secret, ``X-Trailguard-Signature`` says ``t=TIME,v1=SIGNATURE``, which
    `verify` looks at.

    Args:
        url: where to, with https. It is kept secret.
        secret: what requests are signed with; they are not signed if it is left out.
        headers: further headers, such as ``Authorization``. Their values are kept secret.
        allow_private: whether the URL may lead to addresses that are not public; http is taken then if it
            leads to this machine.
        schema: in which words: ``trailguard`` or ``ocsf``.
        format: ``json`` is an array; ``jsonl`` is a line for each, as log collectors take them.
        timeout: how many seconds one request may take.
        network: what the world outside is reached by.

    Raises:
        ValueError: when one of them is wrong. It quotes neither the URL nor the secret nor a header's value.
    """

    name = "webhook"
    max_entries = 100
    max_bytes = _BATCH_BYTES - _BRACKETS_BYTES

    def __init__(  # noqa: PLR0913  # all but the URL have defaults
        self,
        url: str,
        *,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
        allow_private: bool = False,
        format: Format = "json",  # noqa: A002  # as the settings and `scan` call it
        schema: str = "trailguard",
        timeout: float = 10,
        network: Network | None = None,
    ) -> None:
        network = network or Network()
        super().__init__(Endpoint(url, allow_private=allow_private, network=network), timeout)
        if secret is not None and not (isinstance(secret, str) and secret):
            raise ValueError("secret is not what it should be; expected text that is not empty")
        if format not in get_args(Format):
            raise ValueError(f"format is {format!r}; expected {' or '.join(map(repr, get_args(Format)))}")
        self._secret, self._clock = secret, network.clock
        self._headers = _checked(headers or {})
        self._is_array = format == "json"
        self._write = writer(schema)

    def entry(self, notice: Notice) -> tuple[Entry, int]:
        """Write a notice as JSON."""
        line = self._write(notice, self.max_bytes - 1)
        known_by = notice.id if isinstance(notice, Verdict) else hashlib.sha256(line.encode()).hexdigest()
        return Entry(line, known_by), len(line.encode()) + 1

    def request(self, entries: Sequence[Entry]) -> tuple[bytes, dict[str, str]]:
        """Write the body, and sign it: anew with each attempt, as signatures grow old."""
        lines = [entry.line for entry in entries]
        text = f"[{','.join(lines)}]" if self._is_array else "".join(f"{line}\n" for line in lines)
        body = text.encode()
        ids = "\n".join(entry.id for entry in entries)
        headers = self._headers | {
            "Content-Type": "application/json" if self._is_array else "application/x-ndjson",
            _IDEMPOTENCY: hashlib.sha256(ids.encode()).hexdigest(),
        }
        if self._secret is not None:
            now = int(self._clock())
            headers[_SIGNATURE] = f"t={now},v1={_signature(self._secret, now, body)}"
        return body, headers


def verify(secret: str, header: str | None, body: bytes, *, now: float, tolerance: float = 300) -> bool:
    """Tell whether a request was signed with a secret, and not long ago. For receivers; it never raises.

    Args:
        secret: what both sides know.
        header: the value of ``X-Trailguard-Signature``; None if there was none.
        body: the body as it came: to parse it and to write it again changes it.
        now: the time, in seconds since 1970, as `time.time` tells it.
        tolerance: by how many seconds the clocks may differ, the way of the request included.
    """
    stamp, *signatures = (header or "").split(",")
    signed_at = _STAMP.fullmatch(stamp)
    if not secret or signed_at is None or not abs(now - int(signed_at[1])) <= tolerance:
        return False
    expected = f"v1={_signature(secret, int(signed_at[1]), body)}".encode()
    given = [one.encode("utf-8", "replace") for one in signatures]
    return any([hmac.compare_digest(expected, one) for one in given])  # noqa: C419  # all: it takes as long


def _signature(secret: str, now: int, body: bytes) -> str:
    key = secret.encode("utf-8", "surrogatepass")
    return hmac.new(key, f"{now}.".encode() + body, hashlib.sha256).hexdigest()


def _checked(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers that HTTP takes, and that do not stand in for ours."""
    if not isinstance(headers, Mapping):
        raise ValueError("headers is not what it should be; expected a table of texts")  # noqa: TRY004  # a setting
    for name, value in headers.items():
        if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name) or name.lower() in _OURS:
            raise ValueError(f"headers has {name!r}, which cannot be set")
        if not isinstance(value, str) or not re.fullmatch(r"[ -~]*", value):
            raise ValueError(f"headers.{name} is not what it should be; expected printable ASCII")
    return dict(headers)
