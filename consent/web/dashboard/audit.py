"""What administrators did, as the sealed log has it."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from consent.audit import audit_log
from consent.users import Role
from consent.web.dashboard import queries
from consent.web.dashboard.guard import Visit, page
from consent.web.dashboard.pages import render
from consent.web.route import Route

NAV = ("Audit", "/admin/audit", 80)
ON_A_PAGE = 60
_KINDS: Final = {"user": "person", "token": "token", "cli": "command"}


async def audit(request: web.Request, visit: Visit) -> web.Response:
    """List actions, the latest first; for who may see some sites only, what was done there."""
    before = queries.record_id(request, "before")
    found = await audit_log(
        visit.store, before=before or None, limit=ON_A_PAGE + 1, sites=frozenset(visit.user.sites)
    )
    return render(
        request, visit, "audit.html", entries=[(one, *_actor(one.actor)) for one in found[:ON_A_PAGE]],
        more=len(found) > ON_A_PAGE, first=not before,
    )  # fmt: skip


def _actor(actor: str) -> tuple[str, str]:
    """Return who it was and what kind of actor: ``token:ID:NAME`` is known by its name."""
    kind, _, name = actor.partition(":")
    if kind == "token":
        name = name.partition(":")[2] or name
    return name or actor, _KINDS.get(kind, "")


ROUTES = (Route("GET", "/admin/audit", page(Role.ADMIN, audit), "What administrators did", page=True),)
