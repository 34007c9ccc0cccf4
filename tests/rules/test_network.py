import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailguard.rules._network import Permission, is_whole_internet

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["0.0.0.0/0", "::/0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@pytest.mark.parametrize(
    "cidr",
    [
        "0.0.0.0/0",
        "198.51.100.7/0",  # EC2 keeps the host bits somebody typed
        "0.0.0.0/1",
        "128.0.0.0/1",
        "0.0.0.0/0.0.0.0",
        "::/0",
        "2001:db8::1/0",
        "::/1",
        "2000::/3",
        "2000::/4",
    ],
)
def test_whole_internet(cidr: str) -> None:
    """All addresses, and either half of them."""
    assert is_whole_internet(cidr)


@pytest.mark.parametrize(
    "cidr",
    [
        "0.0.0.0/2",
        "10.0.0.0/8",
        "198.51.100.7/32",
        "198.51.100.7",
        "8000::/1",  # nobody on the internet has such an address
        "3000::/4",
        "2001:db8::/32",
        "fc00::/7",
        "0.0.0.0/33",
        "0.0.0.0/-1",
        "internet",
        "",
        "HIDDEN_DUE_TO_SECURITY_REASONS",
        0,
        True,
        None,
        ["0.0.0.0/0"],
        {"cidrIp": "0.0.0.0/0"},
    ],
)
def test_less_than_the_internet(cidr: object) -> None:
    """Smaller blocks, and whatever is no block at all."""
    assert not is_whole_internet(cidr)


@given(JSON)
def test_only_text_is_the_internet(value: object) -> None:
    """No JSON value raises."""
    assert not is_whole_internet(value) or isinstance(value, str)


@given(st.integers(min_value=0, max_value=32), st.ip_addresses(v=4))
def test_ipv4_counts_by_prefix_length_alone(length: int, address: object) -> None:
    assert is_whole_internet(f"{address}/{length}") == (length <= 1)


@pytest.mark.parametrize(
    ("permission", "words"),
    [
        (Permission("tcp", 22, 22), "tcp 22 (SSH)"),
        (Permission("tcp", 22222, 22222), "tcp 22222"),
        (Permission("udp", 53, 53), "udp 53 (DNS)"),
        (Permission("tcp", 8000, 8100), "tcp 8000-8100"),
        (Permission("tcp", 0, 65535), "tcp 0-65535"),
        (Permission("tcp", -1, -1), "tcp 0-65535"),
        (Permission("udp"), "udp 0-65535"),
        (Permission("-1", -1, -1), "all traffic"),
        (Permission("icmp", 8, -1), "icmp"),
        (Permission("50"), "protocol 50"),
        (Permission(""), "traffic"),
    ],
)
def test_words_for_people(permission: Permission, words: str) -> None:
    assert str(permission) == words


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("tcp", 22, 22), Permission("tcp", 22, 22)),
        (("TCP", "22", "22"), Permission("tcp", 22, 22)),
        (("6", 22, 22), Permission("tcp", 22, 22)),
        ((17, 53, 53), Permission("udp", 53, 53)),
        ((-1, -1, -1), Permission("-1", -1, -1)),
        (("-1", None, None), Permission("-1")),
        (("tcp", True, "ssh"), Permission("tcp")),
        (("tcp", 22.0, "123456"), Permission("tcp")),
        ((None, [], {}), Permission("")),
    ],
)
def test_reads_what_aws_writes(values: tuple[object, object, object], expected: Permission) -> None:
    """Protocols by name or number, ports as numbers or text; the rest is left out."""
    assert Permission.of(*values, sources=()) == expected


def test_keeps_the_sources_that_are_text() -> None:
    permission = Permission.of("tcp", 22, 22, ["10.0.0.0/8", None, 7, "0.0.0.0/0", "::/0"])

    assert permission.sources == ("10.0.0.0/8", "0.0.0.0/0", "::/0")
    assert permission.open_sources == ("0.0.0.0/0", "::/0")


@pytest.mark.parametrize(
    ("permission", "everything"),
    [
        (Permission("-1"), True),
        (Permission("tcp", 0, 65535), True),
        (Permission("tcp", 1, 65535), True),
        (Permission("udp"), True),
        (Permission("udp", -1, -1), True),
        (Permission("tcp", 2, 65535), False),
        (Permission("tcp", 1, 65534), False),
        (Permission("icmp", -1, -1), False),
        (Permission(""), False),
    ],
)
def test_everything_is_all_protocols_or_all_ports(permission: Permission, everything: bool) -> None:  # noqa: FBT001  # a table
    assert permission.is_everything is everything


@pytest.mark.parametrize(
    ("permission", "within"),
    [
        (Permission("tcp", 443, 443), True),
        (Permission("udp", 443, 444), True),
        (Permission("tcp", 443, 445), False),
        (Permission("tcp", 442, 443), False),
        (Permission("tcp"), False),
        (Permission("tcp", 444, 443), False),
        (Permission("icmp", 443, 443), False),
        (Permission("-1"), False),
    ],
)
def test_within_allowed_ports(permission: Permission, within: bool) -> None:  # noqa: FBT001  # a table
    """Every port of the range has to be allowed, and only TCP and UDP have ports."""
    assert permission.is_within(frozenset({443, 444})) is within


@given(JSON, JSON, JSON, st.lists(JSON, max_size=3))
def test_any_json_makes_a_permission(
    protocol: object, from_port: object, to_port: object, sources: list[object]
) -> None:
    """No JSON value raises, and there are always words."""
    permission = Permission.of(protocol, from_port, to_port, sources)

    assert str(permission)
    assert set(permission.open_sources) <= set(permission.sources)
    assert not (permission.is_everything and permission.is_within(frozenset({22})))
