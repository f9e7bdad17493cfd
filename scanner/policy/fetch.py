"""Fetches a policy by plain HTTP, within bounds, and never from a private address that nobody named.

A policy's URL may come from a list or a page, and may redirect anywhere; without the guard it could make Consentry read
a cloud's metadata service or a router (server-side request forgery).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from consent.model.errors import ConfigError, ScanError
from scanner.addresses import is_public, parsed
from scanner.policy import read
from scanner.policy.model import Document

LARGEST = 20 * 1024 * 1024
"""Bytes of a response after decompression."""
TIMEOUT_S = 30.0
MOST_REDIRECTS = 8
_REDIRECTS = {301, 302, 303, 307, 308}
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; Consentry; policy audit)",
    "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,text/plain;q=0.8",
    "Accept-Language": "en",
}


class _Refused(OSError):  # noqa: N818 - the state is the name
    """An address that is not public and was not named."""


class PublicResolver(AbstractResolver):
    """Resolves names to public addresses only, but for the hosts that the user named.

    Resolving and checking are one step, so that a name cannot answer differently afterwards (DNS rebinding).
    """

    def __init__(self, allowed: Iterable[str] = (), inner: AbstractResolver | None = None) -> None:
        self._allowed = {host.lower() for host in allowed}
        self._inner = inner or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a host; raises `OSError` where none is public."""
        found = await self._inner.resolve(host, port, family)
        if host.lower() in self._allowed:
            return found
        public = [one for one in found if is_public(one["host"])]
        if not public:
            raise _Refused(f"{host} has no public address")
        return public

    async def close(self) -> None:
        """Let go of what the inner resolver holds."""
        await self._inner.close()


def is_url(target: str) -> bool:
    """Whether a command's argument is a URL rather than a path."""
    return target.lower().startswith(("http://", "https://"))


def fetch(url: str, *, allowed: Iterable[str] = ()) -> Document:
    """Fetch and read a policy; ``allowed`` hosts may have private addresses.

    Raises `ScanError` (exit code 3) where it cannot be had, `ConfigError` where what came is no policy.
    """
    return asyncio.run(_fetch(url, frozenset(host.lower() for host in allowed)))


async def _fetch(url: str, allowed: frozenset[str]) -> Document:
    connector = aiohttp.TCPConnector(resolver=PublicResolver(allowed), use_dns_cache=False)
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        headers=_HEADERS,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    ) as session:
        try:
            return await _follow(session, url, allowed)
        except _Refused as error:
            raise _not_public(url, str(error)) from error
        except TimeoutError as error:
            raise ScanError(
                f"{url}: no answer within {TIMEOUT_S:.0f} seconds.", hint="Save the page and give the file."
            ) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(error.__cause__, _Refused) or isinstance(error.__context__, _Refused):
                raise _not_public(url, str(error.__cause__ or error.__context__)) from error
            raise ScanError(
                f"{url}: could not be read: {error}", hint="Save the page and give the file."
            ) from error


async def _follow(session: aiohttp.ClientSession, url: str, allowed: frozenset[str]) -> Document:
    current = url
    for _ in range(MOST_REDIRECTS + 1):
        host = _checked(current, allowed)
        async with session.get(current, allow_redirects=False) as response:
            if response.status in _REDIRECTS and "Location" in response.headers:
                current = urljoin(current, response.headers["Location"])
                continue
            if response.status != 200:
                raise ScanError(
                    f"{current}: the server answered {response.status} {response.reason or ''}".rstrip()
                    + ".",
                    hint="Open it in a browser, save the page and give the file.",
                )
            data = await _body(response)
            return read.document_of(data, source=current, host=host, charset=response.charset or "")
    raise ScanError(
        f"{url}: redirects more than {MOST_REDIRECTS} times.", hint="Give the URL that it leads to."
    )


def _checked(url: str, allowed: frozenset[str]) -> str:
    """Return the host of a URL that may be asked; the resolver sees names only, so literal addresses are judged here."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        _ = parts.port
    except ValueError as error:
        raise ConfigError(f"{url}: is no URL: {error}") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise ScanError(f"{url}: expected an http or https URL.")
    if host in allowed:
        return host
    if parsed(host) is not None and not is_public(host):
        raise _Refused(f"{host} is not a public address")
    return host


async def _body(response: aiohttp.ClientResponse) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_chunked(65_536):
        size += len(part)
        if size > LARGEST:
            raise ScanError(
                f"{response.url}: is larger than {LARGEST:,} bytes.", hint="Save the text and give the file."
            )
        parts.append(part)
    return b"".join(parts)


def _not_public(url: str, reason: Any) -> ScanError:
    return ScanError(
        f"{url}: {reason}; a policy is not read from a private network by chance.",
        hint="Where that is meant, name the host: --allow-host HOST.",
    )
