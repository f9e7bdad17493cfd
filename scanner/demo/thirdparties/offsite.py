"""The wholesale partner's site, to which a link of the shop leads: not the shop's, and no part of its scan."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import Service, frame, set_cookie, token

_routes = web.RouteTableDef()


@_routes.get("/")
async def home(_request: web.Request) -> web.Response:
    """The partner's front page; its session is its own affair."""
    response = frame("offsite")
    set_cookie(response, "leafport_session", token(24), http_only=True, same_site="Lax")
    return response


SERVICE = Service(name="Leafport Trade", vendor="Leafport", hosts={"trade.leafport.example": _routes})
