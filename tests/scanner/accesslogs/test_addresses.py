from __future__ import annotations

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from scanner.accesslogs.addresses import Addresses, is_shortened, parsed


def test_addresses_are_shortened_to_what_many_share() -> None:
    ways = Addresses()
    assert ways.changed(b"203.0.113.77") == (b"203.0.113.0", "v4")
    assert ways.changed(b"2001:db8:1:2::4") == (b"2001:db8:1::", "v6")
    assert ways.changed(b"::ffff:203.0.113.77") == (b"203.0.113.0", "v4")
    assert ways.changed(b"[2001:db8:1:2::4]:443") == (b"2001:db8:1::", "v6")
    assert ways.changed(b"dsl-1-2.isp.example") == (b"-", "name")
    assert ways.changed(b"-") == (b"-", "")


def test_hashes_are_the_same_for_one_key_and_addresses_still() -> None:
    one, again, other = Addresses("hash", b"k" * 16), Addresses("hash", b"k" * 16), Addresses("hash")
    value = one.changed(b"203.0.113.77")[0]
    assert value == again.changed(b"203.0.113.77")[0] != other.changed(b"203.0.113.77")[0]
    assert ipaddress.ip_address(value.decode()).is_private


def test_dropped_is_dropped() -> None:
    assert Addresses("drop").changed(b"203.0.113.77") == (b"-", "v4")


@given(st.ip_addresses())
def test_no_address_keeps_its_last_part(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    changed, kind = Addresses().changed(str(address).encode())
    assert kind in {"v4", "v6"}
    assert parsed(changed) is not None
    assert is_shortened(changed)
