"""The administration's routes for the review and for publishing: what waits, taking back, what publishing would change, history."""

from __future__ import annotations

import msgspec
from aiohttp import web

from consent import review
from consent.audit import audited
from consent.decisions import take_back
from consent.model.errors import ConfigError
from consent.model.inventory import Inventory, StorageKind
from consent.publication_plan import plan
from consent.times import rfc3339
from consent.tokens import Token
from consent.web.base import LOG, PUBLIC_URL, SETTINGS, RequestError, success
from consent.web.bodies import query_number, struct_of

MOST_ITEMS = review.MOST_OPEN
MOST_PUBLICATIONS = 500


class TakeBack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which decision is taken back: the item as the decision names it. Without ``reviewer``, the token's name stands as that."""

    name: str
    kind: StorageKind = "cookie"
    host: str = ""
    reason: str = ""
    reviewer: str = ""


class PastPublication(msgspec.Struct, frozen=True, kw_only=True):
    """One publication; hashes are hex SHA-256, ``published`` is RFC 3339, ``published_by`` an actor as the audit names them.

    ``id`` is what ``before`` asks with for those before it.
    """

    id: int
    notice_version: str
    inventory_sha256: str
    scan_id: str
    published: str
    published_by: str


async def list_waiting(request: web.Request, token: Token) -> web.Response:
    """List what waits for a decision at all of the token's sites."""
    sites = [site for site in request.app[SETTINGS].sites.values() if token.covers(site.id)]
    limit = query_number(request, "limit", default=1_000, most=MOST_ITEMS)
    return success((await review.queue(request.app[LOG].store, sites))[:limit])


async def list_waiting_of_site(request: web.Request, token: Token) -> web.Response:
    """List what waits for a decision at one site."""
    del token
    site = request.app[SETTINGS].sites[request.match_info["site"]]
    limit = query_number(request, "limit", default=1_000, most=MOST_ITEMS)
    return success((await review.queue(request.app[LOG].store, [site]))[:limit])


async def take_decision_back(request: web.Request, token: Token) -> web.Response:
    """Let the rules judge an item again."""
    store, site = request.app[LOG].store, request.match_info["site"]
    wanted = await struct_of(request, TakeBack)
    reviewer = wanted.reviewer or token.name
    async with audited(
        store,
        actor=token.actor,
        action="knowledge.take_back",
        site=site,
        subject=wanted.name,
        reviewer=reviewer,
    ):
        await take_back(
            store,
            site,
            name=wanted.name,
            kind=wanted.kind,
            host=wanted.host,
            reviewer=reviewer,
            reason=wanted.reason,
        )
    return success(msgspec.structs.replace(wanted, reviewer=reviewer))


async def preview_publication(request: web.Request, token: Token) -> web.Response:
    """Say what publishing an inventory would change; nothing is stored."""
    del token
    app = request.app
    site = app[SETTINGS].sites[request.match_info["site"]]
    inventory = await struct_of(request, Inventory)
    if inventory.site != site.id:
        raise RequestError(f"the inventory is of the site {inventory.site!r}", field="site")
    try:
        made, _, _ = await plan(app[LOG].store, site, inventory, public_url=app[PUBLIC_URL])
    except ConfigError as error:
        raise RequestError(error.message, hint=error.hint) from error
    return success(made)


async def list_publications(request: web.Request, token: Token) -> web.Response:
    """List what was published for a site, the latest first, with who did it."""
    del token
    limit = query_number(request, "limit", default=50, most=MOST_PUBLICATIONS)
    before = query_number(request, "before", default=0, most=10**9 - 1)
    found = await request.app[LOG].store.site_publications(
        request.match_info["site"], before=before or None, limit=limit
    )
    return success(
        [
            PastPublication(
                id=one.id,
                notice_version=one.notice_version,
                inventory_sha256=one.inventory_sha256,
                scan_id=one.scan_id,
                published=rfc3339(one.published),
                published_by=one.published_by,
            )
            for one in found
        ]
    )
