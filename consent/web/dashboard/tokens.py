"""Tokens of the administration's API: for admins of all sites. A new one is shown once, on the page that answers its form."""

from __future__ import annotations

from aiohttp import web

from consent import tokens
from consent.model.errors import ConfigError
from consent.times import DAY_MS, now_ms
from consent.tokens import NewToken, Scope
from consent.users import Role
from consent.web.dashboard.guard import Visit, page
from consent.web.dashboard.pages import render
from consent.web.route import Route

NAV = ("Tokens", "/admin/tokens", 90)
MOST_DAYS = 3650
_MEANINGS = {
    Scope.READ: "see sites, scans, notices, decisions and records, and export them",
    Scope.REVIEW: "decide about items",
    Scope.SCAN: "start scans, and cancel those that wait",
    Scope.PUBLISH: "publish, and announce changes",
    Scope.ERASE: "erase a visitor's records",
    Scope.RIGHTS: "answer and close what visitors ask for",
    Scope.ADMIN: "all of this, the audit, anchors, people and tokens",
}


async def token_list(request: web.Request, visit: Visit) -> web.Response:
    """List all tokens."""
    visit.needs_all_sites()
    return await _list(request, visit)


async def create(request: web.Request, visit: Visit) -> web.Response:
    """Make a token and show it: this once, and in no address."""
    visit.needs_all_sites()
    sent = visit.form
    scopes = [scope for scope in Scope if scope in sent.getall("scopes", [])]
    sites = [site.id for site in visit.sites if site.id in sent.getall("sites", [])]
    days, name = sent.get("days", ""), sent.get("name", "")
    try:
        if not (days.isascii() and days.isdecimal() and len(days) < 6 and 1 <= int(days) <= MOST_DAYS):
            raise ConfigError(f"Days: a number from 1 to {MOST_DAYS:,} is needed.")  # noqa: TRY301 - told as the others are
        async with visit.doing(
            "token.create", name=name[:120], scopes=" ".join(scopes), sites=" ".join(sites)
        ):
            made = await tokens.create(
                visit.store, name=name, scopes=scopes, sites=sites, expires_ms=now_ms() + int(days) * DAY_MS
            )
    except ConfigError as error:
        return await _list(request, visit, problem=f"{error.message} {error.hint}")
    return await _list(request, visit, made=made)


async def revoke(request: web.Request, visit: Visit) -> web.Response:
    """End a token at once."""
    visit.needs_all_sites()
    token_id = request.match_info["token"]
    async with visit.doing("token.revoke", token=token_id):
        await tokens.revoke(visit.store, token_id)
    return visit.to("/admin/tokens", note="The token ended.")


async def _list(
    request: web.Request, visit: Visit, *, problem: str = "", made: NewToken | None = None
) -> web.Response:
    found = await tokens.listed(visit.store)
    now = now_ms()
    return render(
        request, visit, "tokens.html", status=400 if problem else 201 if made else 200, problem=problem, made=made,
        good=[one for one in found if tokens.holds(one, now)][::-1],
        ended=[one for one in found if not tokens.holds(one, now)][::-1][:20], scopes=tuple(Scope), meanings=_MEANINGS, sites=visit.sites,
    )  # fmt: skip


ROUTES = (
    Route("GET", "/admin/tokens", page(Role.ADMIN, token_list), "The tokens", page=True),
    Route("POST", "/admin/tokens", page(Role.ADMIN, create), "Makes a token", status=201, page=True),
    Route(
        "POST",
        r"/admin/tokens/{token:[0-9a-f]{12}}/revoke",
        page(Role.ADMIN, revoke),
        "Ends a token",
        status=303,
        page=True,
    ),
)
