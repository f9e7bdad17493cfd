"""Come back to the start page at the end of the state ``before``: a visitor who returns must not be tracked either.

Two things show on a second visit only: what a page does for those whom it knows already, and whether it sets the expiry of
a cookie anew. A scan of one page has no other page that could tell. The visit is one of its own: nothing of it is joined
with the first but what is new, marked ``revisit``, and for each cookie whether it was renewed.
"""

from __future__ import annotations

import time
from collections.abc import Container, Sequence
from dataclasses import replace

import msgspec
from playwright.async_api import Error as PlaywrightError

from scanner.collectors import BaseCollector, Scene, finish_all
from scanner.collectors.beacons import BeaconsCollector
from scanner.collectors.cookies import CookiesCollector
from scanner.collectors.network import NetworkCollector
from scanner.collectors.storage import StorageCollector
from scanner.observations import Observation
from scanner.request_log import RequestLog, without_query
from scanner.tabs import Gate, Tabs
from scanner.visit import open_page

COLLECTORS: tuple[type[BaseCollector], ...] = (
    BeaconsCollector,
    CookiesCollector,
    NetworkCollector,
    StorageCollector,
)
_KINDS = frozenset(
    {
        "cookie",
        "local_storage",
        "session_storage",
        "indexed_db",
        "cache_storage",
        "service_worker",
        "request",
        "websocket",
    }
)
_KEYS = frozenset({"local_storage", "session_storage"})
_REQUESTS = frozenset({"request", "websocket"})

Key = tuple[str, str, str, str]


async def revisit(scene: Scene, tabs: Tabs, gate: Gate, *, timeout_s: float) -> list[Observation]:
    """Visit the start page of a finished pass once more; return what is seen, nothing where it does not come about."""
    again = replace(
        scene,
        requests=RequestLog(),
        notes=[],
        beacons={},
        recorder=None,
        kept=None,
        started_s=time.time(),
        pages=scene.pages[:1],
    )
    collectors = [kind(again) for kind in COLLECTORS]
    url = scene.pages[0]
    jar: frozenset[tuple[str, str]] = frozenset()
    try:
        jar = frozenset((one["name"], one["domain"].lstrip(".")) for one in await scene.context.cookies())
        async with (
            gate.open,
            open_page(tabs, again, collectors, number=0, url=url, timeout_s=timeout_s) as page,
        ):
            async with gate.loading:
                await gate.pause()
                await page.load()
            await page.settle(0)
            await page.look()
        status, error = page.status, page.error
    except (PlaywrightError, TimeoutError) as failed:
        status, error = "failed", str(failed)
    if status not in ("ok", "http_error"):
        scene.note(f"{url} could not be visited again at the end: {error}"[:300])
        return []
    seen = [one for one in await finish_all(again, collectors) if one.kind in _KINDS]
    return [
        msgspec.structs.replace(one, details=one.details | {"older": True}) if is_older(one, jar) else one
        for one in seen
    ]


def is_older(one: Observation, jar: Container[tuple[str, str]]) -> bool:
    """Whether something was there before the revisit began, and nobody set it in the revisit.

    Where the first visits did not tell of it either, it stems from what the scan itself did after they were looked at: it
    types into fields, and a script that notices stores something. ``jar`` are the cookies at the beginning, by name and
    host; each write to web storage is seen as it is made, so a key without one is older.
    """
    if one.initiators:
        return False
    return one.kind in _KEYS or (one.kind == "cookie" and (one.name, one.host) in jar)


def joined(first: Sequence[Observation], again: Sequence[Observation]) -> list[Observation]:
    """Return what the pass saw with what only the revisit ``again`` adds to it."""
    if not again:
        return list(first)
    later = {_key(one): one for one in again if one.kind == "cookie"}
    loaded = {without_query(one.name) for one in again if one.kind == "request"}
    known = {_key(one) for one in first}
    new = [
        msgspec.structs.replace(one, details=one.details | {"revisit": True})
        for one in again
        if _key(one) not in known and not one.details.get("older")
    ]
    return [_told(one, later.get(_key(one)), loaded) if one.kind == "cookie" else one for one in first] + new


def _told(cookie: Observation, again: Observation | None, loaded: set[str]) -> Observation:
    """Say whether the revisit set the expiry of a cookie anew.

    It did where somebody asked for a lifetime, of which the jar alone knows nothing. It did not where whoever set the
    cookie was loaded again and did not ask.
    """
    if (
        cookie.details.get("renewed") is True
        or again is None
        or not cookie.details.get("requested_lifetime_s")
    ):
        return cookie
    renewed = bool(again.details.get("requested_lifetime_s"))
    if not renewed and not {without_query(url) for url in cookie.initiators[:1]} & loaded:
        return cookie
    return msgspec.structs.replace(cookie, details=cookie.details | {"renewed": renewed})


def _key(one: Observation) -> Key:
    """Return what tells one thing from another; addresses without their query, which may differ with each visit."""
    if one.kind in _REQUESTS:
        return one.kind, without_query(one.name), one.host, ""
    return one.kind, one.name, one.host, str(one.details.get("path") or one.details.get("origin") or "")
