"""A process that judges files, one after the other: what it does, and what its owner sees of it.

It has a pipe of its own for each direction. Where it dies, one of them ends, and its status says how; the
pools of the standard library keep the status to themselves, and wait for ever where a process dies in the
middle of an answer.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import warnings
from collections import deque
from contextlib import contextmanager, suppress
from logging import getLogger
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from trailguard.guard import Guard
    from trailguard.sources import Source

__all__ = ["DeadWorkerError", "Worker"]

# A program may have threads, such as a progress bar's, and must not be forked then.
_context: Final = multiprocessing.get_context("spawn")

_READY: Final = b""
_NOTHING: Final = b""

_PATIENCE: Final = 5.0
"""How many seconds a process that has nothing left to do may take to end."""

_LARGE: Final = 32 * 1024 * 1024 - 64 * 1024

T = TypeVar("T")


class DeadWorkerError(Exception):
    """A process does not judge files any more, or never did."""


class Worker(Generic[T]):
    """A process that judges files. Interrupting the program leaves it alone: its owner has to end it.

    Args:
        make_guard: what makes its guard, pickled.

    Raises:
        OSError: when it cannot be started.

    Attributes:
        results: can be read when `receive` has something to return or to raise.
        tasks: what was given to it and did not come back; it is at the first.
        is_ready: whether it has made its guard.
    """

    def __init__(self, make_guard: bytes) -> None:
        if multiprocessing.current_process().daemon:
            raise OSError("this process may have no children: it is a daemon itself")
        # The reader of the sources is kept open here, so that to write to a process that died kills nobody.
        self._reader, self._sources = _context.Pipe(duplex=False)
        self.results, writer = _context.Pipe(duplex=False)
        self.tasks: deque[T] = deque()
        self.is_ready = False
        self._process = _context.Process(target=_work, args=(make_guard, self._reader, writer), daemon=True)
        with writer, _uninterrupted():
            self._process.start()

    def give(self, task: T, source: Source) -> None:
        """Have a file judged after those that it has; `receive` gives the task back."""
        self.tasks.append(task)
        self._sources.send(source)

    def receive(self) -> tuple[T, bytes] | None:
        """Take what it sent.

        Returns:
            A task with the `JudgedFile` that came of it, pickled; it is empty where that could not be done.
            None when there is nothing but that it is ready.

        Raises:
            DeadWorkerError: when it died, or could not make its guard; says how, or why.
        """
        try:
            data = self.results.recv_bytes()
        except (EOFError, OSError):
            raise DeadWorkerError(self._death()) from None
        if self.is_ready:
            return self.tasks.popleft(), data
        if data != _READY:
            raise DeadWorkerError(data.decode("utf-8", "replace"))
        self.is_ready = True
        return None

    def dismiss(self) -> None:
        """Let it end: by itself if it has nothing to do."""
        self._sources.close()
        if self.tasks:
            self._process.kill()

    def bury(self) -> None:
        """Wait until it has ended, after `dismiss`."""
        self._process.join(_PATIENCE)
        self._process.kill()
        self._process.join()
        self._process.close()
        self._reader.close()
        self.results.close()

    def _death(self) -> str:
        self._process.join(_PATIENCE)
        status = self._process.exitcode
        if status is None:
            return "stopped answering"
        if status >= 0:
            return f"ended with status {status}"
        return f"was killed by {_name_of(-status)}"


def _name_of(number: int) -> str:
    return next((one.name for one in signal.Signals if one == number), f"signal {number}")


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Have what is started meanwhile never interrupted, from its first moment on."""
    if sys.platform == "win32":  # it has no such thing
        yield
        return
    resource_tracker.ensure_running()  # to start it would let interrupts through
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(make_guard: bytes, sources: Connection, results: Connection) -> None:
    """Judge files until there are no more: what the process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for systems where it cannot be blocked
    threading.Thread(target=_end_with_owner, daemon=True).start()
    # Pipes end when whoever wanted to know is gone. A rule may raise anything; the owner says what it costs.
    with suppress(EOFError, OSError, KeyboardInterrupt, GeneratorExit):
        try:
            guard = _made(make_guard)
        except Exception as error:  # noqa: BLE001  # plugins may raise anything
            results.send_bytes(f"{type(error).__name__}: {error}".encode("utf-8", "replace"))
            return
        _keep_memory()
        results.send_bytes(_READY)
        while True:
            results.send_bytes(_judged(guard, sources.recv()))


def _end_with_owner() -> None:
    """End this process when its owner has ended, whatever a rule is at."""
    owner = multiprocessing.parent_process()
    if owner is not None:
        wait([owner.sentinel])
        os._exit(1)


def _made(make_guard: bytes) -> Guard:
    """Make a guard, in silence: what there is to say of it was said where the first was made."""
    log = getLogger("trailguard")
    log.disabled = True
    try:
        with warnings.catch_warnings(action="ignore"):
            guard: Guard = pickle.loads(make_guard)()  # noqa: S301  # the owner wrote it
            return guard
    finally:
        log.disabled = False


def _keep_memory() -> None:
    """Keep the memory that a file took for the next one: to get it anew takes a sixth of the time.

    glibc gives back what exceeds twice the largest block that it saw freed, of up to 32 MiB (mallopt(3),
    M_MMAP_THRESHOLD); here it sees one. Elsewhere this does nothing.
    """
    bytes(_LARGE)


def _judged(guard: Guard, source: Source) -> bytes:
    try:
        return pickle.dumps(guard.judge_file(source), pickle.HIGHEST_PROTOCOL)
    except Exception:  # noqa: BLE001  # evidence may be anything, and need not be what pickle takes
        return _NOTHING
