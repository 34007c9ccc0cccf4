"""Tells a notifier each thing once, however often the event is delivered that it is about."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from trailguard.errors import StoreError
from trailguard.message import to_json
from trailguard.notify import Patience, deliver, identity_of
from trailguard.record import DecodeFailure
from trailguard.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trailguard.notify import Notifier, Undelivered
    from trailguard.report import Notice
    from trailguard.stores import Store

__all__ = ["Once", "each_once"]

log = logging.getLogger("trailguard")


class Once:
    """A notifier that is not told what it was told before.

    What was delivered is marked afterwards: a function that dies in between tells it twice, and never not at
    all. The same where the store cannot be asked, and where two functions are handed one event at a time.

    Args:
        notifier: whom to tell.
        store: what remembers.
        seconds: for how long.
        known_as: what tells the notifier from all others that share the store; its name, if left out.
    """

    def __init__(self, notifier: Notifier, store: Store, seconds: float, known_as: str | None = None) -> None:
        self.name = notifier.name
        self._known_as = known_as or notifier.name
        self._notifier = notifier
        self._store = store
        self._seconds = seconds

    def send(self, notices: Sequence[Notice]) -> list[Undelivered]:
        """Deliver what was not delivered before, however long it takes."""
        return self.send_within(notices, Patience())

    def send_within(self, notices: Sequence[Notice], patience: Patience) -> list[Undelivered]:
        """Deliver what was not delivered before, while there is time."""
        wants = getattr(self._notifier, "wants", None)  # what is not for it is not told, nor marked as told
        keyed = {self._key(notice): notice for notice in notices if wants is None or wants(notice)}
        known = self._known(keyed)
        new = {key: notice for key, notice in keyed.items() if key not in known}
        told = deliver(list(new.values()), [self._notifier], patience)
        # By their keys: what a notifier gives back may be a copy of what it was given.
        refused = {self._key(one.notice): one for by in told for one in by.undelivered}
        if refused.keys() <= new.keys():
            self._mark(new.keys() - refused.keys())
        return [msgspec.structs.replace(one, notice=new.get(key, one.notice)) for key, one in refused.items()]

    def _known(self, keys: Iterable[str]) -> frozenset[str]:
        try:
            return self._store.known(keys)
        except StoreError as error:
            log.warning("not known what was told before: %s", error)
            return frozenset()

    def _mark(self, keys: Iterable[str]) -> None:
        try:
            self._store.mark(keys, self._seconds)
        except StoreError as error:
            log.warning("told, and may be told again: %s", error)

    def _key(self, notice: Notice) -> str:
        if isinstance(notice, Verdict):
            return f"told {self._known_as} {notice.account_id} {notice.id}"
        data = notice.data if isinstance(notice, DecodeFailure) else b""
        return f"told {self._known_as} {hashlib.sha256(to_json(notice).encode() + data).hexdigest()}"


def each_once(notifiers: Iterable[Notifier], store: Store, seconds: float) -> list[Once]:
    """Have notifiers told each thing once, in a memory that they share.

    Args:
        notifiers: whom to tell. Those who are known by the same are told apart by their order: the second
            "sns" is not one called "sns 2".
        store: what remembers.
        seconds: for how long.
    """
    numbers = Counter[str]()
    told: list[Once] = []
    for notifier in notifiers:
        identity = identity_of(notifier)
        numbers[identity] += 1
        told.append(Once(notifier, store, seconds, f"{numbers[identity]} {identity}"))
    return told
