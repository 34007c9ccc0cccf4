"""Judges files in several processes at once, for `Guard.scan` to take up in their order."""

from __future__ import annotations

import os
import pickle
import sys
from collections import deque
from itertools import chain, islice
from logging import getLogger
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final, Self

import msgspec

from trailguard.errors import ReadError
from trailguard.record import printable
from trailguard.worker import DeadWorkerError, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from trailguard.guard import Guard
    from trailguard.judged import JudgedFile
    from trailguard.sources import Source

__all__ = ["Workers", "cpus"]

log = getLogger("trailguard")

_QUEUED: Final = 2
"""How many files a process has: the one that it judges, and the next, so that it never waits for one."""

_SMALL: Final = 256 * 1024
_MANY: Final = 32
"""How many it has if they are small together: to hand one over takes longer than to judge it."""

_AHEAD: Final = 32
"""How many files for each process are looked at from the one that is due: a large one holds up few others."""

_OWN: Final = (("/", "dev"), ("/", "proc"))
"""The folders whose files are others for other processes."""

_WHY: Final = "memory ran out, or a rule, or a library that it uses, ended it; judge this file by itself"


class _Task(msgspec.Struct, eq=False):
    """A file, and what came of it: a pickled `JudgedFile`, or what `Workers.judged` yields."""

    source: Source
    outcome: bytes | Source | ReadError | None = None

    def result(self) -> Source | ReadError | JudgedFile:
        if not isinstance(self.outcome, bytes):
            return self.outcome or self.source
        try:
            judged: JudgedFile = pickle.loads(self.outcome)  # noqa: S301  # our own process wrote it
        except Exception:  # noqa: BLE001  # evidence may be anything, and need not be what pickle takes
            return self.source
        return judged


class Workers:
    """Processes that judge files. They start when there are files for them, and end with the block.

    ``guard.scan(workers.judged(sources), counts)`` comes to the same as ``guard.scan(sources, counts)``, in
    the same order; only that a file at which a process died is one that could not be read. Where no process
    can be started, the files are left to `Guard.scan`, and the log says so; so are those that are left over
    when the block ends. One thread may use them.

    Args:
        make_guard: makes the guard of each process, the same as the one that scans. It is a function at the
            top level of a module, or a ``functools.partial`` of one. Each process imports the program's own
            module, too: what that does has to stand under ``if __name__ == "__main__":``.
        jobs: how many processes. With one there is none, and everything is left to `Guard.scan`.

    Raises:
        ValueError: when there are no jobs.
        TypeError: when ``make_guard`` cannot be pickled.
    """

    def __init__(self, make_guard: Callable[[], Guard], jobs: int) -> None:
        if jobs < 1:
            raise ValueError(f"jobs is {jobs}; expected 1 or more")
        try:
            self._make_guard = pickle.dumps(make_guard)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise TypeError(
                f"make_guard has to be a function at the top level of a module, or a partial of one: {error}"
            ) from error
        self._jobs = jobs
        self._workers: list[Worker[_Task]] = []
        self._unassigned: deque[_Task] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._jobs = 0
        for worker in self._workers:
            worker.dismiss()
            self._unassigned.extend(worker.tasks)
        while self._workers:
            self._workers.pop().bury()
        self._assign()

    def judged(self, sources: Iterable[Source | ReadError]) -> Iterator[Source | ReadError | JudgedFile]:
        """Judge files.

        Args:
            sources: what `trailguard.sources.find` found.

        Yields:
            What came of each, in their order; itself where it is left to this process, as standard input is.
        """
        coming = iter(sources)
        first = list(islice(coming, 2))
        coming = chain(first, coming)
        if self._jobs < 2 or len(first) < 2:
            yield from coming
            return
        line: deque[_Task | Source | ReadError] = deque()
        ahead = _AHEAD * self._jobs
        while True:
            line.extend(map(self._entered, islice(coming, ahead - len(line))))
            if not line:
                return
            self._receive(0)  # nobody shall wait until all that is done is taken up
            due = line.popleft()
            while isinstance(due, _Task) and due.outcome is None:
                self._receive()
            yield due.result() if isinstance(due, _Task) else due

    def _entered(self, source: Source | ReadError) -> _Task | Source | ReadError:
        if isinstance(source, ReadError) or not _is_everybodys(source):
            return source
        task = _Task(source)
        self._unassigned.append(task)
        return task

    def _assign(self) -> None:
        """Give out files as long as there are processes that have none queued."""
        while self._unassigned:
            task = self._unassigned[0]
            worker = self._free()
            if worker is not None:
                worker.give(task, task.source)
            elif self._jobs:
                return
            else:
                task.outcome = task.source
            self._unassigned.popleft()

    def _free(self) -> Worker[_Task] | None:
        """Return who is to judge the next file: one that is idle, else a new one, else one that has few."""
        least = min(self._workers, key=lambda worker: len(worker.tasks), default=None)
        if (least is None or least.tasks) and len(self._workers) < self._jobs:
            try:
                least = Worker(self._make_guard)
                self._workers.append(least)
            except OSError as error:
                self._do_with_fewer(len(self._workers), str(error))
        return least if least is not None and _may_have_more(least.tasks) else None

    def _receive(self, timeout: float | None = None) -> None:
        """Take what the processes have done, after waiting for the first; give them what there is to do."""
        told = wait([worker.results for worker in self._workers], timeout)
        for worker in [worker for worker in self._workers if worker.results in told]:
            try:
                done = worker.receive()
            except DeadWorkerError as error:
                self._lose(worker, str(error))
            else:
                if done is not None:
                    task, data = done
                    task.outcome = data
        self._assign()

    def _lose(self, worker: Worker[_Task], how: str) -> None:
        """Put up with the death of a process: another one takes the files to which it did not come."""
        self._workers.remove(worker)
        worker.dismiss()
        worker.bury()
        left = worker.tasks
        if not worker.is_ready:
            self._do_with_fewer(self._jobs - 1, how)
        elif left:
            task = left.popleft()
            task.outcome = ReadError(task.source.name, f"the process that judged it {how}: {_WHY}")
        self._unassigned.extendleft(reversed(left))

    def _do_with_fewer(self, jobs: int, problem: str) -> None:
        self._jobs = jobs
        log.warning("a process that should judge files did not start; others do it: %s", printable(problem))


def _is_everybodys(source: Source) -> bool:
    """Tell a file from a pipe, and from what has its name in this process alone, such as ``/dev/fd/3``."""
    return source.path is not None and source.path.is_file() and source.path.parts[:2] not in _OWN


def _may_have_more(tasks: Collection[_Task]) -> bool:
    if len(tasks) < _QUEUED:
        return True
    return len(tasks) < _MANY and sum(task.source.size for task in tasks) < _SMALL


def cpus() -> int:
    """Return how many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
