"""jsDelivr: the content network that serves the script of the shop's own menu; it sets nothing."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import Service, script

_routes = web.RouteTableDef()


@_routes.get("/npm/pantry-menu@2.1.0/dist/pantry-menu.min.js")
async def menu(_request: web.Request) -> web.Response:
    """The library that opens the menu on a small screen."""
    response = script("pantry_menu")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


SERVICE = Service(name="jsDelivr", vendor="jsDelivr", hosts={"cdn.jsdelivr.net": _routes})
