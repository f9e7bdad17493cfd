"""What administrators did, as the sealed log has it, and the anchor that shows later whether it still has it."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from consent.anchors import current_anchors, encode_anchors
from consent.audit import AuditEntry, audit_log
from consent.users import Role
from consent.web.dashboard import queries
from consent.web.dashboard.guard import Visit, page
from consent.web.dashboard.pages import render
from consent.web.dashboard.words import SUBJECTS
from consent.web.route import Route

NAV = ("Audit", "/admin/audit", 80)
ON_A_PAGE = 60
_KINDS: Final = {"user": "person", "token": "token", "cli": "command"}


async def audit(request: web.Request, visit: Visit) -> web.Response:
    """List actions, the latest first; for who may see some sites only, what was done there."""
    before = queries.record_id(request, "before")
    query = {
        "about": queries.choice(request, "about", SUBJECTS),
        "site": queries.choice(request, "site", [site.id for site in visit.sites]),
        "who": queries.text(request, "who"),
    }

    def wanted(one: AuditEntry) -> bool:
        return (
            (not query["about"] or one.action.startswith(f"{query['about']}."))
            and (not query["site"] or one.site == query["site"])
            and query["who"].casefold() in _actor(one.actor)[0].casefold()
        )

    found = await audit_log(
        visit.store,
        before=before or None,
        limit=ON_A_PAGE + 1,
        sites=frozenset(visit.user.sites),
        wanted=wanted,
    )
    return render(
        request, visit, "audit.html", entries=[(one, *_actor(one.actor)) for one in found[:ON_A_PAGE]],
        more=len(found) > ON_A_PAGE, first=not before, query=query, sites=visit.sites,
    )  # fmt: skip


def _actor(actor: str) -> tuple[str, str]:
    """Return who it was and what kind of actor: ``token:ID:NAME`` is known by its name."""
    kind, _, name = actor.partition(":")
    if kind == "token":
        name = name.partition(":")[2] or name
    return name or actor, _KINDS.get(kind, "")


async def anchor(_: web.Request, visit: Visit) -> web.Response:
    """Hand out the heads of the chains, to be kept where the database's administrator cannot reach them."""
    visit.needs_all_sites()
    async with visit.doing("log.anchor"):
        anchors = await current_anchors(visit.store)
    day = anchors.exported[:10]
    return web.Response(
        body=encode_anchors(anchors),
        headers={
            "Content-Type": "application/json",
            "Content-Disposition": f'attachment; filename="anchor-{day}.json"',
            "Cache-Control": "private, no-store",
        },
    )


ROUTES = (
    Route("GET", "/admin/audit", page(Role.ADMIN, audit), "What administrators did", page=True),
    Route("GET", "/admin/audit/anchor.json", page(Role.ADMIN, anchor), "An anchor of the log", page=True),
)
