"""Tells everybody what they are to know, and notes of each message what remains to be done."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from trailguard.notify import deliver
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.report import DeadLetter
from trailguard.verdict import RuleFailure, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trailguard.notify import Notifier, Patience
    from trailguard.report import Notice
    from trailguard.respond import Fates

__all__ = ["Owed", "settle"]

log = logging.getLogger("trailguard")

Owed = tuple["Notice", str | None]
"""Something to be told, and the invoker's id of the message that it came from."""


def settle(
    owed: Iterable[Owed],
    notifiers: Sequence[Notifier],
    dead_letter: Notifier | None,
    fates: Fates,
    patience: Patience,
) -> None:
    """Tell everybody; what is not delivered is a problem of the message that it came from.

    Args:
        owed: what there is to tell; suppressed verdicts are told to nobody.
        notifiers: whom.
        dead_letter: who is told what will never be read, instead of the notifiers.
        fates: is added to.
        patience: how long it may take.
    """
    told: list[Owed] = []
    letters: list[Owed] = []
    for notice, message_id in owed:
        if isinstance(notice, Verdict | RuleFailure):
            if not (isinstance(notice, Verdict) and notice.suppressed):
                told.append((notice, message_id))
        elif isinstance(notice, ReadFailure) and notice.transient:
            fates[message_id].problems.append(f"{notice.origin}: {notice.error}")
        elif dead_letter:
            data = notice.data if isinstance(notice, DecodeFailure) else b""
            letters.append((DeadLetter(notice.origin, notice.error, data, message_id), message_id))
        else:
            fates[message_id].problems.append(f"{notice.origin}: {notice.error}")
            told.append((notice, message_id))
    # The dead letter has few, and what it takes is kept nowhere else. It may not take all of the time.
    _tell(letters, [dead_letter] if dead_letter else [], fates, patience.share(1 + len(notifiers)))
    _tell(told, notifiers, fates, patience)


def _tell(owed: Sequence[Owed], notifiers: Iterable[Notifier], fates: Fates, patience: Patience) -> None:
    message_ids = {id(notice): message_id for notice, message_id in owed}
    for told in deliver([notice for notice, _ in owed], notifiers, patience):
        for undelivered in told.undelivered:
            message_id = message_ids.get(id(undelivered.notice))
            fates[message_id].problems.append(f"notifier {told.notifier}: {undelivered.error}")
