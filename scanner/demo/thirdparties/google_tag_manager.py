"""Google Tag Manager and gtag.js: the loaders of Google Analytics and Google Ads, and of whatever a container holds."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import Service, frame, script

_routes = web.RouteTableDef()


@_routes.get("/gtag/js")
async def gtag(request: web.Request) -> web.Response:
    """The Google tag: `config` commands of the data layer become cookies and beacons."""
    return script("gtag", values={"id": request.query.get("id", "")})


@_routes.get("/gtm.js")
async def container(request: web.Request) -> web.Response:
    """The container that the shop's marketing agency filled."""
    return script("gtm_container", values={"id": request.query.get("id", "")})


@_routes.get("/ns.html")
async def without_scripts(_request: web.Request) -> web.Response:
    """The frame for browsers without scripts."""
    return frame("empty")


SERVICE = Service(name="Google Tag Manager", vendor="Google", hosts={"www.googletagmanager.com": _routes})
