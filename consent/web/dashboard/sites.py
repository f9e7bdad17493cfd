"""The sites that a person may see."""

from __future__ import annotations

from aiohttp import web

from consent.users import Role
from consent.web.dashboard.guard import Visit, page
from consent.web.dashboard.pages import render
from consent.web.route import Route

NAV = ("Sites", "/admin/sites", 0)


async def sites(request: web.Request, visit: Visit) -> web.Response:
    """List the sites with what each shows now."""
    shown = {one.site: one for one in await visit.store.publications()}
    return render(request, visit, "sites.html", sites=visit.sites, shown=shown)


ROUTES = (Route("GET", "/admin/sites", page(Role.REVIEWER, sites), "The sites", page=True),)
