from __future__ import annotations

import gzip
import json
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailguard.errors import BombError, DecodingError
from trailguard.inflate import capped, inflate
from trailguard.testing import cloudtrail_event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@pytest.fixture(autouse=True, params=["the standard library", "the fastest there is"])
def _library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything holds with the standard library, and with what ``trailguard[fast]`` brings."""
    if request.param == "the standard library":
        monkeypatch.setattr("trailguard.inflate.fastest_zlib", zlib)


TEXT = b"".join(b'{"eventID": "%d"}\n' % number for number in range(500))
PACKED = gzip.compress(TEXT, mtime=0)


def cut(data: bytes, size: int) -> list[bytes]:
    """Cut bytes into chunks of a size."""
    return [data[start : start + size] for start in range(0, len(data), size)]


def before_failure(pieces: Iterable[bytes]) -> tuple[bytes, str]:
    """Collect what is yielded before the stream is given up, and why it is."""
    got = b""
    with pytest.raises(DecodingError) as failure:  # noqa: PT012  # what came before it counts
        for piece in pieces:
            got += piece
    return got, str(failure.value)


@pytest.mark.parametrize("size", [1, 2, 7, 1000, len(PACKED)])
def test_gzip_is_inflated_however_it_arrives(size: int) -> None:
    assert b"".join(inflate(cut(PACKED, size))) == TEXT


@pytest.mark.parametrize("size", [1, 2, 7, 1000, len(TEXT)])
def test_plain_bytes_pass_untouched(size: int) -> None:
    """A near miss: only the two magic bytes make it gzip. Nothing is held back until the end, either."""
    pieces = list(inflate(cut(TEXT, size)))

    assert b"".join(pieces) == TEXT
    assert max(map(len, pieces)) <= max(size, 2)


@pytest.mark.parametrize("plain", [b"\x1f", b"\x1f\x8c no gzip", b"\x8b\x1f", b" \x1f\x8b"])
def test_what_only_looks_like_gzip_is_plain(plain: bytes) -> None:
    assert plain == b"".join(inflate([plain]))


@pytest.mark.parametrize("chunks", [[], [b""], [b"", b""]])
def test_nothing_inflates_to_nothing(chunks: list[bytes]) -> None:
    assert b"".join(inflate(chunks)) == b""


def test_empty_first_chunk_does_not_hide_gzip() -> None:
    """Some readers yield an empty chunk first."""
    assert b"".join(inflate([b"", PACKED])) == TEXT


@pytest.mark.parametrize("size", [1, 7, 1000, 10**6])
def test_members_may_follow_one_another(size: int) -> None:
    """CloudWatch Logs and Firehose append gzip members; so does ``cat a.gz b.gz``."""
    data = PACKED + gzip.compress(b"") + gzip.compress(b"second")

    assert b"".join(inflate(cut(data, size))) == TEXT + b"second"


@pytest.mark.parametrize("chunks", [[PACKED + bytes(512)], [PACKED, bytes(512)], [PACKED + b"\0", b"\0"]])
def test_zero_padding_is_no_damage(chunks: list[bytes]) -> None:
    """Block devices and tar pad with zeros; where a chunk happens to end changes nothing."""
    assert b"".join(inflate(chunks)) == TEXT


def test_garbage_after_a_member_is_damage() -> None:
    """A near miss to padding: everything before it still comes out."""
    got, why = before_failure(inflate([PACKED + b"garbage"]))

    assert got == TEXT
    assert "damaged" in why


@pytest.mark.parametrize("lost", [1, 8, 9, len(PACKED) // 2, len(PACKED) - 2])
def test_stream_that_breaks_off_is_told_after_what_it_holds(lost: int) -> None:
    got, why = before_failure(inflate([PACKED[:-lost]]))

    assert TEXT.startswith(got)
    assert "breaks off" in why
    assert got == TEXT or lost > 8, "losing only the checksum loses no content"


def test_second_member_that_breaks_off_is_told() -> None:
    got, why = before_failure(inflate([PACKED + PACKED[:-8]]))

    assert got.startswith(TEXT)
    assert "breaks off" in why


def test_wrong_checksum_is_damage() -> None:
    flipped = PACKED[:-8] + bytes([PACKED[-8] ^ 1]) + PACKED[-7:]

    _, why = before_failure(inflate([flipped]))

    assert "damaged" in why


def test_pieces_stay_small_however_well_it_is_packed() -> None:
    """A bomb comes out piece by piece, so that whoever counts can stop it."""
    bomb = gzip.compress(bytes(40_000_000), 1)

    pieces = inflate([bomb])

    assert max(len(next(pieces)) for _ in range(4)) <= 8 * 1024 * 1024


def test_cap_lets_through_what_fits_exactly() -> None:
    assert list(capped([b"abc", b"de"], 5)) == [b"abc", b"de"]


def test_cap_stops_at_the_piece_that_is_too_much() -> None:
    """Pieces before it were passed on; the source is asked for no more after it."""
    asked = []

    def source() -> Iterator[bytes]:
        for piece in (b"abc", b"def", b"ghi"):
            asked.append(piece)
            yield piece

    got, why = before_failure(capped(source(), 5))

    assert got == b"abc"
    assert "larger than 5 bytes" in why
    assert asked == [b"abc", b"def"]


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4), st.integers(1, 50))
def test_what_was_packed_comes_out(contents: list[bytes], size: int) -> None:
    """Whatever the members hold and however the bytes are cut."""
    packed = b"".join(map(gzip.compress, contents))

    assert b"".join(contents) == b"".join(inflate(cut(packed, size)))


@settings(max_examples=60)
@given(st.sampled_from([b"", b"\x1f\x8b\x08", PACKED[:40]]), st.binary(max_size=300), st.integers(1, 50))
def test_no_bytes_raise_anything_else(head: bytes, rest: bytes, size: int) -> None:
    """Hostile bytes are inflated, passed on, or refused with a `DecodingError`."""
    with suppress(DecodingError):
        b"".join(inflate(cut(head + rest, size)))


# What is made to fill memory


def bomb(size: int) -> bytes:
    """Compress zeros, a thousand-fold, without ever holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    megabyte = bytes(1024 * 1024)
    return b"".join([*(packer.compress(megabyte) for _ in range(size // len(megabyte))), packer.flush()])


def test_bomb_is_not_inflated() -> None:
    """No log compresses so well. A little is given before that can be told."""
    given: list[int] = []

    with pytest.raises(BombError, match="500-fold"):
        given.extend(map(len, inflate([bomb(256 * 1024 * 1024)])))

    assert sum(given) <= 32 * 1024 * 1024


def test_bomb_among_other_streams_is_not_inflated() -> None:
    with pytest.raises(BombError):
        list(inflate([gzip.compress(b"{}") + bomb(64 * 1024 * 1024)]))


def test_bomb_in_many_streams_is_not_inflated() -> None:
    """Each of which would do no harm."""
    with pytest.raises(BombError):
        list(inflate([bomb(8 * 1024 * 1024) * 8]))


def test_what_repeats_itself_is_no_bomb() -> None:
    """A near miss: the same record over and over, some two-hundred-fold."""
    record = json.dumps(cloudtrail_event("ec2:RunInstances").raw).encode() + b"\n"
    lines = record * (32 * 1024 * 1024 // len(record))

    assert len(lines) / len(gzip.compress(lines)) > 100
    assert b"".join(inflate([gzip.compress(lines)])) == lines


def test_small_bomb_does_no_harm() -> None:
    """And is left alone: it may be padding."""
    assert b"".join(inflate([bomb(8 * 1024 * 1024)])) == bytes(8 * 1024 * 1024)


@pytest.mark.parametrize("size", [1, 5, 1 << 20])
def test_very_many_streams_in_a_row(size: int) -> None:
    """Each of them is read once, however many follow it."""
    data = gzip.compress(b"{}\n", mtime=0) * 20_000

    assert b"".join(inflate([data[n : n + size] for n in range(0, len(data), size)])) == b"{}\n" * 20_000


# zlib


@pytest.mark.parametrize("level", [0, 1, 6, 9])
def test_zlib_is_inflated_too(level: int) -> None:
    assert b"".join(inflate([zlib.compress(b'{"a": 1}', level)])) == b'{"a": 1}'


@pytest.mark.parametrize("text", [b"x", b"xyz", b"x = 1", b"x\x00\x01"])
def test_text_that_begins_alike_is_left_alone(text: bytes) -> None:
    """A near miss."""
    assert b"".join(inflate([text])) == text


def test_damaged_zlib_is_told_and_gives_what_it_held() -> None:
    data = zlib.compress(bytes(range(256)) * 100, 0)
    given: list[bytes] = []

    with pytest.raises(DecodingError, match="damaged"):
        given.extend(inflate([data[:-4] + b"!!!!"]))

    assert given == [] or b"".join(given)[:256] == bytes(range(256))
