"""Publishing a scan: what would change, who is asked again, the banner as it would look, and what was published before."""

from __future__ import annotations

from typing import NamedTuple

from aiohttp import web

from consent import review
from consent.model.errors import ConfigError, NotFoundError
from consent.model.inventory import Inventory
from consent.model.scans import ScanRun
from consent.publication import publish as publish_inventory
from consent.publication import with_policy_of
from consent.publication_plan import Difference, PublicationPlan, plan
from consent.scans import inventory_of_scan, scan_of
from consent.store.entries import Publication
from consent.users import Role
from consent.web.base import PUBLIC_URL, PUBLISHED
from consent.web.dashboard import queries, words
from consent.web.dashboard.guard import Visit, page
from consent.web.dashboard.pages import render
from consent.web.dashboard.preview import LAYERS, preview
from consent.web.dashboard.site import OF_SITE
from consent.web.route import Route

SCANS = 12
DIFFERENCES = 40
"""Differences on a page."""
BLOCKERS = 12
HISTORY = 12
_SUBJECTS = {"service": "Service", "rule": "Blocked host", "text": "Text", "setting": "Setting"}
_HERE = f"{OF_SITE}/publish"


class Told(NamedTuple):
    """One difference in words; ``old`` and ``new`` are categories, lifetimes or texts as people read them."""

    what: str
    subject: str
    name: str
    beside: str
    field: str
    old: str
    new: str


class Past(NamedTuple):
    """One publication; ``same`` says that it showed what the one before showed."""

    publication: Publication
    by: str
    same: bool


async def form(request: web.Request, visit: Visit) -> web.Response:
    """Show what publishing would do."""
    return await _form(request, visit, asked=queries.record_id(request, "scan"))


async def _form(
    request: web.Request, visit: Visit, *, asked: str, problem: str = "", status: int = 200
) -> web.Response:
    site, store = visit.site, visit.store
    runs = (await store.trend(site.id, SCANS))[::-1]
    run = await _run(visit, asked, runs)
    made: PublicationPlan | None = None
    if run is not None:
        try:
            made, _, _ = await plan(
                store, site, await _inventory(visit, run), public_url=request.app[PUBLIC_URL]
            )
        except (ConfigError, NotFoundError) as error:
            problem = problem or f"{error.message} {error.hint}"
    differences = made.differences if made else ()
    pages = max(1, -(-len(differences) // DIFFERENCES))
    number = min(queries.number(request, "page"), pages)
    return render(
        request, visit, "publish.html", status=status, site=site, runs=runs, run=run, plan=made, problem=problem,
        waiting=len(await review.queue(store, (site,))), differences=[_told(one) for one in differences[(number - 1) * DIFFERENCES : number * DIFFERENCES]],
        number=number, pages=pages, paged="page" in request.query, more=(made.differs if made else 0) - len(differences), blockers=BLOCKERS, history=await _history(request, visit),
        language=queries.choice(request, "lang", site.languages) or site.languages[0],
        layer=queries.choice(request, "layer", LAYERS) or LAYERS[0],
    )  # fmt: skip


async def _run(visit: Visit, asked: str, runs: list[ScanRun]) -> ScanRun | None:
    """Return the scan that is asked for, else the last one; None where there is none."""
    if not asked:
        return runs[0] if runs else None
    run = await scan_of(visit.store, visit.site.id, asked)
    if run.status != "finished":
        raise NotFoundError("This scan is not finished.", hint="Ask again when it is.")
    return run


async def _inventory(visit: Visit, run: ScanRun) -> Inventory:
    """Return a scan's inventory; the privacy policy that is published with the current one goes on being named."""
    return await with_policy_of(visit.store, await inventory_of_scan(visit.store, run))


async def publish(request: web.Request, visit: Visit) -> web.Response:
    """Publish what was looked at; where that has changed meanwhile, it is shown anew."""
    site, sent = visit.site, visit.form
    run = await scan_of(visit.store, site.id, sent.get("scan", "")[:64])
    found, address = await _inventory(visit, run), request.app[PUBLIC_URL]
    try:
        made, _, _ = await plan(visit.store, site, found, public_url=address)
        if made.notice_version != sent.get("version"):
            problem = "This has changed since you looked. See what would be published now, then publish it."
            return await _form(request, visit, asked=run.scan_id, problem=problem, status=409)
        doing = visit.doing("widget.publish", site=site.id, scan=run.scan_id, notice=made.notice_version)
        async with doing:
            done, _ = await publish_inventory(
                visit.store, site, found, public_url=address, actor=visit.user.actor
            )
    except ConfigError as error:  # a purpose is blank
        told = error.message.partition(":")[0]
        return await _form(request, visit, asked=run.scan_id, problem=f"{told}.", status=400)
    await request.app[PUBLISHED].refresh()
    note = f"Published. Visitors are shown the notice {done.notice_version[:16]} now."
    return visit.to(f"/admin/sites/{site.id}/publish", note=note)


async def show(request: web.Request, visit: Visit) -> web.Response:
    """Show the banner alone, as it would be."""
    site = visit.site
    run = await _run(visit, queries.record_id(request, "scan"), await visit.store.trend(site.id, 1))
    if run is None:
        raise NotFoundError("This site was never scanned.", hint="Scan it first.")
    _, ready, _ = await plan(
        visit.store, site, await _inventory(visit, run), public_url=request.app[PUBLIC_URL]
    )
    language = queries.choice(request, "lang", site.languages) or site.languages[0]
    return await preview(site, ready, language, queries.choice(request, "layer", LAYERS) or LAYERS[0])


# --- in words


async def _history(request: web.Request, visit: Visit) -> tuple[list[Past], int]:
    """Return the last publications, and the id before which the earlier ones are, 0 where there are none."""
    before = queries.number(request, "before", default=0, most=10**9)
    found = await visit.store.site_publications(visit.site.id, before=before or None, limit=HISTORY + 1)
    versions = [one.notice_version for one in found[1:]]
    told = [
        Past(one, _actor(one.published_by), one.notice_version in versions[place : place + 1])
        for place, one in enumerate(found)
    ]
    return told[:HISTORY], found[HISTORY - 1].id if len(found) > HISTORY else 0


def _actor(actor: str) -> str:
    kind, _, name = actor.partition(":")
    if kind == "token":
        return f"Token {name.partition(':')[2] or name}"
    if kind == "server":
        return "The server, after its settings changed"
    return name or "Not known"


def _told(one: Difference) -> Told:
    subject = words.kind_of(one.kind) if one.subject == "item" else _SUBJECTS[one.subject]
    beside = one.host or one.language
    if one.field == "lifetime":
        old, new = (words.lifetime_of(float(value) if value else None) for value in (one.old, one.new))
    else:
        old, new = (words.CATEGORY_NAMES.get(value, value) for value in (one.old, one.new))
    return Told(
        one.what,
        subject,
        one.name.replace("_", " ") if one.subject == "setting" else one.name,
        beside,
        one.field,
        old,
        new,
    )


ROUTES = (
    Route("GET", _HERE, page(Role.REVIEWER, form), "What publishing would change", page=True),
    Route("POST", _HERE, page(Role.ADMIN, publish), "Publishes a scan", status=303, page=True),
    Route("GET", f"{_HERE}/preview", page(Role.REVIEWER, show), "The banner as it would be", page=True),
)
