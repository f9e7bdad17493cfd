"""Searching the consent log: by consent id or record id, by time and site; one record whole; copies, exports, erasure."""

from __future__ import annotations

import re
from uuid import UUID

from aiohttp import web

from consent.copies import FORMATS, copy_of
from consent.exports import formats
from consent.log import decode_record
from consent.model.categories import CATEGORIES
from consent.model.errors import ConfigError, ConsentryError, NotFoundError
from consent.model.records import ConsentRecord
from consent.proof import particulars
from consent.record_search import FoundRecords, entry_of, search, standing
from consent.store.entries import StoredEntry
from consent.times import DAY_MS, rfc3339
from consent.users import Role
from consent.web.admin import stream_export
from consent.web.base import LOG, SETTINGS
from consent.web.dashboard import queries
from consent.web.dashboard.guard import Visit, page
from consent.web.dashboard.pages import render
from consent.web.dashboard.site import OF_SITE
from consent.web.route import Route

NAV = ("Consent log", "/admin/log", 40)
ON_A_PAGE = 40
HISTORY = 30
"""Records of one visitor that are listed beside the one shown."""
_CONSENT_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_NAMES = {
    "json": "JSON",
    "html": "Page",
    "pdf": "PDF",
    "csv": "CSV",
    "iso27560": "ISO/IEC 27560",
    "kantara": "Kantara receipt",
}


async def log(request: web.Request, visit: Visit) -> web.Response:
    """Search by time and site. What was searched for is on record; what was typed into the other form is not in any address."""
    query = {name: queries.text(request, name)[:40] for name in ("site", "since", "until")}
    asked = bool(request.query)
    problem, found = "", None
    since, until = (queries.moment_ms(query[name]) if query[name] else None for name in ("since", "until"))
    if query["site"] and not visit.covers(query["site"]):
        raise NotFoundError(f"There is no site {query['site']!r}.")
    if (query["since"] and since is None) or (query["until"] and until is None):
        problem = "A time is missing its date, or has a form that cannot be read."
    elif asked:
        sites = [query["site"]] if query["site"] else [site.id for site in visit.sites]
        if until is not None and len(query["until"]) == 10:  # a date means all of that day
            until += DAY_MS
        details = {name: value for name, value in query.items() if value and name != "site"}
        async with visit.doing("log.search", site=query["site"], **details):
            found = await search(
                visit.store, sites=sites, since_ms=since or 0, until_ms=until, before=queries.record_id(request, "before"),
                limit=ON_A_PAGE,
            )  # fmt: skip
    return _page(request, visit, query=query, found=found, problem=problem)


async def look_up(request: web.Request, visit: Visit) -> web.Response:
    """Find by an id, and lead to the record: a consent id is a secret, and so is in no address."""
    wanted = visit.form.get("id", "").strip()
    record = ""
    if _CONSENT_ID.fullmatch(wanted):
        try:
            found = [one for one in await request.app[LOG].history(wanted) if visit.covers(one.site)]
        except NotFoundError:
            found = []
        record = found[-1].record_id if found else ""
    elif len(wanted) == 36:
        record = wanted
    async with visit.doing("log.look-up", record=record if record != wanted else wanted[:36]):
        if record:
            return visit.to(f"/admin/log/{record}")
    return _page(
        request,
        visit,
        query=dict.fromkeys(("site", "since", "until"), ""),
        problem="The log has no record of this id. A consent id has 22 characters, a record id 36. What was erased is found"
        " by its record id alone.",
    )


def _page(
    request: web.Request,
    visit: Visit,
    *,
    query: dict[str, str],
    found: FoundRecords | None = None,
    problem: str = "",
) -> web.Response:
    return render(
        request, visit, "records.html", status=404 if problem else 200, problem=problem, query=query, found=found,
        sites=visit.sites, formats={name: _NAMES.get(name, name) for name in formats()},
    )  # fmt: skip


async def record(request: web.Request, visit: Visit) -> web.Response:
    """Show one record whole, how it stands in its chain, and what else the visitor decided."""
    entry, decoded = await _entry(request, visit)
    if decoded is None:
        stands = await standing(visit.store, entry)
        return render(request, visit, "record_erased.html", entry=_erased(entry), standing=stands)
    async with visit.doing("log.read", site=decoded.site, record=decoded.record_id):
        stands = await standing(visit.store, entry)
        history = [
            one for one in await request.app[LOG].history(decoded.consent_id) if visit.covers(one.site)
        ]
        shown = await visit.store.notice(decoded.notice_version)
    return render(
        request, visit, "record.html", record=decoded, standing=stands, history=history[::-1][:HISTORY],
        records=len(history), site=request.app[SETTINGS].sites.get(decoded.site), notice=shown is not None,
        particulars=list(particulars(decoded)), categories=CATEGORIES,
        formats={name: _NAMES.get(name, name) for name in FORMATS},
    )  # fmt: skip


