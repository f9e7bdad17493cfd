"""Fetches filter lists, once, when somebody asks for it; nothing at run time fetches by itself."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from consent.model.errors import ConfigError, ScanError
from consent.model.files import read_bounded
from consent.times import now_ms, rfc3339
from scanner.knowledge.filter_lists import LARGEST, ListInfo, describe, store_lists, stored_lists

if TYPE_CHECKING:
    import aiohttp

DEFAULT_LISTS = ("https://easylist.to/easylist/easyprivacy.txt", "https://easylist.to/easylist/easylist.txt")
TIMEOUT_S = 120.0
MOST_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}


def update(sources: Iterable[str] = (), folder: Path | None = None) -> tuple[ListInfo, ...]:
    """Load lists from URLs or files and store them, all or none; returns those loaded.

    Without sources, those that are stored are loaded again, or EasyPrivacy and EasyList where nothing is. Raises
    `ScanError` where one cannot be had, `ConfigError` where one is no list.
    """
    wanted = tuple(dict.fromkeys(sources))
    if not wanted:
        wanted = tuple(info.source for info in stored_lists(folder)) or DEFAULT_LISTS
    contents = [_load(source) for source in wanted]
    updated = rfc3339(now_ms())
    new = [(describe(data, source=source, updated=updated), data) for source, data in contents]
    ids = [info.id for info, _ in new]
    for info, _ in new:
        if ids.count(info.id) > 1:
            raise ConfigError(f"{info.source}: another of these lists has the title {info.title!r} too.")
    store_lists(new, folder)
    return tuple(info for info, _ in new)


def _load(source: str) -> tuple[str, bytes]:
    if "://" in source:
        return source, asyncio.run(_fetch(source))
    path = Path(source).absolute()
    return str(path), read_bounded(path, LARGEST)


async def _fetch(url: str) -> bytes:
    import aiohttp  # noqa: PLC0415 - reading a file needs no network

    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    # trust_env: behind a company's proxy there is no other way out.
    async with aiohttp.ClientSession(
        timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=True
    ) as session:
        try:
            return await _follow(session, url)
        except TimeoutError as error:
            raise ScanError(
                f"{url}: no answer within {TIMEOUT_S:.0f} seconds.",
                hint="Fetch it by other means and give the file.",
            ) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ScanError(
                f"{url}: could not be had: {error}", hint="Fetch it by other means and give the file."
            ) from error


async def _follow(session: aiohttp.ClientSession, url: str) -> bytes:
    current = url
    for _ in range(MOST_REDIRECTS + 1):
        _check(current, plain=_is_loopback(urlsplit(url).hostname or ""))
        async with session.get(current, allow_redirects=False) as response:
            if response.status in _REDIRECTS and "Location" in response.headers:
                current = urljoin(current, response.headers["Location"])
                continue
            if response.status != 200:
                raise ScanError(f"{current}: the server answered {response.status}; nothing was changed.")
            data = bytearray()
            async for part in response.content.iter_chunked(65_536):
                data += part
                if len(data) > LARGEST:
                    raise ScanError(f"{current}: is larger than {LARGEST:,} bytes; nothing was changed.")
            return bytes(data)
    raise ScanError(f"{url}: redirects more than {MOST_REDIRECTS} times; nothing was changed.")


def _check(url: str, *, plain: bool) -> None:
    """What travels in plain could be altered on the way, so that a list would let a tracker pass."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (plain and parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        return
    raise ConfigError(
        f"{url}: expected an https URL, or http on this machine.", hint="Or fetch it and give the file."
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
