"""The administration's routes for scans: the lists, one scan with all that was stored of it, starting one, schedules."""

from __future__ import annotations

import base64
import binascii
from typing import TypeVar

import msgspec
from aiohttp import web

from consent.audit import audited
from consent.model.categories import Category, ConsentState, Party
from consent.model.errors import ConfigError, ConflictError, NotFoundError
from consent.model.scans import (
    REPORT_HTML,
    REPORT_JSON,
    ItemFilter,
    ItemKey,
    ScanItem,
    ScanRun,
)
from consent.scans import artefact_of, ask_for_scan, cancel_scan, inventory_of_scan, scan_of
from consent.schedules import upcoming
from consent.store import Store
from consent.times import now_ms
from consent.tokens import Token
from consent.web.base import LOG, SETTINGS, RequestError, success
from consent.web.bodies import query_number, struct_of

T = TypeVar("T")

MOST_RUNS = 500
MOST_ITEMS = 1_000
MOST_TEXT = 4_096
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'; sandbox allow-scripts"
)
"""A report tells of hostile pages. In a sandbox it has an origin of its own, so nothing in it could use the dashboard's
session; what its own policy, made of hashes, lets run is still less than this."""


class ScanWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a site is to be scanned, where it differs from the site's settings; an empty object is a wish as well."""

    pages: int | None = None
    states: tuple[ConsentState, ...] = ()


class ItemPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some items of a scan; ``next`` is the ``after`` that asks for those that follow, null at the end."""

    items: tuple[ScanItem, ...]
    next: str | None


def _store(request: web.Request) -> Store:
    return request.app[LOG].store


async def _run(request: web.Request) -> ScanRun:
    return await scan_of(_store(request), request.match_info["site"], request.match_info["scan_id"])


# --- lists


async def list_scans(request: web.Request, token: Token) -> web.Response:
    """List the scans of a site, the latest first."""
    del token
    limit = query_number(request, "limit", default=50, most=MOST_RUNS)
    found = await _store(request).scans(
        request.match_info["site"], before=_text(request, "before") or None, limit=limit
    )
    return success(found)


async def get_trend(request: web.Request, token: Token) -> web.Response:
    """Tell how the last finished scans of a site ended, oldest first."""
    del token
    limit = query_number(request, "limit", default=30, most=MOST_RUNS)
    return success(await _store(request).trend(request.match_info["site"], limit))


async def list_latest(request: web.Request, token: Token) -> web.Response:
    """Tell how the last finished scan of each of the token's sites ended."""
    return success([run for run in await _store(request).latest_scans() if token.covers(run.site)])


async def list_open(request: web.Request, token: Token) -> web.Response:
    """List what waits and what runs, of the token's sites, with the progress."""
    return success([run for run in await _store(request).open_scans() if token.covers(run.site)])


async def list_schedules(request: web.Request, token: Token) -> web.Response:
    """Tell when each of the token's sites is scanned next by its schedule."""
    planned = {one.site: one for one in await _store(request).planned_scans()}
    now = now_ms()
    sites = [site for site in request.app[SETTINGS].sites.values() if token.covers(site.id)]
    found = [upcoming(site, planned.get(site.id), now) for site in sites]
    return success([one for one in found if one is not None])


# --- one scan


async def start_scan(request: web.Request, token: Token) -> web.Response:
    """Queue a scan of a site; where one waits already, that one is the answer."""
    site = request.app[SETTINGS].sites[request.match_info["site"]]
    wish = await struct_of(request, ScanWish)
    try:
        async with audited(_store(request), actor=token.actor, action="scan.start", site=site.id):
            run = await ask_for_scan(
                _store(request),
                site,
                trigger="api",
                requested_by=token.actor,
                pages=wish.pages,
                states=wish.states,
            )
    except ConfigError as error:
        field, _, said = error.message.partition(": ")
        raise RequestError(said, field=field, hint=error.hint) from error
    return success(run, status=201)


async def get_scan(request: web.Request, token: Token) -> web.Response:
    """Show one scan, with its progress while it runs."""
    del token
    return success(await _run(request))


