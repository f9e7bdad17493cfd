"""Loads what a message loads when it is opened, where that is asked for: it tells the sender that the message was opened.

Only what a mail program loads by itself is asked for, and never a link: following one may confirm, buy or unsubscribe. Every
connection goes through the scan's guard, so that no message reaches a private network.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import struct
import time
from collections.abc import Sequence
from urllib.parse import urljoin

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver, ResolveResult

from scanner.addresses import parsed
from scanner.guard import Guard, Ledger, Refused, place_of
from scanner.mail.html_content import web_address

MAX_FETCHED = 200
MAX_BYTES = 5 * 1024 * 1024
TIMEOUT_S = 15.0
TOTAL_S = 120.0
MOST_REDIRECTS = 8
_AT_ONCE = 6
_REDIRECTS = {301, 302, 303, 307, 308}
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; Consentry; e-mail scan)",
    "Accept": "image/*,text/css,*/*;q=0.5",
}


class Hop(msgspec.Struct, frozen=True, kw_only=True):
    """One exchange: where it went, from where it was sent on (empty for the first), and what came."""

    url: str
    came_from: str = ""
    status: int | None = None
    content_type: str = ""
    size: int = 0
    picture: str = ""
    set_cookies: tuple[str, ...] = ()
    failed: str = ""
    wall_s: float = 0.0


class _Guarded(AbstractResolver):
    """Resolves and judges a name in one step, as the scan's own way out does."""

    def __init__(self, guard: Guard, ledger: Ledger) -> None:
        self._guard, self._ledger = guard, ledger

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return where to connect; raises `Refused` for what is not public and was not named."""
        del family  # the guard's addresses are what is connected to, of either family
        route = await self._guard.route(host, port, self._ledger)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=route.port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in route.addresses
        ]

    async def close(self) -> None:
        """Nothing is held open."""


async def fetch(
    urls: Sequence[str], guard: Guard, *, ignore_certificate_errors: bool = False
) -> dict[str, tuple[Hop, ...]]:
    """Ask for each address and what it redirects to; returns the exchanges of each, in their order.

    What fails is told in its last `Hop`. Addresses beyond `MAX_FETCHED` are left out.
    """
    ledger = Ledger()
    connector = aiohttp.TCPConnector(
        resolver=_Guarded(guard, ledger),
        use_dns_cache=False,
        limit=_AT_ONCE,
        ssl=False if ignore_certificate_errors else ssl.create_default_context(),
    )
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    deadline = time.monotonic() + TOTAL_S
    seats = asyncio.Semaphore(_AT_ONCE)
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        headers=_HEADERS,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    ) as session:

        async def one(url: str) -> tuple[Hop, ...]:
            async with seats:
                if time.monotonic() > deadline:
                    return (Hop(url=url, failed=f"not asked: {TOTAL_S:.0f} seconds were over"),)
                return await _follow(session, url, guard, ledger)

        wanted = list(dict.fromkeys(urls))[:MAX_FETCHED]
        return dict(zip(wanted, await asyncio.gather(*map(one, wanted)), strict=True))


async def _follow(session: aiohttp.ClientSession, url: str, guard: Guard, ledger: Ledger) -> tuple[Hop, ...]:
    hops: list[Hop] = []
    here, before = url, ""
    for _ in range(MOST_REDIRECTS + 1):
        hop, onward = await _ask(session, here, before, guard, ledger)
        hops.append(hop)
        if not onward:
            return tuple(hops)
        here, before = onward, here
    hops[-1] = msgspec.structs.replace(hops[-1], failed=f"it redirects more than {MOST_REDIRECTS} times")
    return tuple(hops)


async def _ask(
    session: aiohttp.ClientSession, url: str, before: str, guard: Guard, ledger: Ledger
) -> tuple[Hop, str]:
    now = time.time()
    try:
        host, port = place_of(url)
        if parsed(host):  # an address written out is asked without a resolver
            await guard.route(host, port, ledger)
        async with session.get(url, allow_redirects=False) as response:
            onward = ""
            if response.status in _REDIRECTS and (location := response.headers.get("Location")):
                onward = web_address(urljoin(url, location))
            data, cut = (b"", False) if onward else await _body(response)
            kind = re.sub(r"[^a-z0-9/+.-]", "", response.content_type.lower())[:80]
            hop = Hop(
                url=url,
                came_from=before,
                status=response.status,
                content_type=kind,
                size=len(data),
                picture=picture_size(data),
                set_cookies=tuple(response.headers.getall("Set-Cookie", ()))[:50],
                failed=f"larger than {MAX_BYTES:,} bytes: the rest was left" if cut else "",
                wall_s=now,
            )
            return hop, onward
    except TimeoutError:
        reason = f"no answer within {TIMEOUT_S:.0f} seconds"
    except (aiohttp.ClientError, OSError, ValueError) as error:
        refused = next(
            (one for one in (error, error.__cause__, error.__context__) if isinstance(one, Refused)), None
        )
        reason = (
            f"not asked, since the address is not public: {refused}"
            if refused
            else f"{type(error).__name__}: {error}"
        )
    return Hop(url=url, came_from=before, failed=reason[:300], wall_s=now), ""


async def _body(response: aiohttp.ClientResponse) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_chunked(65_536):
        size += len(part)
        if size > MAX_BYTES:
            return b"".join(parts), True
        parts.append(part)
    return b"".join(parts), False


def picture_size(data: bytes) -> str:
    """Return width and height of a GIF or PNG (``1x1``) from its head; empty for anything else."""
    if data[:6] in {b"GIF87a", b"GIF89a"} and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
    elif data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
    else:
        return ""
    return f"{width}x{height}"
