"""Which hosts a scan may connect to, and where they are: no page reaches a network that its operator did not name.

A scanned page is a stranger's program that runs inside the scanner's network. Without this guard it could read a
router, a database or a cloud's metadata service and send home what it read (server-side request forgery). Resolving a
name and judging its addresses are one step, and what was judged is what is connected to, so that a name cannot answer
differently afterwards (DNS rebinding). `scanner.browser.socks` is the only way out of the browser, and asks here.
"""

from __future__ import annotations

import asyncio
import fnmatch
import ipaddress
import re
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import msgspec

from consent.model.errors import ConfigError
from scanner.addresses import Network, kind_of, parsed
from scanner.parties import host_of
from scanner.plan import CrawlPlan
from scanner.reasons import code_of

DNS_TTL_S = 60.0
"""How long an answer is used again. Judged answers are kept, so that this is no way around the judgement."""
MAX_REFUSALS = 500
"""Different refused addresses of one state that are kept; all are counted."""
_MAX_NAMES = 20_000
_DNS_THREADS = 16
_NAME = re.compile(r"^(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$")
_RESOLVE = re.compile(
    r"^(?P<host>\*|(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::(?P<port>\d{1,5}))?"
    r"=(?P<address>\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):(?P<to>\d{1,5})$"
)

REFUSED = "not visited, since the address is not public"
_WAY_OUT = frozenset({"ERR_SOCKS_CONNECTION_FAILED", "ERR_SOCKS_CONNECTION_HOST_UNREACHABLE"})
"""What Chromium says of any connection that its proxy did not make."""
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}

Lookup = Callable[[str], Awaitable[Sequence[str]]]
"""Returns a name's addresses; raises OSError where it has none."""


class Refused(OSError):  # noqa: N818 - the state is the name
    """The address is not public and nobody named it."""


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """One ``--resolve`` entry: ``port`` None stands for 80 and 443, ``host`` may begin with ``*``."""

    host: str
    port: int | None
    address: str
    to: int


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A connection that was not made: to whom, to which address, of what kind; ``times`` counts the tries."""

    host: str
    port: int
    address: str
    kind: str
    times: int = 1


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """Where a connection goes: addresses in the order in which they are tried."""

    addresses: tuple[str, ...]
    port: int


@dataclass
class Ledger:
    """What one state's browser context was refused, and why other connections of it failed."""

    refusals: dict[tuple[str, int, str], Refusal] = field(default_factory=dict)
    failures: dict[tuple[str, int], str] = field(default_factory=dict)
    overflows: set[str] = field(default_factory=set)
    dropped: int = 0

    def refuse(self, host: str, port: int, address: str, kind: str) -> None:
        """Keep one refusal; equal ones are counted."""
        key = (host, port, address)
        known = self.refusals.get(key)
        if known is not None:
            self.refusals[key] = msgspec.structs.replace(known, times=known.times + 1)
        elif len(self.refusals) < MAX_REFUSALS:
            self.refusals[key] = Refusal(host=host, port=port, address=address, kind=kind)
        else:
            self.dropped += 1

    def fail(self, host: str, port: int, cause: str) -> None:
        """Keep why a connection was not made, as Chromium's name of the error."""
        if len(self.failures) < _MAX_NAMES:
            self.failures[host, port] = cause

    def refusal_of(self, url: str) -> Refusal | None:
        """Return the refusal that a URL met, None where it met none."""
        host, port = place_of(url)
        return next((one for one in self.refusals.values() if (one.host, one.port) == (host, port)), None)

    def described(self, url: str) -> str:
        """Return why a URL was refused, in words; empty where it was not."""
        refusal = self.refusal_of(url)
        return f"{REFUSED}: {refusal.host} is {refusal.address}, {refusal.kind}" if refusal else ""

    def told(self, url: str, failed: str | None) -> str | None:
        """Return why a request failed, where the browser only saw the way out end."""
        return failed if failed is None else self.explained(url, failed)[0]

    def explained(self, url: str, text: str) -> tuple[str, str]:
        """Return why the connection for ``url`` failed, and the code of that: the browser itself only saw the way out end.

        ``text`` is what the browser says; where it has another cause, it stays as it is.
        """
        code = code_of(text)
        if code not in _WAY_OUT:
            return text, code or "navigation"
        if refused := self.described(url):
            return refused, "refused"
        cause = self.failures.get(place_of(url), code)
        return f"net::{cause}", cause


