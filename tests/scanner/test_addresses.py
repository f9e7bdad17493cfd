from __future__ import annotations

import pytest

from scanner.addresses import is_public, kind_of, parsed


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "this machine itself (loopback)"),
        ("127.9.9.9", "this machine itself (loopback)"),
        ("::1", "this machine itself (loopback)"),
        ("0.0.0.0", "this machine itself (unspecified)"),
        ("::", "this machine itself (unspecified)"),
        ("10.1.2.3", "a private network"),
        ("172.31.0.1", "a private network"),
        ("192.168.1.1", "a private network"),
        ("fd00::1", "a private network"),
        ("fec0::1", "a private network"),
        ("64:ff9b:1::808:808", "a private network"),
        ("169.254.1.1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("169.254.169.254", "a cloud's metadata service"),
        ("fd00:ec2::254", "a cloud's metadata service"),
        ("100.100.100.200", "a cloud's metadata service"),
        ("168.63.129.16", "a cloud's metadata service"),
        ("100.64.0.1", "a carrier's network (CGNAT)"),
        ("224.0.0.1", "multicast"),
        ("ff02::1", "multicast"),
        ("255.255.255.255", "reserved"),
        ("240.0.0.1", "reserved"),
        ("192.0.2.1", "reserved"),
        ("2001:db8::1", "reserved"),
    ],
)
def test_an_address_that_is_not_public_is_named(address: str, kind: str) -> None:
    assert kind_of(address) == kind
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "[::ffff:127.0.0.1]",
    ],
)
def test_an_address_inside_another_counts_as_itself(address: str) -> None:
    assert kind_of(address) == "this machine itself (loopback)"


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)
    assert kind_of(address) == ""


def test_a_name_is_no_address() -> None:
    assert parsed("www.shop.example") is None
    assert not is_public("www.shop.example")
    assert kind_of("") == "no address"