async def delete_scan(request: web.Request, token: Token) -> web.Response:
    """Take a scan that waits out of the queue."""
    run = await _run(request)
    doing = audited(_store(request), actor=token.actor, action="scan.cancel", site=run.site, scan=run.scan_id)
    try:
        async with doing:
            await cancel_scan(_store(request), run, by=token.actor)
    except ConfigError as error:
        raise ConflictError(error.message, hint=error.hint) from error
    return success(await _run(request))


async def list_items(request: web.Request, token: Token) -> web.Response:
    """List what a finished scan found, by host, name and kind."""
    del token
    run = await _run(request)
    limit = query_number(request, "limit", default=200, most=MOST_ITEMS)
    after = _key(request)
    found = await _store(request).scan_items(run.scan_id, _filter(request), after=after, limit=limit + 1)
    more = len(found) > limit
    page = tuple(found[:limit])
    return success(ItemPage(items=page, next=_cursor(page[-1]) if more else None))


def _filter(request: web.Request) -> ItemFilter:
    reopened = _one_of(request, "reopened", {"true": True, "false": False})
    return ItemFilter(
        category=_one_of(request, "category", {str(one): one for one in Category}),
        kind=_text(request, "kind"),
        party=_one_of(request, "party", {str(one): one for one in Party}),
        state=_one_of(request, "state", {str(one): one for one in ConsentState}),
        reopened=reopened,
        text=_text(request, "text"),
    )


def _text(request: web.Request, name: str) -> str:
    """Return a text of the query; raises `RequestError` where it holds what no stored text does, or is longer than any."""
    text = request.query.get(name, "")
    if (
        len(text) > MOST_TEXT
        or "\x00" in text
        or (not text.isascii() and text.encode(errors="replace").decode() != text)
    ):
        raise RequestError(f"expected a text of at most {MOST_TEXT} characters", field=name)
    return text


def _one_of(request: web.Request, name: str, known: dict[str, T]) -> T | None:
    text = request.query.get(name)
    if text is None or text == "":
        return None
    if text not in known:
        raise RequestError(f"expected one of {', '.join(known)}", field=name)
    return known[text]


def _cursor(item: ScanItem) -> str:
    key = msgspec.json.encode([item.host, item.name, item.kind])
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _key(request: web.Request) -> ItemKey | None:
    text = request.query.get("after")
    if not text:
        return None
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return ItemKey(*msgspec.json.decode(packed, type=tuple[str, str, str]))
    except (binascii.Error, msgspec.MsgspecError, ValueError):
        raise RequestError("expected what `next` of the page before said", field="after") from None


async def get_change(request: web.Request, token: Token) -> web.Response:
    """Tell what differs from the finished scan before."""
    del token
    run = await _run(request)
    change = await _store(request).scan_change(run.scan_id)
    if change is None:
        raise NotFoundError(f"The scan {run.scan_id} is not finished.", hint="Ask again when it is.")
    return success(change)


async def get_scan_inventory(request: web.Request, token: Token) -> web.Response:
    """Show the inventory of a finished scan: what publishing it takes."""
    del token
    return success(await inventory_of_scan(_store(request), await _run(request)))


async def get_report(request: web.Request, token: Token) -> web.Response:
    """Return the report of a finished scan, as the scan wrote it."""
    del token
    as_page = request.match_info["format"] == "html"
    content = await artefact_of(_store(request), await _run(request), REPORT_HTML if as_page else REPORT_JSON)
    headers = {"Cache-Control": "private, no-store"}
    if as_page:
        headers["Content-Security-Policy"] = REPORT_POLICY
    return web.Response(
        body=content,
        content_type="text/html" if as_page else "application/json",
        charset="utf-8" if as_page else None,
        headers=headers,
    )


async def get_item_history(request: web.Request, token: Token) -> web.Response:
    """Tell what the last finished scans of a site saw of one item, the latest first."""
    del token
    limit = query_number(request, "limit", default=50, most=MOST_RUNS)
    kind, name, host = (_needed(request, field) for field in ("kind", "name", "host"))
    site = request.match_info["site"]
    return success(await _store(request).item_history(site, kind, name, host, limit))


def _needed(request: web.Request, field: str) -> str:
    value = _text(request, field)
    if not value:
        raise RequestError("expected what the item has there", field=field)
    return value
