"""Who sent a request: its connection's address, or what proxies that are trusted say of it.

An address is never kept. It is what `consent.web.limits` hashes, and is forgotten with the request.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, Protocol

from aiohttp import hdrs
from multidict import CIMultiDictProxy

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
HeaderName = Literal["x-forwarded-for", "forwarded"]

MOST_HOPS = 16
"""Entries of a header that are looked at, from the right: more proxies than that stand in nobody's way."""
IPV6_PREFIX = 64
"""Bits of an IPv6 address that tell clients apart: one connection is given a whole /64 (RFC 6177, section 2)."""


class Asked(Protocol):
    """What is looked at of a request: aiohttp's are such, too."""

    @property
    def remote(self) -> str | None:
        """The address that its connection comes from."""
        ...

    @property
    def headers(self) -> CIMultiDictProxy[str]:
        """Its headers."""
        ...


class Clients:
    """Finds the client of a request. ``trusted`` are addresses and networks (CIDR) of proxies in front of the server.

    Each proxy appends the address that it was called from to one header, ``header``. Only the rightmost entry that no
    trusted proxy stands for is believed: everything left of it may have been written by the client itself. The header is
    not read at all where the connection comes from somebody else, or where no proxy is trusted.
    """

    def __init__(self, trusted: Iterable[str] = (), header: HeaderName = "x-forwarded-for") -> None:
        self._trusted = tuple(ipaddress.ip_network(entry) for entry in trusted)
        self._header = hdrs.FORWARDED if header == "forwarded" else hdrs.X_FORWARDED_FOR
        self._elements = _forwarded if header == "forwarded" else _plain
        # Bounded: an address is whatever calls.
        self._known = lru_cache(maxsize=4096)(self._looked_up)

    def of(self, request: Asked) -> str | None:
        """Return what stands for the client: its address, for IPv6 the first half.

        None where nobody can be told from another: on a connection of this machine or a private network, unless a proxy
        is trusted. There may be an unnamed proxy, and all of its visitors would be taken for one.
        """
        client, trusted = self._known(request.remote or "")
        if not trusted:
            return client
        for name in reversed(self._elements(request.headers.getall(self._header, ()))):
            client, trusted = self._known(name)
            if not trusted:
                break
        return client

    def from_proxy(self, request: Asked) -> bool:
        """Whether the connection comes from a trusted proxy."""
        return self._known(request.remote or "")[1]

    def _looked_up(self, name: str) -> tuple[str | None, bool]:
        """Return what stands for one address, and whether it is a trusted proxy's."""
        try:
            address = _mapped(ipaddress.ip_address(name.partition("%")[0]))
        except ValueError:
            # A Unix socket, or an entry that is no address. All of one proxy's such entries are one client.
            return (name[:64] or "unknown") if self._trusted else None, False
        trusted = any(address.version == one.version and address in one for one in self._trusted)
        if not self._trusted and not address.is_global:
            return None, False
        if isinstance(address, ipaddress.IPv6Address):
            return f"{ipaddress.ip_network((address, IPV6_PREFIX), strict=False).network_address}/64", trusted
        return str(address), trusted


def _mapped(address: Address) -> Address:
    """Return the IPv4 address that a socket for both families shows as ``::ffff:192.0.2.1``."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _plain(values: Sequence[str]) -> list[str]:
    """Return the addresses of ``X-Forwarded-For``, the nearest last."""
    listed = ",".join(values).rsplit(",", MOST_HOPS)[-MOST_HOPS:]
    return [_without_port(entry.strip()) for entry in listed if entry.strip()]


def _forwarded(values: Sequence[str]) -> list[str]:
    """Return the ``for`` of each element of ``Forwarded`` (RFC 7239, section 4), the nearest last.

    An element without one stays in its place, as an empty name: what stands left of it is not to be believed.
    """
    if not values:
        return []
    found = []
    for element in ",".join(values).rsplit(",", MOST_HOPS)[-MOST_HOPS:]:
        node = ""
        for pair in element.split(";"):
            key, _, value = pair.strip().partition("=")
            if key.lower() == "for":
                node = value.strip().strip('"')
        found.append(_without_port(node))
    return found


def _without_port(node: str) -> str:
    """Cut the port off ``192.0.2.1:4711`` and ``[2001:db8::1]:4711``."""
    if node.startswith("["):
        return node[1:].partition("]")[0]
    return node.partition(":")[0] if node.count(":") == 1 else node