def _erased(entry: StoredEntry) -> dict[str, str]:
    return {
        "record_id": _text(entry.record_id),
        "time": rfc3339(entry.time),
        "erased_by": _text(entry.erased_by),
    }


def _text(record_id: bytes | None) -> str:
    return str(UUID(bytes=record_id)) if record_id else ""


async def copy(request: web.Request, visit: Visit) -> web.Response:
    """Hand out the visitor's own copy of their records, for a person who asked the operator for it."""
    kind = request.match_info["format"]
    _, decoded = await _entry(request, visit)
    if decoded is None or kind not in FORMATS:
        raise NotFoundError("There is no such copy.", hint="An erased record has none.")
    if visit.user.sites:
        history = await request.app[LOG].history(decoded.consent_id)
        if not all(visit.covers(one.site) for one in history):
            raise NotFoundError(
                "The copy would hold records of other sites.", hint="Ask an admin of all sites for it."
            )
    async with visit.doing("log.copy", site=decoded.site, record=decoded.record_id, format=kind):
        try:
            made = await copy_of(request.app[LOG], decoded.consent_id, request.app[SETTINGS].sites, kind)
        except ConfigError as error:
            raise ConsentryError(error.message, hint=error.hint) from error
    return web.Response(
        body=made.content,
        headers={
            "Content-Type": f"{made.media}; charset=utf-8" if made.media.startswith("text/") else made.media,
            "Content-Disposition": f'attachment; filename="receipt.{made.ending}"',
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        },
    )


async def erase(request: web.Request, visit: Visit) -> web.Response:
    """Erase all that the log holds of the visitor whose record this is, as they may ask the operator to (GDPR Art. 17)."""
    _, decoded = await _entry(request, visit)
    if decoded is None:
        raise NotFoundError("This record is erased already.")
    if visit.form.get("sure") != "yes":
        raise ConsentryError(
            "Nothing was erased: the box beside the button is not ticked.",
            hint="Go back, tick it, and press again.",
        )
    async with visit.doing("log.erase", site=decoded.site, record=decoded.record_id):
        erased = await request.app[LOG].erase(decoded.consent_id, reason="operator", of=visit.user.covers)
    note = f"{erased} {'record is' if erased == 1 else 'records are'} erased. What their seals need stays, so the log still verifies."
    return visit.to("/admin/log", note=note)


async def export(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Stream a site's records as a file."""
    visit.recorded = True  # by stream_export itself, which goes on after this handler has begun to answer
    return await stream_export(request, actor=visit.user.actor)


async def _entry(request: web.Request, visit: Visit) -> tuple[StoredEntry, ConsentRecord | None]:
    """Return the entry that the address names, if it is of a site that may be seen; an erased one tells of no site."""
    record_id = request.match_info["record_id"]
    entry = await entry_of(visit.store, record_id)
    decoded = decode_record(entry.payload) if entry.payload is not None else None
    if (decoded is None and visit.user.sites) or (
        decoded is not None and not visit.user.covers(decoded.site)
    ):
        raise NotFoundError(f"There is no record {record_id!r}.", hint="A record id is 36 characters long.")
    return entry, decoded


_RECORD = r"/admin/log/{record_id:[0-9a-f-]{36}}"
ROUTES = (
    Route("GET", "/admin/log", page(Role.ADMIN, log), "Search in the consent log", page=True),
    Route("POST", "/admin/log", page(Role.ADMIN, look_up), "Finds by an id", status=303, page=True),
    Route("GET", _RECORD, page(Role.ADMIN, record), "One record", page=True),
    Route(
        "GET", _RECORD + r"/copy/{format:[a-z0-9]+}", page(Role.ADMIN, copy), "A visitor's copy", page=True
    ),
    Route(
        "POST",
        f"{_RECORD}/erase",
        page(Role.ADMIN, erase),
        "Erases a visitor's records",
        status=303,
        page=True,
    ),
    Route("GET", f"{OF_SITE}/export", page(Role.ADMIN, export), "A site's records, streamed", page=True),
)
