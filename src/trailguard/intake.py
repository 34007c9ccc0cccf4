"""Decodes what comes in, and fetches what only its name came of: objects in S3, and oversized items."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from trailguard.decode import Payload, decode, decode_stream
from trailguard.errors import ReadError, UnsupportedEvent
from trailguard.history import fetch_item
from trailguard.objects import FetchedObject, S3Objects
from trailguard.record import DecodeFailure, ObjectRef, Origin, OversizedItem, ReadFailure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mypy_boto3_s3 import S3Client

    from trailguard.clients import ConfigClients
    from trailguard.engine import Engine
    from trailguard.models.config import ConfigRuleInvocation
    from trailguard.record import Decoded
    from trailguard.settings import Limits

__all__ = ["Intake"]


class Intake:
    """Makes records of payloads and files, whole.

    Args:
        limits: how much is decoded.
        s3: the client that fetches log files; one is made when a message names a file, if left out.
        config: makes the clients that fetch oversized items.
    """

    def __init__(self, limits: Limits, s3: S3Client | None, config: ConfigClients) -> None:
        self._limits = limits
        self._objects = S3Objects(s3)
        self._config = config

    def payload(
        self, payload: Payload, engine: Engine, invocation: ConfigRuleInvocation | None = None
    ) -> Iterator[Decoded | ReadFailure]:
        """Decode what invoked a function.

        Args:
            payload: what did.
            engine: what will judge it; what it does not listen to is not fetched.
            invocation: the invocation of a rule of AWS Config that it is, if it is one.

        Raises:
            UnsupportedEvent: when nobody knows its shape.
        """
        limits = self._limits
        items = decode(payload, max_bytes=limits.max_bytes, max_depth=limits.max_depth)
        return self._complete(items, engine, invocation)

    def file(
        self, chunks: Iterable[bytes], origin: Origin, engine: Engine
    ) -> Iterator[Decoded | ReadFailure]:
        """Decode a file. Whatever is wrong with it is among what it yields.

        Args:
            chunks: its bytes.
            origin: where they come from.
            engine: what will judge it.
        """
        return self._complete(self._read(chunks, origin), engine, None)

    def _complete(
        self,
        items: Iterable[Decoded | ReadFailure],
        engine: Engine,
        invocation: ConfigRuleInvocation | None,
    ) -> Iterator[Decoded | ReadFailure]:
        """Fetch what did not come along."""
        client_of = partial(self._config.of_item, invocation=invocation)
        left_scope = invocation is not None and invocation.event_left_scope
        for item in self._fetched(items):
            if not isinstance(item, OversizedItem):
                yield item
            elif left_scope or not engine.listens_to(item.summary):
                yield item.summary
            else:
                yield fetch_item(item, client_of)

    def _fetched(self, items: Iterable[Decoded | ReadFailure]) -> Iterator[Decoded | ReadFailure]:
        """Put what is in the objects in S3 in the objects' places."""
        for item in self._objects.fetch(items):
            if not isinstance(item, FetchedObject):
                yield item
                continue
            for inner in self._read(item.chunks(), item.ref.inner):
                if isinstance(inner, ObjectRef):  # whoever can write a log file could have us read anything
                    error = "a file in S3 that a file in S3 names is not fetched"
                    yield DecodeFailure(str(inner.inner), error, b"", inner.message_id)
                else:
                    yield inner

    def _read(self, chunks: Iterable[bytes], origin: Origin) -> Iterator[Decoded | ReadFailure]:
        limits = self._limits
        try:
            yield from decode_stream(chunks, origin, max_bytes=limits.max_bytes, max_depth=limits.max_depth)
        except ReadError as error:
            yield ReadFailure(error.source, error.problem, origin.message_id, error.transient)
        except UnsupportedEvent as error:
            yield DecodeFailure(error.origin, error.problem, b"", origin.message_id)
