"""The administration's routes: what the commands do, for programs. Each handler is called with the token that came."""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import UTC, datetime

import msgspec
from aiohttp import web

from consent import review
from consent.anchors import Anchors, current_anchors
from consent.audit import audit_log, audited
from consent.decisions import decisions_of, record
from consent.exports import Selection, formats, selected
from consent.exports.notices import Notices
from consent.logs import REQUEST_ID
from consent.model.errors import ConfigError, ConsentryError, NotFoundError
from consent.model.inventory import Inventory
from consent.model.sites import Decision
from consent.publication import publish
from consent.shown import notice_of
from consent.store.entries import Publication
from consent.times import rfc3339
from consent.tokens import Token
from consent.web.base import EVERY_ANSWER, LOG, PUBLIC_URL, PUBLISHED, SETTINGS, RequestError, success
from consent.web.bodies import query_number, struct_of
from consent.web.requests import HEADER

logger = logging.getLogger("consentry.web")

MOST_ACTIONS = 1000
_CONSENT_ID = re.compile(r"^[A-Za-z0-9_-]{22}$")
_TYPES = {"csv": "text/csv; charset=utf-8"}


class PublicationSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What a site shows now; hashes are hex SHA-256, ``published`` is RFC 3339."""

    site: str
    notice_version: str
    inventory_sha256: str
    scan_id: str
    published: str


class SiteSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One site of the configuration; ``publication`` is null where nothing was published yet."""

    id: str
    name: str
    url: str
    publication: PublicationSummary | None


class AnchorComparison(msgspec.Struct, frozen=True, kw_only=True):
    """Whether each chain still holds the batch and the seal that an anchor has; ``wrong`` are the writers of others."""

    matches: bool
    compared: int
    wrong: tuple[str, ...]


def _summary(publication: Publication) -> PublicationSummary:
    return PublicationSummary(
        site=publication.site,
        notice_version=publication.notice_version,
        inventory_sha256=publication.inventory_sha256,
        scan_id=publication.scan_id,
        published=rfc3339(publication.published),
    )


# --- sites


async def list_sites(request: web.Request, token: Token) -> web.Response:
    """List the sites that the token may know of."""
    current = {one.site: _summary(one) for one in await request.app[LOG].store.publications()}
    known = [site for site in request.app[SETTINGS].sites.values() if token.covers(site.id)]
    return success(
        [SiteSummary(id=one.id, name=one.name, url=one.url, publication=current.get(one.id)) for one in known]
    )


async def _current(request: web.Request) -> Publication:
    site = request.match_info["site"]
    for publication in await request.app[LOG].store.publications():
        if publication.site == site:
            return publication
    raise NotFoundError(f"Nothing is published for the site {site!r}.", hint="POST an inventory there.")


async def get_notice(request: web.Request, token: Token) -> web.Response:
    """Show what visitors of a site are shown now, or with ``version`` were, as it is stored under its hash."""
    del token
    store = request.app[LOG].store
    if version := request.query.get("version", ""):
        return success(msgspec.Raw((await notice_of(store, request.match_info["site"], version)).content))
    notice = await store.notice((await _current(request)).notice_version)
    if notice is None:
        raise NotFoundError("The log has lost this notice.", hint="Run: consentry log verify")
    return success(msgspec.Raw(notice.content))


async def get_inventory(request: web.Request, token: Token) -> web.Response:
    """Show the inventory that a site's widget was made from."""
    del token
    content = await request.app[LOG].store.inventory((await _current(request)).inventory_sha256)
    if content is None:
        raise NotFoundError("The inventory is not stored.", hint="Publish it again.")
    return success(msgspec.Raw(content))


async def post_publication(request: web.Request, token: Token) -> web.Response:
    """Make an inventory what visitors of a site are shown."""
    app = request.app
    site = app[SETTINGS].sites[request.match_info["site"]]
    inventory = await struct_of(request, Inventory)
    if inventory.site != site.id:
        raise RequestError(f"the inventory is of the site {inventory.site!r}", field="site")
    store = app[LOG].store
    doing = audited(store, actor=token.actor, action="widget.publish", site=site.id, scan=inventory.scan_id)
    try:
        async with doing:
            publication, _ = await publish(
                store, site, inventory, public_url=app[PUBLIC_URL], actor=token.actor
            )
    except ConfigError as error:  # a purpose is blank
        raise RequestError(error.message, field="items", hint=error.hint) from error
    await app[PUBLISHED].refresh()
    return success(_summary(publication), status=201)


# --- records


async def get_records(request: web.Request, token: Token) -> web.Response:
    """Find what the log holds under one consent id, of the token's sites."""
    log = request.app[LOG]
    found = [one for one in await log.history(_consent_id(request)) if token.covers(one.site)]
    if not found:
        raise NotFoundError("There is no record with this consent id.")
    doing = audited(
        log.store, actor=token.actor, action="log.read", site=found[-1].site, record=found[-1].record_id
    )
    async with doing:
        return success(found)


