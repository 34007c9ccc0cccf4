"""Fetching objects from S3: in order, ahead of their turn, with errors that say whether to try again."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from types import GeneratorType
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore import exceptions
from botocore.config import Config

from trailguard.errors import ReadError
from trailguard.objects import FetchedObject, S3Objects
from trailguard.record import ObjectRef, Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from mypy_boto3_s3 import S3Client

BUCKET = "fetched"
MEBIBYTE = 1024 * 1024
ORIGIN = Origin.at("sqs 059f")


@pytest.fixture(name="put", scope="module")
def _put(s3: S3Client) -> Callable[..., ObjectRef]:
    """Put an object into S3; return what names it."""
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    def put(key: str, content: bytes = b"{}") -> ObjectRef:
        s3.put_object(Bucket=BUCKET, Key=key, Body=content)
        return ObjectRef(BUCKET, key, None, ORIGIN)

    return put


@pytest.fixture(name="environment")
def _environment(monkeypatch: pytest.MonkeyPatch, aws_endpoint: str) -> None:
    """Have the environment say what Lambda's says, and where the server is."""
    for name in ("AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL_S3": aws_endpoint,
    }.items():
        monkeypatch.setenv(name, value)


def generator(items: Iterator[Any]) -> Generator[Any]:
    """Say what an iterator is, so that it can be closed."""
    assert isinstance(items, GeneratorType)
    return items


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait for what another thread will do, however slow the machine is."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


class Bodies:
    """Stands in for a client, so that one can look at the bodies: whether they are read, and closed."""

    def __init__(self, **contents: bytes | Exception) -> None:
        self.asked: list[str] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self._contents = contents
        self.bodies = {key: io.BytesIO(one) for key, one in contents.items() if isinstance(one, bytes)}

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, io.BytesIO]:  # noqa: ARG002, N803  # as boto3 does
        self.asked.append(Key)
        assert self.may_go_on.wait(20)
        content = self._contents[Key]
        if isinstance(content, Exception):
            raise content
        return {"Body": self.bodies[Key]}

    def fetch(self, *, ahead: int = 4) -> Generator[Any]:
        objects = S3Objects(cast("S3Client", self), ahead=ahead)
        return generator(objects.fetch([ObjectRef("b", key) for key in self._contents]))


def read(items: Iterable[Any]) -> list[Any]:
    """Read every object when it comes."""
    return [b"".join(item.chunks()) if isinstance(item, FetchedObject) else item for item in items]


def error_of(objects: S3Objects, ref: ObjectRef) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read(objects.fetch([ref]))
    return caught.value


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("trailguard-s3")]


