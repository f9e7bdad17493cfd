"""Which IP addresses belong to the public internet, and what the others are, in words.

Python's `ipaddress` follows the IANA special-purpose registries (RFC 6890); what it leaves to the caller is done here:
addresses that carry another one inside count as that one, and multicast counts as not public.
"""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052, section 2.1: the last 32 bits are an IPv4 address."""
_COMPATIBLE = ipaddress.IPv6Network("::/96")
"""RFC 4291, section 2.5.5.1: deprecated, but still read as IPv4 by some stacks."""
_PRIVATE: tuple[Network, ...] = (
    ipaddress.IPv4Network("10.0.0.0/8"),
    ipaddress.IPv4Network("172.16.0.0/12"),
    ipaddress.IPv4Network("192.168.0.0/16"),
    ipaddress.IPv6Network("fc00::/7"),
    ipaddress.IPv6Network("fec0::/10"),
    ipaddress.IPv6Network("64:ff9b:1::/48"),
)
"""RFC 1918, RFC 4193, RFC 3879 (deprecated, still private), RFC 8215 (translation within one network)."""
_CARRIER = ipaddress.IPv4Network("100.64.0.0/10")
"""RFC 6598: shared by a carrier's customers; some clouds keep their services there."""
_METADATA = frozenset(
    {"169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "168.63.129.16"}
)
"""Where clouds answer their own machines about themselves, keys included. The last one lies in a public range."""


def parsed(text: str) -> Address | None:
    """Return the address that a text is, its zone left out; None for a name."""
    try:
        return ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None


def unwrapped(address: Address) -> Address:
    """Return the IPv4 address inside an IPv6 one (mapped, compatible, 6to4, Teredo, NAT64), or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if inner is None and (address in _NAT64 or (address in _COMPATIBLE and int(address) > 1)):
        inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return inner or address


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the public internet; a name, or what is no address, does not."""
    return parsed(text) is not None and not kind_of(text)


def kind_of(text: str) -> str:
    """Return what kind of address one that is not public is, in words for a report; empty for a public one."""
    outer = parsed(text)
    if outer is None:
        return "no address"
    address = unwrapped(outer)
    kinds = (
        ("a cloud's metadata service", str(address) in _METADATA),
        ("this machine itself (loopback)", address.is_loopback),
        ("this machine itself (unspecified)", address.is_unspecified),
        ("link-local", address.is_link_local),
        ("multicast", address.is_multicast),
        ("a carrier's network (CGNAT)", address in _CARRIER),
        ("a private network", any(address in network for network in _PRIVATE)),
        ("reserved", not address.is_global),
    )
    return next((kind for kind, holds in kinds if holds), "")
