from __future__ import annotations

import pytest

from trailguard.stores.memory import MemoryStore


def test_oldest_keys_go_first() -> None:
    store = MemoryStore(max_entries=3, max_members=1)
    store.mark(["a", "b", "c"], 60)
    assert store.known("abc") == {"a", "b", "c"}, "a near miss: there is room for three"

    store.claim("d", "owner", 60)
    assert store.known("abc") == {"b", "c"}
    store.add("e", "member", 60)
    assert store.known("abc") == set()
    assert store.claim("d", "another", 60) == "owner"


def test_what_is_written_again_stays() -> None:
    """A window that is still being counted is not the oldest, whenever it began."""
    store = MemoryStore(max_entries=6, max_members=5)
    store.add("window", "1", 60)

    for n in range(2, 6):
        store.mark([f"flood {n} {m}" for m in range(3)], 60)
        if n < 4:
            assert store.add("window", str(n), 60) == n


def test_members_count_as_well() -> None:
    """Else a few keys could hold as much as an attacker likes."""
    store = MemoryStore(max_entries=5, max_members=4)
    store.mark(["a"], 60)
    for member in "123":
        store.add("set", member, 60)
    assert store.known("a") == {"a"}, "a near miss: the set, three members and the mark are five"

    store.add("set", "4", 60)

    assert store.known("a") == set()
    assert store.add("set", "4", 60) == 4


def test_room_is_given_back() -> None:
    """What goes, and what is written again, does not count any more."""
    store = MemoryStore(max_entries=4, max_members=3)
    for _ in range(10):
        store.mark(["a"], 60)
        for member in "123":
            store.add("set", member, 60)

    store.mark(["b", "c", "d"], 60)

    assert store.known("abcd") == {"b", "c", "d"}


@pytest.mark.parametrize("max_entries", [0, 9, 10])
def test_room_for_less_than_one_set_is_refused(max_entries: int) -> None:
    with pytest.raises(
        ValueError, match=rf"max_entries is {max_entries}; expected more than max_members, 10"
    ):
        MemoryStore(max_entries=max_entries, max_members=10)


def test_room_for_one_set_is_enough() -> None:
    store = MemoryStore(max_entries=11, max_members=10)

    assert [store.add("set", str(n), 60) for n in range(12)] == [*range(1, 11), 10, 10]


def test_stores_share_nothing() -> None:
    MemoryStore().mark(["a"], 60)

    assert MemoryStore().known(["a"]) == set()
