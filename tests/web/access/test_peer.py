from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.web.access.peer import Peer, is_loopback, peer_of

PROXIES = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


def peer(remote: str, host: str = "desk.example", **headers: str) -> Peer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return peer_of(remote, secure=False, host=host, headers=named, trusted=PROXIES)


def test_a_stranger_can_not_say_where_it_comes_from() -> None:
    found = peer(
        "192.0.2.7",
        X_Forwarded_For="127.0.0.1",
        X_Forwarded_Proto="https",
        X_Forwarded_Host="evil.example",
    )
    assert found == Peer("192.0.2.7", False, "desk.example", local=False)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "X-Forwarded-For",
                "X-Forwarded-Proto",
                "X-Forwarded-Host",
                "Forwarded",
                "X-Real-IP",
                "Via",
            ]
        ),
        st.text(),
    ),
    st.text(),
)
def test_whatever_a_stranger_says_it_is_where_it_is(headers: dict[str, str], host: str) -> None:
    found = peer_of("192.0.2.7", secure=False, host=host, headers=headers, trusted=PROXIES)
    assert (found.address, found.secure, found.host, found.local) == (
        "192.0.2.7",
        False,
        host,
        False,
    )


@given(st.text(), st.text())
def test_whatever_is_forwarded_makes_no_proxy_local(forwarded: str, scheme: str) -> None:
    found = peer("10.0.0.1", X_Forwarded_For=forwarded, X_Forwarded_Proto=scheme)
    assert not found.local
    ip_address(found.address)


def test_a_trusted_proxy_says_who_is_behind_it() -> None:
    found = peer("10.0.0.1", X_Forwarded_For="192.0.2.7", X_Forwarded_Proto="https")
    assert found == Peer("192.0.2.7", True, "desk.example", local=False)
    assert found.origin == "https://desk.example"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("127.0.0.1, 192.0.2.7", "192.0.2.7"),  # the left was written by the stranger
        ("192.0.2.7, 10.2.3.4", "192.0.2.7"),  # two proxies of ours
        ("192.0.2.7, nonsense", "10.0.0.1"),
        ("10.9.9.9, 10.2.3.4", "10.9.9.9"),
        ("2001:db8::1", "2001:db8::1"),
        ("", "10.0.0.1"),
    ],
)
def test_forwarded_addresses_are_read_from_the_nearest_proxy(forwarded: str, address: str) -> None:
    assert peer("10.0.0.1", X_Forwarded_For=forwarded).address == address


def test_an_ipv4_proxy_on_a_socket_for_both_versions_is_trusted() -> None:
    assert peer("::ffff:10.0.0.1", X_Forwarded_For="192.0.2.7").address == "192.0.2.7"


@pytest.mark.parametrize(
    ("remote", "host", "headers", "local"),
    [
        ("127.0.0.1", "127.0.0.1:8077", {}, True),
        ("127.0.0.1", "localhost:8077", {}, True),
        ("::1", "[::1]:8077", {}, True),
        ("127.0.0.1", "localhost", {}, True),
        ("192.0.2.7", "localhost:8077", {}, False),
        ("127.0.0.1", "evil.example:8077", {}, False),  # DNS rebinding
        ("127.0.0.1", "localhost:8077", {"X-Forwarded-For": "192.0.2.7"}, False),
        ("127.0.0.1", "localhost:8077", {"Via": "1.1 proxy"}, False),
        ("::1", "localhost:8077", {"X-Forwarded-For": "127.0.0.1"}, False),  # trusted, for another
        ("127.0.0.1", "", {}, False),
    ],
)
def test_a_program_of_this_machine_asks_it_by_its_own_name(
    remote: str, host: str, headers: dict[str, str], local: bool
) -> None:
    found = peer_of(remote, secure=False, host=host, headers=headers, trusted=PROXIES)
    assert found.local is local


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("[::1]", True),
        ("localhost", True), ("0.0.0.0", False), ("::", False), ("desk.example", False),  # noqa: S104
        ("", False),
    ],
)  # fmt: skip
def test_only_loopback_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
