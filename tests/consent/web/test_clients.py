from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from consent.web.clients import MOST_HOPS, Clients, HeaderName

PROXIES = ("10.0.0.0/8", "2001:db8:ffff::/48")


def client(
    remote: str,
    *forwarded: str,
    trusted: tuple[str, ...] = PROXIES,
    header: HeaderName = "x-forwarded-for",
    sent_as: str | None = None,
) -> str | None:
    headers = CIMultiDict([(sent_as or header, value) for value in forwarded])
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=remote)
    return Clients(trusted, header).of(request)


def test_the_rightmost_address_that_no_trusted_proxy_stands_for_counts() -> None:
    assert client("10.0.0.1", "198.51.100.7") == "198.51.100.7"
    assert client("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.2.3.4") == "198.51.100.7"
    assert client("10.0.0.1", "203.0.113.9", "198.51.100.7") == "198.51.100.7", "two headers are one list"


def test_what_a_client_writes_itself_is_not_believed() -> None:
    assert client("10.0.0.1", "127.0.0.1, 10.9.9.9, 198.51.100.7") == "198.51.100.7"
    assert client("198.51.100.7", "203.0.113.9") == "198.51.100.7", "it is no proxy of ours"


def test_without_a_trusted_proxy_no_header_is_read() -> None:
    assert client("9.9.9.9", "198.51.100.7", trusted=()) == "9.9.9.9"


@pytest.mark.parametrize("remote", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fd00::1", ""])
def test_a_private_peer_may_be_a_proxy_that_nobody_named_so_its_visitors_are_not_taken_for_one(
    remote: str,
) -> None:
    assert client(remote, "198.51.100.7", trusted=()) is None


def test_the_header_that_is_not_configured_is_never_read() -> None:
    assert client("10.0.0.1", "for=198.51.100.7", sent_as="forwarded") == "10.0.0.1"
    assert client("10.0.0.1", "198.51.100.7", header="forwarded", sent_as="x-forwarded-for") == "10.0.0.1"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("for=198.51.100.7", "198.51.100.7"),
        ('for="198.51.100.7:4711";proto=https;by=10.0.0.2', "198.51.100.7"),
        ('For="[2001:db8:cafe::17]:4711"', "2001:db8:cafe::/64"),
        ("for=203.0.113.9, for=198.51.100.7, for=10.0.0.3", "198.51.100.7"),
        ("for=203.0.113.9, for=unknown", "unknown"),
        ("for=203.0.113.9, for=_hidden", "_hidden"),
        ("for=203.0.113.9, proto=https", "unknown"),
    ],
)
def test_the_header_of_rfc_7239_is_understood(value: str, expected: str) -> None:
    assert client("10.0.0.1", value, header="forwarded") == expected


def test_one_connection_with_many_ipv6_addresses_is_one_client() -> None:
    first, second = client("2001:db8:1:2::1"), client("2001:db8:1:2:aaaa::9")
    assert first == second == "2001:db8:1:2::/64"
    assert client("2001:db8:1:3::1") != first
    assert client("::ffff:198.51.100.7") == "198.51.100.7"


def test_where_every_address_is_a_proxys_the_farthest_one_is_the_client() -> None:
    assert client("10.0.0.1", "10.0.0.9, 10.0.0.8") == "10.0.0.9"


def test_an_address_with_a_port_is_the_address() -> None:
    assert client("10.0.0.1", "198.51.100.7:4711") == "198.51.100.7"
    assert client("10.0.0.1", "[2001:db8:1:2::1]:4711") == "2001:db8:1:2::/64"


def test_a_header_without_end_is_looked_at_only_at_its_end() -> None:
    assert client("10.0.0.1", "198.51.100.7, " * 1000 + ", ".join(["10.0.0.9"] * MOST_HOPS)) == "10.0.0.9"


@given(value=st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=200))
@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded"])
def test_whatever_the_header_says_somebody_is_the_client(header: HeaderName, value: str) -> None:
    assert client("10.0.0.1", value, header=header)
