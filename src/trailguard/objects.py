"""Fetches the objects in S3 that messages name, several at once, while earlier ones are judged.

Codes of errors: "Error responses" and "GetObject" in the Amazon S3 API reference.
"""

from __future__ import annotations

from collections import deque
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

from trailguard.clients import Clients
from trailguard.errors import ReadError
from trailguard.record import ObjectRef, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor, Future

    from botocore.exceptions import ClientError
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

__all__ = ["FetchedObject", "S3Objects"]

T = TypeVar("T")

_CHUNK: Final = 1024 * 1024
# How much of an object is read before its turn. Most log files are smaller; all that wait must fit in memory.
_STRETCH: Final = 4 * _CHUNK
# How much is told of what S3 says.
_MESSAGE: Final = 500
# How many other items may be held back while looking for the next objects.
_HELD: Final = 100

_PERMANENT: Final = {
    "InvalidArgument": "no version can have this id",
    "InvalidBucketName": "no bucket can have this name",
    "InvalidObjectState": "it is archived; restore it, then send its message again",
    "KeyTooLongError": "no key can be this long",
    "MethodNotAllowed": "it was deleted: this version is a delete marker",
    "NoSuchBucket": "there is no such bucket",
    "NoSuchKey": "there is no such object any more; a lifecycle rule may have deleted it",
    "NoSuchVersion": "there is no such version any more; a lifecycle rule may have deleted it",
}
_BUSY: Final = frozenset(
    ["RequestLimitExceeded", "RequestThrottled", "SlowDown", "Throttling", "ThrottlingException"]
)


class S3Objects:
    """Fetches objects from S3. One may be used by threads, and for as long as the process lives.

    Args:
        client: an S3 client. If left out, one is made, in the environment's region, when the first object is
            to be fetched.
        ahead: how many objects are fetched before their turn. Each takes up to 4 MiB of memory meanwhile.

    Raises:
        ValueError: when ``ahead`` is less than 1.
    """

    def __init__(self, client: S3Client | None = None, *, ahead: int = 4) -> None:
        if ahead < 1:
            raise ValueError(f"ahead is {ahead}; at least 1 object has to be fetched at a time")
        self._client = client
        self._ahead = ahead
        self._clients = Clients()

    def fetch(self, items: Iterable[T]) -> Iterator[T | FetchedObject]:
        """Put an object in the place of each reference to one; pass everything else through.

        The order stays. As an object is handed out, the next ones are begun by threads, which end with the
        iterator.

        Args:
            items: references, and whatever is among them.

        Yields:
            The items. An object must be read before the next item is asked for: it is closed then. Whether it
            can be read at all turns out when it is.
        """
        rest = iter(items)
        for item in rest:
            if isinstance(item, ObjectRef):
                yield from self._fetched(chain([item], rest))
            else:
                yield item

    def _fetched(self, items: Iterable[T]) -> Iterator[T | FetchedObject]:
        # Most invocations bring their records along, and start no threads.
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

        pool = ThreadPoolExecutor(self._ahead, thread_name_prefix="trailguard-s3")
        begun = (FetchedObject(i, self._get, pool) if isinstance(i, ObjectRef) else i for i in items)
        line = _Line(begun, self._ahead)
        try:
            for item in line:
                if isinstance(item, FetchedObject):
                    line.look_ahead()
                    with closing(item):
                        yield item
                else:
                    yield item
        finally:
            line.close()
            pool.shutdown()

    def _get(self, ref: ObjectRef) -> StreamingBody:
        client = self._connected()
        if ref.version_id:
            return client.get_object(Bucket=ref.bucket, Key=ref.key, VersionId=ref.version_id)["Body"]
        return client.get_object(Bucket=ref.bucket, Key=ref.key)["Body"]

    def _connected(self) -> S3Client:
        """Return the client; make it, if this is the first time that it is needed."""
        if self._client is None:
            # One for the objects that wait, and one for that which is read.
            return cast("S3Client", self._clients.client("s3", connections=self._ahead + 1))
        return self._client