class Guard:
    """Knows where hosts are and which of them may be reached.

    ``resolve`` entries are curl's ``HOST[:PORT]=ADDR:PORT``: what an operator maps, he names. ``allow`` are hosts
    (``*.intranet.example`` too), addresses or networks (``10.1.0.0/16``) that may lie in a private network.
    """

    def __init__(
        self, *, allow: Iterable[str] = (), resolve: Sequence[str] = (), lookup: Lookup | None = None
    ) -> None:
        self._hosts, self._networks = _allowed(allow)
        self._mappings = mappings_of(resolve)
        self._lookup = lookup or self._system_lookup
        self._known: dict[str, tuple[float, tuple[str, ...]]] = {}
        self._threads: ThreadPoolExecutor | None = None

    async def route(self, host: str, port: int, ledger: Ledger) -> Route:
        """Return where to connect for ``host``; raises `Refused` where nothing public is left, OSError without an answer.

        What is refused stands in ``ledger``.
        """
        host = host.lower().rstrip(".")
        for mapping in self._mappings:
            ports = (80, 443) if mapping.port is None else (mapping.port,)
            if port in ports and fnmatch.fnmatchcase(host, mapping.host) and not _is_excluded(host):
                target = mapping.address.strip("[]")
                addresses = (target,) if parsed(target) else await self._addresses(target)
                return Route(addresses=addresses, port=mapping.to)
        addresses = (host.strip("[]"),) if parsed(host) else await self._addresses(host)
        good = tuple(address for address in addresses if self.allows(host, address))
        if not good:
            ledger.refuse(host, port, addresses[0], kind_of(addresses[0]))
            raise Refused(f"{host} is {addresses[0]}: {kind_of(addresses[0])}")
        return Route(addresses=good, port=port)

    def allows(self, host: str, address: str) -> bool:
        """Whether an address of a host may be connected to."""
        if not kind_of(address) or any(fnmatch.fnmatchcase(host, pattern) for pattern in self._hosts):
            return True
        ip = parsed(address)
        return ip is not None and any(ip in network for network in self._networks)

    def close(self) -> None:
        """Let go of the threads that look names up."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def _addresses(self, name: str) -> tuple[str, ...]:
        now = time.monotonic()
        known = self._known.get(name)
        if known is not None and now < known[0] + DNS_TTL_S:
            return known[1]
        found = tuple(dict.fromkeys(await self._lookup(name)))
        if not found:
            raise OSError(socket.EAI_NONAME, "no address")
        if len(self._known) >= _MAX_NAMES:
            self._known.clear()
        self._known[name] = (now, found)
        return found

    async def _system_lookup(self, name: str) -> Sequence[str]:
        # Threads of our own: a page that asks for names which nobody answers must not hold up the rest of the scan.
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_DNS_THREADS, thread_name_prefix="names")
        infos = await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        )
        return [str(info[4][0]) for info in infos]


def place_of(url: str) -> tuple[str, int]:
    """Return the host and the port that a URL leads to; port 0 where it has none."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").rstrip("."), parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return "", 0


def named_literally(places: Iterable[str]) -> tuple[str, ...]:
    """Return the hosts of URLs (or bare hosts) that are addresses, or this machine's own name.

    Who writes an address knows where it lies. A name may have been made to lead anywhere.
    """
    hosts = (host_of(place) if "://" in place else place.partition(":")[0] for place in places)
    return tuple(host for host in hosts if parsed(host) or host == "localhost" or host.endswith(".localhost"))


def guard_of(plan: CrawlPlan) -> Guard:
    """Return what keeps the crawl out of private networks; raises `ConfigError` for what cannot be read."""
    named = named_literally((plan.start_url, *plan.seeds, *plan.own_hosts))
    return Guard(allow=(*plan.allow_private, *named), resolve=plan.resolve)


def mappings_of(resolve: Sequence[str]) -> tuple[Mapping, ...]:
    """Read ``HOST[:PORT]=ADDR:PORT`` entries, named hosts before wildcards; raises `ConfigError`."""
    found = []
    for entry in resolve:
        match = _RESOLVE.match(entry)
        ports = [int(number) for number in (match["port"], match["to"]) if number] if match else []
        if match is None or not all(0 < port <= 65535 for port in ports):
            raise ConfigError(
                f"--resolve {entry!r}: expected HOST[:PORT]=ADDR:PORT.",
                hint="Example: --resolve www.shop.example:443=127.0.0.1:8443, or '*=127.0.0.1:8443' for every host.",
            )
        found.append(
            Mapping(
                host=match["host"].lower(),
                port=int(match["port"]) if match["port"] else None,
                address=match["address"],
                to=int(match["to"]),
            )
        )
    return tuple(sorted(found, key=lambda one: "*" in one.host))


def _is_excluded(host: str) -> bool:
    return host == "127.0.0.1"  # as in `scanner.browser.launch.resolver_rules`


def _allowed(allow: Iterable[str]) -> tuple[tuple[str, ...], tuple[Network, ...]]:
    """Sort what is allowed into host patterns and networks; raises `ConfigError`."""
    hosts: list[str] = []
    networks: list[Network] = []
    for entry in allow:
        text = entry.strip().lower().rstrip(".")
        try:
            networks.append(ipaddress.ip_network(text.strip("[]"), strict=False))
            continue
        except ValueError:
            pass
        if not _NAME.match(text):
            raise ConfigError(
                f"allow_private {entry!r}: expected a host, an address or a network.",
                hint="Examples: intranet.shop.example, *.intranet.example, 192.168.1.20, 10.1.0.0/16.",
            )
        hosts.append(text)
    return tuple(hosts), tuple(networks)
