"""Every other address under /admin: a page says that there is nothing, as it would be told of an address with a slip in it."""

from __future__ import annotations

from aiohttp import web

from consent.model.errors import NotFoundError
from consent.users import Role
from consent.web.dashboard.guard import Visit, page
from consent.web.route import Route


async def nowhere(request: web.Request, visit: Visit) -> web.Response:
    """Say that there is nothing."""
    del request, visit
    raise NotFoundError("The dashboard has no such page.", hint="Was something left out of the address?")


ROUTES = (
    Route(
        "GET", "/admin/{rest:.+}", page(Role.REVIEWER, nowhere), "Any other address", status=404, page=True
    ),
)