class FetchedObject:
    """An object that is being fetched. Its first stretch is read by a thread, the rest by whoever wants it.

    Attributes:
        ref: what names it.
    """

    def __init__(self, ref: ObjectRef, get: Callable[[ObjectRef], StreamingBody], pool: Executor) -> None:
        self.ref = ref
        self._chunks: deque[bytes] = deque()
        self._body: StreamingBody | None = None
        self._is_spent = False
        self._begun = pool.submit(self._begin, get)

    def chunks(self) -> Iterator[bytes]:
        """Yield its bytes, once.

        Raises:
            ReadError: when it cannot be fetched, or breaks off; ``transient`` says whether to try again may
                help.
            ValueError: when it was read before, or is closed because the next item was asked for.
        """
        if self._is_spent:
            raise ValueError(f"{self.ref.inner} can be read once, and before the next item is asked for")
        self._is_spent = True
        try:
            self._begun.result()
            while self._chunks:
                yield self._chunks.popleft()
            while chunk := self._read():
                yield chunk
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the connection, and of what is not read."""
        self._is_spent = True
        self._begun.cancel()
        self._begun.add_done_callback(self._let_go)  # at once, if no thread is at it

    def _begin(self, get: Callable[[ObjectRef], StreamingBody]) -> None:
        """Read the first stretch."""
        try:
            self._body = get(self.ref)
        except Exception as error:
            raise _read_error(self.ref, error) from error
        size = 0
        while size < _STRETCH and (chunk := self._read()):
            self._chunks.append(chunk)
            size += len(chunk)

    def _read(self) -> bytes:
        """Read the next chunk; at the end close the body, which frees the connection for another object."""
        if self._body is None:
            return b""
        try:
            chunk = self._body.read(_CHUNK)
        except Exception as error:
            raise _read_error(self.ref, error) from error
        if not chunk:
            self._body.close()
            self._body = None
        return chunk

    def _let_go(self, _: Future[None]) -> None:
        self._chunks.clear()
        if self._body is not None:
            self._body.close()
            self._body = None


class _Line(Generic[T]):
    """Items in their order, of which the next few may be taken from their source before their turn."""

    def __init__(self, source: Iterator[T], ahead: int) -> None:
        self._source = source
        self._ahead = ahead
        self._waiting: deque[T] = deque()
        self._error: Exception | None = None

    def __iter__(self) -> Iterator[T]:
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            if self._error is not None:
                raise self._error
            for item in self._source:
                yield item
                if self._waiting or self._error is not None:
                    break
            else:
                return

    def look_ahead(self) -> None:
        """Take items until enough objects are begun. An error of the source's waits for its turn, too."""
        missing = self._ahead - sum(isinstance(item, FetchedObject) for item in self._waiting)
        try:
            while missing > 0 and len(self._waiting) < _HELD:
                item = next(self._source)
                self._waiting.append(item)
                missing -= isinstance(item, FetchedObject)
        except StopIteration:
            pass
        except Exception as error:  # noqa: BLE001  # what comes before it is still to be judged
            self._error = error

    def close(self) -> None:
        """Close the objects that wait."""
        for item in self._waiting:
            if isinstance(item, FetchedObject):
                item.close()


def _read_error(ref: ObjectRef, error: Exception) -> ReadError:
    """Say what is wrong with an object, and whether that may change."""
    from botocore import exceptions as aws  # noqa: PLC0415  # as boto3: who fetches nothing does without it

    transient = True
    match error:
        case aws.ClientError():
            problem, transient = _refusal(ref, error)
        case aws.ParamValidationError():
            problem, transient = "no bucket, key or version can be called so", False
        case aws.NoCredentialsError():
            problem = "there are no AWS credentials to fetch it with"
        case aws.EndpointConnectionError() | aws.ConnectTimeoutError():
            problem = "S3 cannot be reached; a VPC needs a gateway endpoint for S3 or a NAT gateway"
        case aws.ReadTimeoutError():
            problem = "S3 stopped answering; try again later"
        case aws.ConnectionClosedError() | aws.ResponseStreamingError() | aws.IncompleteReadError():
            problem = "the connection to S3 broke off; try again"
        case aws.FlexibleChecksumError():
            problem = "it was damaged on its way; try again"
        case _:
            problem = f"{type(error).__name__}: {_one_line(error)}"
    return ReadError(str(ref.inner), problem, transient=transient)


def _refusal(ref: ObjectRef, error: ClientError) -> tuple[str, bool]:
    """Say why S3 refuses an object, and whether that may change. An administrator can mend permissions."""
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _PERMANENT:
        return f"{code}: {_PERMANENT[code]}", False
    if code in _BUSY or status == 429 or status >= 500:
        return f"{code}: S3 is busy; try again later", True
    told = f"{code}: {_one_line(error.response.get('Error', {}).get('Message', ''))}"
    if code == "AccessDenied":
        action = "s3:GetObjectVersion" if ref.version_id else "s3:GetObject"
        told += (
            f"; allow {action} on the object, and kms:Decrypt on the key that it is encrypted with, if any"
            " (to whoever lacks s3:ListBucket, S3 says the same of an object that is gone)"
        )
    elif code.startswith("KMS"):
        told += "; enable the key that the object is encrypted with, and allow kms:Decrypt on it"
    return told, True


def _one_line(text: object) -> str:
    return printable(" ".join(str(text).split()))[:_MESSAGE]