class Server:
    """Answers as S3 may, one request after the other or many at once, and counts how many it is at."""

    def __init__(self, answer: Callable[[str, BaseHTTPRequestHandler], None]) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.connections = 0

    @contextmanager
    def client(self, **config: Any) -> Iterator[S3Client]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # as S3's: connections stay open

            def setup(self) -> None:
                super().setup()
                outer.connections += 1

            def do_GET(self) -> None:
                outer.asked.append(self.path)
                outer.answer(self.path, self)

            def log_message(self, *_: object) -> None:
                """Say nothing on standard error."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            client: S3Client = boto3.client(
                "s3",
                region_name="eu-west-1",
                endpoint_url=f"http://127.0.0.1:{server.server_port}",
                aws_access_key_id="testing",
                aws_secret_access_key="testing",
                config=Config(retries={"total_max_attempts": 1}, **config),
            )
            yield client
            client.close()
            server.shutdown()


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, length: int | None = None) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    handler.wfile.write(body)
    handler.close_connection = length is not None


def refusing(status: int, code: str) -> Server:
    body = f"<Error><Code>{code}</Code><Message>Because\nI say so.</Message></Error>".encode()
    return Server(lambda _, handler: send(handler, status, body))


# What comes


def test_objects_take_the_places_of_their_names(s3: S3Client, put: Callable[..., ObjectRef]) -> None:
    """Everything else passes through, and the order stays."""
    refs = [put(f"order-{n}", b"%d" % n) for n in range(9)]

    items = read(S3Objects(s3).fetch(["first", *refs[:4], "between", *refs[4:], "last"]))

    assert items == ["first", b"0", b"1", b"2", b"3", "between", b"4", b"5", b"6", b"7", b"8", "last"]


@pytest.mark.parametrize(
    "key", ["a+b", "a b", "ü/\N{GRINNING FACE}", "a%2Bb", "x/../y", "a?versionId=b", "a#b"]
)
def test_key_is_taken_as_it_is(s3: S3Client, put: Callable[..., ObjectRef], key: str) -> None:
    assert read(S3Objects(s3).fetch([put(key, key.encode())])) == [key.encode()]


def test_version_is_the_one_that_was_named(s3: S3Client) -> None:
    s3.create_bucket(Bucket="versions", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket="versions", Key="a", Body=b"old")["VersionId"]
    s3.put_object(Bucket="versions", Key="a", Body=b"new")

    refs = [ObjectRef("versions", "a", old), ObjectRef("versions", "a")]

    assert read(S3Objects(s3).fetch(refs)) == [b"old", b"new"]


@pytest.mark.parametrize("size", [0, 1, 4 * MEBIBYTE, 4 * MEBIBYTE + 1, 11 * MEBIBYTE])
def test_object_of_any_size_comes_whole_and_in_chunks(
    s3: S3Client, put: Callable[..., ObjectRef], size: int
) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)

    chunks: list[bytes] = []
    for item in S3Objects(s3).fetch([put("large", content)]):
        chunks += item.chunks() if isinstance(item, FetchedObject) else []

    assert b"".join(chunks) == content
    assert max(map(len, chunks), default=0) <= MEBIBYTE


def test_compressed_object_comes_as_it_lies_there(s3: S3Client) -> None:
    """CloudTrail's files are marked as encoded; to inflate them, within bounds, is for decoding."""
    s3.create_bucket(Bucket="encoded", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    packed = gzip.compress(b"{}")
    s3.put_object(
        Bucket="encoded", Key="k", Body=packed, ContentEncoding="gzip", ContentType="application/json"
    )

    assert read(S3Objects(s3).fetch([ObjectRef("encoded", "k")])) == [packed]


# Ahead of their turn


def test_next_objects_are_fetched_while_one_is_judged() -> None:
    """Four at once: the barrier opens for no fewer."""
    together = threading.Barrier(4, timeout=20)

    def answer(path: str, handler: BaseHTTPRequestHandler) -> None:
        if path != "/b/0":
            together.wait()
        send(handler, 200, path.encode())

    refs = [ObjectRef("b", str(n)) for n in range(5)]
    with Server(answer).client() as client:
        items = S3Objects(client, ahead=4).fetch(refs)
        first = next(items)
        assert isinstance(first, FetchedObject)
        assert b"".join(first.chunks()) == b"/b/0"
        assert read(items) == [b"/b/1", b"/b/2", b"/b/3", b"/b/4"]


def test_no_more_are_begun_than_that() -> None:
    """All that wait have to fit into memory."""
    taken: list[int] = []

    def refs() -> Iterator[ObjectRef]:
        for n in range(50):
            taken.append(n)
            yield ObjectRef("b", str(n))

    server = Server(lambda path, handler: send(handler, 200, path.encode()))
    with server.client() as client, closing(generator(S3Objects(client, ahead=2).fetch(refs()))) as items:
        assert read([next(items)]) == [b"/b/0"]
        assert taken == [0, 1, 2]
        assert read([next(items)]) == [b"/b/1"]
        assert taken == [0, 1, 2, 3]

    assert len(server.asked) <= 4


def test_a_thread_reads_no_more_than_the_beginning() -> None:
    """An object may be of any size; what waits has to fit into memory."""
    client = Bodies(small=b"{}", large=bytes(6 * MEBIBYTE))
    items = client.fetch(ahead=1)

    assert read([next(items)]) == [b"{}"]
    wait_for(lambda: client.bodies["large"].tell() >= 4 * MEBIBYTE)
    large = next(items)
    large._begun.result()
    assert client.bodies["large"].tell() == 4 * MEBIBYTE
    assert read([large]) == [bytes(6 * MEBIBYTE)]


def test_connections_are_used_again() -> None:
    """Each new one costs a handshake."""
    server = Server(lambda path, handler: send(handler, 200, path.encode()))
    with server.client() as client:
        assert len(read(S3Objects(client, ahead=3).fetch(ObjectRef("b", str(n)) for n in range(20)))) == 20

    assert server.connections <= 3


def test_search_for_the_next_object_ends_somewhere() -> None:
    """What is held back has to fit into memory, too."""
    taken: list[int] = []

    def source() -> Iterator[Any]:
        yield ObjectRef("b", "k")
        for n in range(10_000):
            taken.append(n)
            yield n

    with Server(lambda _, handler: send(handler, 200, b"{}")).client() as client:
        items = S3Objects(client).fetch(source())
        assert read([next(items)]) == [b"{}"]
        held = len(taken)
        rest = read(items)

    assert held <= 100
    assert rest == list(range(10_000))


def test_no_more_is_taken_than_needed(s3: S3Client, put: Callable[..., ObjectRef]) -> None:
    """Whoever reads lines as they come wants a verdict as it comes."""
    taken: list[int] = []

    def source() -> Iterator[Any]:
        for n in range(100):
            taken.append(n)
            yield n

    items = S3Objects(s3).fetch(source())

    assert (next(items), taken) == (0, [0])
    assert (next(items), taken) == (1, [0, 1])
    assert put("unused")


def test_object_after_a_lookahead_is_taken_when_its_turn_comes() -> None:
    """A near miss: what is looked for too far ahead is found later."""
    source = [ObjectRef("b", "1"), *range(150), ObjectRef("b", "2"), 150]
    with Server(lambda path, handler: send(handler, 200, path.encode())).client() as client:
        items = read(S3Objects(client, ahead=1).fetch(source))

    assert items == [b"/b/1", *range(150), b"/b/2", 150]


def test_error_of_the_source_waits_for_its_turn(s3: S3Client, put: Callable[..., ObjectRef]) -> None:
    """What comes before it is judged."""

    def source() -> Iterator[Any]:
        yield put("before")
        raise ValueError("broken off")

    items = S3Objects(s3).fetch(source())

    assert read([next(items)]) == [b"{}"]
    with pytest.raises(ValueError, match="broken off"):
        next(items)


@pytest.mark.usefixtures("environment")
def test_one_is_used_by_many(put: Callable[..., ObjectRef], monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that judge different events share the client, which is made once."""
    refs = [put(f"many-{n}", b"%d" % n) for n in range(6)]
    objects = S3Objects()
    session, made = boto3.Session, []

    def slow_session() -> boto3.Session:
        made.append(1)
        time.sleep(0.05)  # so that the others would come, if they were let in
        return session()

    monkeypatch.setattr(boto3, "Session", slow_session)

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(lambda _: read(objects.fetch(refs)), range(4)))

    assert made == [1]
    assert got == [[b"0", b"1", b"2", b"3", b"4", b"5"]] * 4


# What is left behind


def test_no_thread_is_left(s3: S3Client, put: Callable[..., ObjectRef]) -> None:
    """Neither at the end, nor where somebody stops early, nor after an error."""
    refs = [put(f"threads-{n}") for n in range(8)]

    read(S3Objects(s3).fetch(refs))
    assert threads() == []
    items = generator(S3Objects(s3).fetch(refs))
    next(items)
    items.close()
    assert threads() == []
    items = generator(S3Objects(s3).fetch([ObjectRef(BUCKET, "gone"), *refs]))
    with pytest.raises(ReadError):
        read(items)
    items.close()
    assert threads() == []
    items = generator(S3Objects(s3).fetch(refs))
    next(items)
    del items
    assert threads() == []


def test_object_is_closed_when_the_next_is_asked_for(s3: S3Client, put: Callable[..., ObjectRef]) -> None:
    """Whoever kept it would keep its connection."""
    items = S3Objects(s3).fetch([put("closed-1"), put("closed-2", b"second")])
    first, second = next(items), next(items)

    assert isinstance(first, FetchedObject)
    with pytest.raises(ValueError, match="s3://fetched/closed-1 can be read once"):
        list(first.chunks())
    assert read([second]) == [b"second"]


def test_object_that_is_kept_keeps_no_memory() -> None:
    client = Bodies(first=bytes(3 * MEBIBYTE), second=b"{}")
    items = client.fetch()
    first = next(items)
    wait_for(first._begun.done)
    assert sum(map(len, first._chunks)) == 3 * MEBIBYTE

    next(items)

    assert not first._chunks


def test_object_is_read_once() -> None:
    """It comes as a stream: two readers would each get half of it."""
    items = Bodies(k=bytes(3 * MEBIBYTE)).fetch()
    item = next(items)
    chunks = item.chunks()
    assert len(next(chunks)) == MEBIBYTE

    with pytest.raises(ValueError, match="s3://b/k can be read once"):
        list(item.chunks())

    assert sum(map(len, chunks)) == 2 * MEBIBYTE
    items.close()


@pytest.mark.parametrize("steps", range(5))
def test_every_body_is_closed(steps: int) -> None:
    """Read or not, whole or in part, handed out or still waiting: each has a connection."""
    contents: dict[str, bytes] = {str(n): bytes(5 * MEBIBYTE * (n % 2)) for n in range(4)}
    client = Bodies(**contents)
    items = client.fetch(ahead=2)
    kept = []  # so that none is closed because nobody has it any more

    for item in islice(items, steps):
        kept.append(item.chunks())
        next(kept[-1], b"") if steps % 2 else None
    # Those before it may have been passed over before a thread came to them.
    wait_for(lambda: not steps or str(min(4, steps + 2) - 1) in client.asked)
    items.close()

    assert [key for key in client.asked if not client.bodies[key].closed] == []


def test_what_nobody_waits_for_is_not_fetched() -> None:
    """Neither what is skipped before a thread came to it, nor what is begun where somebody stops."""
    client = Bodies(**dict.fromkeys(("busy", "skipped", "begun"), b"{}"))
    client.may_go_on.clear()
    items = client.fetch(ahead=1)

    next(items)
    wait_for(lambda: client.asked == ["busy"])
    assert next(items).ref.key == "skipped"
    assert next(items).ref.key == "begun"
    threading.Timer(0.05, client.may_go_on.set).start()
    items.close()

    assert client.asked == ["busy"]


def test_without_objects_there_is_neither_thread_nor_boto3() -> None:
    """Most functions never fetch one, and cold starts pay for imports."""
    code = """
import json, sys, threading
from trailguard.objects import S3Objects
items = list(S3Objects().fetch([1, 2]))
print(json.dumps([items, threading.active_count(), "boto3" in sys.modules, "botocore" in sys.modules]))
"""
    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert json.loads(done.stdout) == [[1, 2], 1, False, False]


@pytest.mark.usefixtures("environment")
def test_client_is_made_on_first_use(put: Callable[..., ObjectRef]) -> None:
    """In the environment's region; Lambda sets AWS_REGION. It gives up while there is time to say so."""
    ref = put("by environment", b"found")
    objects = S3Objects(ahead=7)

    assert read(objects.fetch([ref])) == [b"found"]

    config = objects._connected().meta.config
    assert objects._connected().meta.region_name == "eu-west-1"
    assert (config.connect_timeout, config.read_timeout, config.max_pool_connections) == (5, 30, 8)
    assert config.retries["total_max_attempts"] == 3


def test_at_least_one_is_fetched_at_a_time() -> None:
    with pytest.raises(ValueError, match="ahead is 0"):
        S3Objects(ahead=0)


# What goes wrong


def test_error_says_which_object_and_who_named_it(s3: S3Client, put: Callable[..., ObjectRef]) -> None:
    ref = put("there")
    error = error_of(S3Objects(s3), ObjectRef(ref.bucket, "gone", None, ORIGIN))

    assert error.source == "sqs 059f > s3://fetched/gone"
    assert error.problem.startswith("NoSuchKey: there is no such object any more")
    assert not error.transient


def test_bad_object_leaves_its_neighbours_alone(s3: S3Client, put: Callable[..., ObjectRef]) -> None:
    refs = [put("good-1", b"1"), ObjectRef(BUCKET, "gone"), put("good-2", b"2")]
    got: list[Any] = []

    for item in S3Objects(s3).fetch(refs):
        try:
            got += read([item])
        except ReadError as error:
            got.append(error.source)

    assert got == [b"1", "s3://fetched/gone", b"2"]


@pytest.mark.parametrize(
    ("status", "code", "transient", "hint"),
    [
        (404, "NoSuchKey", False, "no such object"),
        (404, "NoSuchBucket", False, "no such bucket"),
        (404, "NoSuchVersion", False, "no such version"),
        (405, "MethodNotAllowed", False, "delete marker"),
        (403, "InvalidObjectState", False, "restore it"),
        (400, "KeyTooLongError", False, "no key can be this long"),
        (503, "SlowDown", True, "S3 is busy"),
        (500, "InternalError", True, "S3 is busy"),
        (429, "TooManyRequests", True, "S3 is busy"),
        (400, "RequestLimitExceeded", True, "S3 is busy"),
        (403, "AccessDenied", True, "allow s3:GetObject"),
        (400, "KMS.DisabledException", True, "kms:Decrypt"),
        (403, "ExpiredToken", True, "Because I say so."),
        (418, "SomethingNew", True, "Because I say so."),
    ],
)
def test_refusal_says_what_to_do_and_whether_to_try_again(
    status: int, code: str, *, transient: bool, hint: str
) -> None:
    """What may be mended, by waiting or by an administrator, is tried again; what is gone is not."""
    with refusing(status, code).client() as client:
        error = error_of(S3Objects(client), ObjectRef("b", "k"))

    assert (error.transient, error.problem.partition(":")[0]) == (transient, code)
    assert hint in error.problem
    assert "\n" not in str(error)


def test_access_to_a_version_is_a_permission_of_its_own() -> None:
    with refusing(403, "AccessDenied").client() as client:
        error = error_of(S3Objects(client), ObjectRef("b", "k", "v1"))

    assert "allow s3:GetObjectVersion on the object" in error.problem


def test_what_s3_says_is_shown_not_obeyed() -> None:
    """It may repeat what an attacker wrote, at any length."""
    body = f"<Error><Code>New</Code><Message>\N{RIGHT-TO-LEFT OVERRIDE}{'x' * 9_000}</Message></Error>"
    with Server(lambda _, handler: send(handler, 400, body.encode())).client() as client:
        error = error_of(S3Objects(client), ObjectRef("b", "k"))

    assert error.problem.startswith("New: \\u202exxx")
    assert len(error.problem) < 600


def test_damage_on_the_way_is_tried_again() -> None:
    """S3 sends a checksum; boto3 looks at it when the object is read to its end."""

    def answer(_: str, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("x-amz-checksum-crc32", "AAAAAA==")
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"{}")

    with Server(answer).client() as client:
        error = error_of(S3Objects(client), ObjectRef("b", "k"))

    assert (error.transient, error.problem) == (True, "it was damaged on its way; try again")


def test_body_that_breaks_off_is_tried_again() -> None:
    """boto3 tries the request again, never the body."""
    for size in (10, 6 * MEBIBYTE):
        server = Server(lambda _, handler, size=size: send(handler, 200, b"x" * size, size + 1))  # type: ignore[misc]
        with server.client() as client:
            error = error_of(S3Objects(client), ObjectRef("b", "k"))

        assert error.transient
        assert "broke off" in error.problem


def test_silence_is_tried_again() -> None:
    quiet = threading.Event()
    with Server(lambda *_: quiet.wait(20) and None).client(read_timeout=0.2) as client:
        error = error_of(S3Objects(client), ObjectRef("b", "k"))
        quiet.set()

    assert (error.transient, error.problem) == (True, "S3 stopped answering; try again later")


def test_hanging_up_is_tried_again() -> None:
    def hang_up(_: str, handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    with Server(hang_up).client() as client:
        error = error_of(S3Objects(client), ObjectRef("b", "k"))

    assert (error.transient, error.problem) == (True, "the connection to S3 broke off; try again")


@pytest.mark.parametrize(
    ("raised", "problem"),
    [
        (exceptions.ConnectTimeoutError(endpoint_url="https://s3"), "S3 cannot be reached; a VPC needs "),
        (exceptions.ResponseStreamingError(error="reset"), "the connection to S3 broke off; try again"),
        (exceptions.CredentialRetrievalError(provider="x", error_msg="1\n2"), "CredentialRetrievalError: "),
        (exceptions.ClientError({}, "GetObject"), ": "),
        (RuntimeError("of whoever\nprovides credentials"), "RuntimeError: of whoever provides credentials"),
    ],
)
def test_whatever_is_raised_is_tried_again(raised: Exception, problem: str) -> None:
    """What nobody thought of may pass; a message that comes back too often ends in a dead-letter queue."""
    with pytest.raises(ReadError) as caught:
        read(Bodies(k=raised).fetch())

    assert caught.value.transient
    assert caught.value.problem.startswith(problem)
    assert "\n" not in caught.value.problem
    assert caught.value.__cause__ is raised


def test_nobody_there_is_tried_again() -> None:
    with Server(lambda _, handler: send(handler, 200, b"")).client() as client:
        pass  # it is gone now

    error = error_of(S3Objects(client), ObjectRef("b", "k"))

    assert error.transient
    assert "cannot be reached" in error.problem


@pytest.mark.parametrize(("bucket", "key"), [("no bucket!", "k"), ("b", ""), ("../b", "k")])
def test_name_that_cannot_be_is_not_tried_again(s3: S3Client, bucket: str, key: str) -> None:
    """Names come from messages, and messages from anybody."""
    error = error_of(S3Objects(s3), ObjectRef(bucket, key))

    assert not error.transient


def test_missing_credentials_are_tried_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Somebody will set the function up rightly; the message waits for it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_REGION", "eu-west-1")

    error = error_of(S3Objects(), ObjectRef("b", "k"))

    assert (error.transient, error.problem) == (True, "there are no AWS credentials to fetch it with")