async def delete_records(request: web.Request, token: Token) -> web.Response:
    """Erase what the log holds under one consent id, of the token's sites."""
    log = request.app[LOG]
    consent_id = _consent_id(request)
    found = [one for one in await log.history(consent_id) if token.covers(one.site)]
    if not found:
        raise NotFoundError("There is no record with this consent id.")
    doing = audited(
        log.store, actor=token.actor, action="log.erase", site=found[-1].site, record=found[-1].record_id
    )
    async with doing:
        erased = await log.erase(consent_id, reason="operator", of=token.covers)
    return success({"consent_id": consent_id, "erased": erased})


def _consent_id(request: web.Request) -> str:
    consent_id = request.match_info["consent_id"]
    if not _CONSENT_ID.match(consent_id):
        raise NotFoundError("There is no record with this consent id.")
    return consent_id


async def export_records(request: web.Request, token: Token) -> web.StreamResponse:
    """Stream a site's records."""
    return await stream_export(request, actor=token.actor)


async def stream_export(request: web.Request, *, actor: str) -> web.StreamResponse:
    """Stream the records of the site in the address, for whom the audit is to name.

    An export that breaks off ends without the last chunk, so that it is not taken for whole.
    """
    app, site = request.app, request.match_info["site"]
    kind = request.query.get("format", "json")
    if kind not in formats():
        raise RequestError(f"expected one of {', '.join(formats())}", field="format")
    selection = Selection(
        site=site, since_ms=moment(request, "since") or 0, until_ms=moment(request, "until")
    )
    store = app[LOG].store
    async with audited(store, actor=actor, action="log.export", site=site, format=kind):
        parts = formats()[kind](selected(store, selection), Notices(store, app[SETTINGS].sites))
        first = await anext(parts, b"")  # what cannot even begin is told with a status
        response = web.StreamResponse(
            headers={
                **dict(EVERY_ANSWER),
                HEADER: REQUEST_ID.get(),
                "Content-Type": _TYPES.get(kind, "application/json"),
                "Content-Disposition": f'attachment; filename="{site}.{"csv" if kind == "csv" else "json"}"',
                "Cache-Control": "no-store",
            }
        )
        await response.prepare(request)
        try:
            await response.write(first)
            async for part in parts:
                await response.write(part)
        except (ConsentryError, ConnectionError, asyncio.CancelledError) as error:
            logger.warning("An export broke off: %s", type(error).__name__)
            if request.transport is not None:
                request.transport.abort()
            raise
        await response.write_eof()
    return response


def moment(request: web.Request, name: str) -> int | None:
    """Return a time in the query, in milliseconds since 1970; a date is its beginning in UTC."""
    text = request.query.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise RequestError("expected a date or a time (RFC 3339)", field=name) from None


# --- decisions


async def get_decisions(request: web.Request, token: Token) -> web.Response:
    """List what was decided about a site's items."""
    del token
    return success(await decisions_of(request.app[LOG].store, request.match_info["site"]))


async def post_decision(request: web.Request, token: Token) -> web.Response:
    """Decide about one item; without a reviewer, the token's name stands as that."""
    site, store = request.match_info["site"], request.app[LOG].store
    decision = await struct_of(request, Decision)
    if not decision.reviewer:
        decision = msgspec.structs.replace(decision, reviewer=token.name)
    decision = await review.made_on(store, site, decision)
    doing = audited(
        store, actor=token.actor, action="knowledge.decide", site=site, subject=decision.name,
        category=str(decision.category), reviewer=decision.reviewer,
    )  # fmt: skip
    try:
        async with doing:
            await record(store, site, [decision])
    except ConfigError as error:
        raise RequestError(error.message, hint=error.hint) from error
    return success(decision, status=201)


# --- the log as a whole


async def get_anchor(request: web.Request, token: Token) -> web.Response:
    """Return the heads of the chains, to be kept where the database's administrator cannot reach them."""
    del token
    return success(await current_anchors(request.app[LOG].store))


async def compare_anchor(request: web.Request, token: Token) -> web.Response:
    """Say whether the chains still hold what an anchor has: a cut-off or rewritten tail shows at once.

    That all before it is unaltered, `consentry log verify` tells: it reads the whole log.
    """
    del token
    store = request.app[LOG].store
    anchors = await struct_of(request, Anchors)
    wrong = []
    for anchor in anchors.chains:
        try:
            seals = await store.seals(bytes.fromhex(anchor.writer), after=anchor.batch - 1, limit=1)
        except (ValueError, OverflowError):
            raise RequestError("expected hexadecimal writers and batches from 0 on", field="chains") from None
        same = bool(seals) and (seals[0].number, seals[0].hash.hex()) == (anchor.batch, anchor.seal)
        if not same and anchor.batch > 0:
            wrong.append(anchor.writer)
    return success(AnchorComparison(matches=not wrong, compared=len(anchors.chains), wrong=tuple(wrong)))


async def get_audit(request: web.Request, token: Token) -> web.Response:
    """List what administrators did, the latest first; for a token that is bound to sites, what they did there."""
    limit = query_number(request, "limit", default=100, most=MOST_ACTIONS)
    try:
        found = await audit_log(
            request.app[LOG].store,
            before=request.query.get("before"),
            limit=limit,
            sites=frozenset(token.sites),
        )
    except ValueError:
        raise RequestError("expected the record id of an entry", field="before") from None
    return success(found)
