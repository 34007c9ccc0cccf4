"""Verdicts for reading: grouped by rule, the worst first, each saying who, what, when, where and why.

Events carry text that attackers wrote. It is shown with every control character spelled out, and never
taken for markup.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from rich.text import Text

from trailguard.models.cloudtrail import service_of
from trailguard.record import printable
from trailguard.verdict import RuleFailure, Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from trailguard.report import Counts, Failure, Notice

__all__ = ["STYLES", "report", "some", "summary"]

STYLES: Final = {
    "critical": "bold white on red",
    "high": "bold red",
    "medium": "bold yellow",
    "low": "bold cyan",
    "info": "bold blue",
}


def report(console: Console, notices: Iterable[Notice]) -> None:
    """Print verdicts, grouped by rule, then those that are suppressed, then what could not be judged."""
    verdicts: list[Verdict] = []
    suppressed: list[Verdict] = []
    failures: list[Failure] = []
    for notice in notices:
        if isinstance(notice, Verdict):
            (suppressed if notice.suppressed else verdicts).append(notice)
        else:
            failures.append(notice)
    verdicts.sort(key=_order)
    for (severity, rule_id, title), group in groupby(verdicts, key=_heading):
        members = list(group)
        heading = Text.assemble(
            (f" {severity.value.upper()} ", STYLES[severity.value]),
            (f" {printable(title)}", "bold"),
            (f"  {rule_id}, {some(len(members), 'verdict')}", "dim"),
        )
        console.print(heading)
        for verdict in members:
            console.print(_verdict(verdict))
        console.print()
    if suppressed:
        console.print(Text.assemble((" SUPPRESSED ", "bold black on white"), "\n"))
        for verdict in sorted(suppressed, key=_order):
            console.print(
                Text.assemble(
                    (f" {verdict.rule_id}  ", "bold dim"), _reason(verdict), f"\n   {_why(verdict)}"
                )
            )
        console.print()
    if failures:
        console.print(Text.assemble((" NOT JUDGED ", "bold white on magenta"), "\n"))
        for failure in failures:
            console.print(_failure(failure))
        console.print()


def summary(console: Console, counts: Counts, seconds: float) -> None:
    """Print what became of every record."""
    fates = [
        f"{counts.judged:,} listened to",
        f"{counts.unrouted:,} of no concern to any rule",
        *(f"{number:,} ignored ({reason})" for reason, number in counts.ignored_because.items()),
    ]
    if counts.failed:
        fates.append(f"{counts.failed:,} not decoded")
    console.print(f"{some(counts.seen, 'record')} seen: {', '.join(fates)}", style="bold", markup=False)
    by_severity = [f"{counts.verdicts[s]:,} {s}" for s in reversed(Severity) if counts.verdicts[s]]
    total = counts.verdicts.total()
    beside = [f"{counts.suppressed:,} suppressed"] if counts.suppressed else []
    beside += [f"{counts.below:,} below a threshold"] if counts.below else []
    told = f"{some(total, 'verdict')}{': ' if total else ''}{', '.join(by_severity)}"
    console.print("; ".join([told, *beside]), markup=False)
    if counts.failures:
        kinds = [
            f"{counts.failed:,} not decoded" if counts.failed else "",
            f"{counts.rule_failures:,} by rules" if counts.rule_failures else "",
            f"{counts.unread:,} not read" if counts.unread else "",
            f"{counts.plugin_failures:,} by plugins" if counts.plugin_failures else "",
        ]
        console.print(
            f"{some(counts.failures, 'failure')}: {', '.join(filter(None, kinds))}",
            style="magenta",
            markup=False,
        )
    console.print(f"{seconds:.2f} seconds", style="dim", markup=False)


def some(number: int, noun: str) -> str:
    """Say how many of something there are."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _order(verdict: Verdict) -> tuple[int, str, str]:
    rank = -list(Severity).index(verdict.severity)
    return rank, verdict.rule_id, verdict.event_time.isoformat() if verdict.event_time else ""


def _heading(verdict: Verdict) -> tuple[Severity, str, str]:
    return verdict.severity, verdict.rule_id, verdict.title


def _verdict(verdict: Verdict) -> Text:
    when = f"{verdict.event_time:%Y-%m-%d %H:%M:%S} UTC" if verdict.event_time else "at an unknown time"
    account = f"account {verdict.account_id}" if verdict.account_id else "an unknown account"
    where = f"in {verdict.region or 'an unknown region'}, {account}"
    indent = "\n" + " " * 3
    return Text.assemble(
        (f" {when}  ", "dim"),
        _reason(verdict),
        f"{indent}{printable(_who_or_what(verdict))} {printable(where)}",
        f"{indent}{_why(verdict)}" if verdict.suppression else "",
        (f"{indent}{printable(_place(verdict.origin))}", "dim"),
    )


def _why(verdict: Verdict) -> str:
    """Say who answers for a verdict that is suppressed, or was until the exception expired."""
    known = verdict.suppression
    if known is None:
        return ""
    until = (
        f", {'until' if verdict.suppressed else 'which expired on'} {known.expires}" if known.expires else ""
    )
    return printable(f"{known.owner}: {known.reason}{until}")


def _who_or_what(verdict: Verdict) -> str:
    """Say who did it, from where and how; of a resource, which nobody touched just now, what it is."""
    if verdict.event_name is None:
        return verdict.resource_type or "the account"
    source = verdict.source_ip or "inside AWS"
    return f"{verdict.actor} from {source}, {service_of(verdict.event_source or '')}:{verdict.event_name}"


def _place(origin: str) -> str:
    """Leave the file's folders out; what comes after the file may have slashes of its own."""
    file, separator, rest = origin.partition(" > ")
    return f"{file.rpartition('/')[2]}{separator}{rest}"


def _reason(verdict: Verdict) -> Text:
    """Say why, and about which resource, unless the reason names it already."""
    resource, reason = printable(verdict.resource or ""), printable(verdict.reason)
    text = Text(reason if resource in reason else f"{resource}: {reason}")
    if resource:
        text.highlight_words([resource], "bold")
    return text


def _failure(failure: Failure) -> Text:
    error = printable(failure.error)
    if isinstance(failure, RuleFailure):
        error = f"rule {failure.rule_id} failed on event {printable(failure.event_id)}: {error}"
    return Text.assemble("   ", (printable(failure.origin), "bold"), f": {error}")
