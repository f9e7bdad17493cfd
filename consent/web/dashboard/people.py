"""People who may use the dashboard: for admins of all sites. Everybody changes their own password on a page of their own."""

from __future__ import annotations

from aiohttp import web

from consent import sessions, users
from consent.model.errors import ConfigError
from consent.users import Role, SignInRefused
from consent.web.base import LIMITS
from consent.web.dashboard import cookies
from consent.web.dashboard.guard import Forbidden, Visit, page
from consent.web.dashboard.pages import render
from consent.web.route import Route

NAV = ("People", "/admin/users", 85)
_NAME = r"/admin/users/{name:[a-z0-9][a-z0-9._@+%-]*}"


async def people(request: web.Request, visit: Visit) -> web.Response:
    """List everybody."""
    visit.needs_all_sites()
    return await _list(request, visit)


async def add(request: web.Request, visit: Visit) -> web.Response:
    """Add a person."""
    visit.needs_all_sites()
    sent = visit.form
    role = Role.ADMIN if sent.get("role") == Role.ADMIN else Role.REVIEWER
    sites = [site.id for site in visit.sites if site.id in sent.getall("sites", [])]
    password = sent.get("password", "")
    try:
        name = users.canonical(sent.get("name", ""))
        if bool(sites) != (sent.get("scope") == "some"):
            raise ConfigError("Choose the sites, or all of them.")  # noqa: TRY301 - told as the others are
        async with visit.doing("user.add", user=name, role=role, sites=" ".join(sites)):
            await users.add(visit.store, name=name, role=role, sites=sites, password=password or None)
    except ConfigError as error:
        return await _list(request, visit, problem=f"{error.message} {error.hint}", sent=sent, chosen=sites)
    return visit.to("/admin/users", note=f"{name} was added.")


async def set_password(request: web.Request, visit: Visit) -> web.Response:
    """Set somebody's password anew."""
    visit.needs_all_sites()
    name = users.canonical(request.match_info["name"])
    try:
        async with visit.doing("user.password", user=name):
            await users.set_password(visit.store, name, visit.form.get("password", ""))
    except ConfigError as error:
        return await _list(request, visit, problem=f"{name}: {error.message} {error.hint}")
    return visit.to("/admin/users", note=f"{name} has a new password. All their sessions ended.")


async def remove(request: web.Request, visit: Visit) -> web.Response:
    """Remove a person; nobody removes themselves, so one admin is always left."""
    visit.needs_all_sites()
    name = users.canonical(request.match_info["name"])
    if name == visit.user.name:
        raise Forbidden("You cannot remove yourself.", hint="Ask another admin.")
    async with visit.doing("user.remove", user=name):
        await users.remove(visit.store, name)
    return visit.to("/admin/users", note=f"{name} was removed.")


async def _list(
    request: web.Request,
    visit: Visit,
    *,
    problem: str = "",
    sent: object = None,
    chosen: list[str] | None = None,
) -> web.Response:
    return render(
        request, visit, "people.html", status=400 if problem else 200, people=await users.listed(visit.store),
        problem=problem, sent=sent or {}, chosen=chosen or [], sites=visit.sites, shortest=users.SHORTEST,
    )  # fmt: skip


async def account(request: web.Request, visit: Visit) -> web.Response:
    """Show what one may do, and the form for one's own password."""
    return render(request, visit, "account.html", problem="", shortest=users.SHORTEST)


async def own_password(request: web.Request, visit: Visit) -> web.Response:
    """Change one's own password: who only found the screen unlocked does not know the old one."""
    sent, limit = visit.form, request.app[LIMITS]["sign_in"]
    limit.check_for(visit.user.name)
    try:
        await users.recognise(visit.store, visit.user.name, sent.get("old", ""))
        if sent.get("new", "") != sent.get("again", ""):
            raise ConfigError("The new password was typed in two ways.")  # noqa: TRY301 - told as the others are
        async with visit.doing("user.password", user=visit.user.name):
            await users.set_password(visit.store, visit.user.name, sent.get("new", ""))
            secret = await sessions.begin(visit.store, visit.user)
    except SignInRefused:
        limit.take_for(visit.user.name)
        return _own(request, visit, "The old password is another.")
    except ConfigError as error:
        return _own(request, visit, f"{error.message} {error.hint}")
    response = visit.to("/admin/account", note="Your password is changed. Your other sessions ended.")
    cookies.put(response, request, cookies.session_name(request), secret)
    return response


def _own(request: web.Request, visit: Visit, problem: str) -> web.Response:
    return render(request, visit, "account.html", status=400, problem=problem, shortest=users.SHORTEST)


ROUTES = (
    Route("GET", "/admin/users", page(Role.ADMIN, people), "The people", page=True),
    Route("POST", "/admin/users", page(Role.ADMIN, add), "Adds a person", status=303, page=True),
    Route(
        "POST", f"{_NAME}/password", page(Role.ADMIN, set_password), "Sets a password", status=303, page=True
    ),
    Route("POST", f"{_NAME}/remove", page(Role.ADMIN, remove), "Removes a person", status=303, page=True),
    Route("GET", "/admin/account", page(Role.REVIEWER, account), "One's own account", page=True),
    Route(
        "POST",
        "/admin/account",
        page(Role.REVIEWER, own_password),
        "Changes one's password",
        status=303,
        page=True,
    ),
)
