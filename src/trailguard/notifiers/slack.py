"""Posts verdicts and failures to a Slack channel, through an incoming webhook.

What comes from events was written by whoever made them: it is shown as code, where Slack makes no link, no
mention and no emoji of it, and what would end the code, or what a terminal would obey, is spelled out.

Source: "Sending messages using incoming webhooks", "Formatting text for app surfaces" and "Reference: blocks"
in Slack's developer documentation.
"""

from __future__ import annotations

import json
import re
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from trailguard.channel import Refusal
from trailguard.notifiers._http import Endpoint, HttpChannel, Network, Response, of_status
from trailguard.record import DecodeFailure, ReadFailure, printable
from trailguard.report import DeadLetter
from trailguard.verdict import RuleFailure, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trailguard.report import Failure, Notice

__all__ = ["SlackNotifier"]

_HEADER_CHARACTERS: Final = 150
_TOGETHER: Final = 10
_TEXT_CHARACTERS: Final = 40_000
_MEANS_SOMETHING: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": r"\x60"}

# What Slack says; anything else that comes back may quote the URL.
_CODES: Final = frozenset(
    {
        "action_prohibited",
        "channel_is_archived",
        "channel_not_found",
        "invalid_blocks",
        "invalid_payload",
        "invalid_token",
        "no_service",
        "no_text",
        "too_many_attachments",
    }
)

# Regions whose console is known: no others are linked to, such as those of isolated partitions.
_REGION: Final = re.compile(r"[a-z]{2}(?:-gov)?-[a-z]{4,9}-[0-9]{1,2}")
_CONSOLES: Final = {"cn": "console.amazonaws.cn", "us-gov": "console.amazonaws-us-gov.com"}
_EVENT_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Section(NamedTuple):
    """A notice as Slack shows it: a header and a text, and the line of a notification."""

    header: str
    text: str

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The same in Slack's words."""
        header = {"type": "plain_text", "text": self.header, "emoji": False}
        text = {"type": "mrkdwn", "text": self.text, "verbatim": True}
        return [{"type": "header", "text": header}, {"type": "section", "text": text}]


class SlackNotifier(HttpChannel[Section]):
    """Posts notices to a channel, up to ten in a message, as Slack takes about one message a second.

    Args:
        url: the incoming webhook. It is kept secret.
        allow_private: whether the URL may lead to addresses that are not public; http is taken then if it
            leads to this machine.
        timeout: how many seconds one request may take.
        network: what the world outside is reached by.

    Raises:
        ValueError: when one of them is wrong. It does not quote the URL.
    """

    name = "slack"
    max_entries = _TOGETHER
    max_bytes = _TEXT_CHARACTERS

    def __init__(
        self, url: str, *, allow_private: bool = False, timeout: float = 10, network: Network | None = None
    ) -> None:
        endpoint = Endpoint(url, allow_private=allow_private, network=network or Network())
        super().__init__(endpoint, timeout)

    def entry(self, notice: Notice) -> tuple[Section, int]:
        """Write a notice as Slack shows it.

        Raises:
            ValueError: for a dead letter, whose bytes have no place there.
        """
        if isinstance(notice, DeadLetter):
            raise ValueError("Slack has no room for the bytes of a dead letter")  # noqa: TRY004  # of any type
        if isinstance(notice, Verdict):
            suppressed = ", suppressed" if notice.suppressed else ""
            header = f"[{notice.severity.value.upper()}{suppressed}] {notice.title}"
            lines = _verdict(notice)
        else:
            header = f"[FAILURE] {_what_failed(notice)}"
            lines = _failure(notice)
        section = Section(_escaped(header, _HEADER_CHARACTERS), "\n".join(lines))
        return section, len(section.header) + len(section.text)

    def request(self, entries: Sequence[Section]) -> tuple[bytes, dict[str, str]]:
        """Write a message. Its text is what a notification shows, and readers that know no blocks."""
        message = {
            "text": "\n".join(section.header for section in entries),
            "mrkdwn": False,
            "blocks": [block for section in entries for block in section.blocks],
            "unfurl_links": False,
            "unfurl_media": False,
        }
        return json.dumps(message).encode(), {"Content-Type": "application/json; charset=utf-8"}

    def refused(self, answer: Response) -> Refusal | None:
        """Say what Slack's answer means: it took the message if it says so."""
        said = answer.body.decode("ascii", "replace").strip()
        if answer.status != 200:
            return of_status(answer, said if said in _CODES else "")
        return None if said == "ok" else Refusal("HTTP 200, but Slack did not say ok", again=True)


def _verdict(verdict: Verdict) -> Iterator[str]:
    """Write who, what, where and why, and how to find it. All limits together stay under Slack's 3,000."""
    yield f"*Why:* {_code(verdict.reason, 1000)}"
    yield f"*Who:* {_code(verdict.actor, 300)} from {_code(verdict.source_ip, 60)}"
    if verdict.actor.arn:
        yield f"*ARN:* {_code(verdict.actor.arn, 300)}"
    kind = f" ({_code(verdict.resource_type, 80)})" if verdict.resource_type else ""
    yield f"*What:* {_code(verdict.resource, 300)}{kind}"
    yield f"*Where:* account {_code(verdict.account_id, 30)}, region {_code(verdict.region, 30)}"
    event = f"{verdict.event_source or ''} {verdict.event_name or ''}".strip()
    when = verdict.event_time.astimezone(UTC).isoformat(timespec="seconds") if verdict.event_time else None
    yield f"*Event:* {_code(event, 150)} at {_code(when, 40)}{_link(verdict)}"
    yield f"*Rule:* {_code(verdict.rule_id, 150)}, verdict {_code(verdict.id, 64)}"


def _failure(failure: Failure) -> Iterator[str]:
    yield f"*Why:* {_code(failure.error, 1000)}"
    yield f"*Where:* {_code(failure.origin, 600)}"
    if isinstance(failure, RuleFailure):
        yield f"*Rule:* {_code(failure.rule_id, 150)}"
        yield f"*Event:* {_code(failure.event_name, 150)}, id {_code(failure.event_id, 300)}"


def _what_failed(failure: Failure) -> str:
    match failure:
        case RuleFailure():
            return "A rule could not judge an event"
        case DecodeFailure():
            return "A record could not be decoded"
        case ReadFailure():
            return "An input could not be read"
        case _:
            return "A plugin is left out"


def _code(value: object, limit: int) -> str:
    """Show a value as it is: nothing in it means anything to Slack. What is missing is said."""
    text = "" if value is None else str(value).strip(" ")  # code that begins with a space is none to Slack
    return f"`{_escaped(text, limit)}`" if text else "unknown"


def _escaped(text: str, limit: int) -> str:
    """Escape what Slack or a terminal would obey; the result has at most ``limit`` characters."""
    parts: list[str] = []
    room = limit - 1
    for character in text[:limit]:
        part = _MEANS_SOMETHING.get(character) or printable(character)
        if len(part) > room:
            break
        parts.append(part)
        room -= len(part)
    return "".join(parts) + ("…" if len(parts) < len(text) else "")


def _link(verdict: Verdict) -> str:
    """Make a link to the event in the console, where CloudTrail's id and region are what they should be."""
    region, event_id = verdict.region or "", verdict.event_id or ""
    if not _REGION.fullmatch(region) or not _EVENT_ID.fullmatch(event_id):
        return ""
    console = _CONSOLES.get(region.rsplit("-", 2)[0], "console.aws.amazon.com")
    return f", <https://{region}.{console}/cloudtrailv2/home?region={region}#/events/{event_id}|console>"
