"""Adobe Analytics behind a site's own name: metrics.larkspur.example is an alias (CNAME) of a collector of Adobe's.

The cookie that it sets belongs to the site (larkspur.example) and looks like its own; only the alias and the shape of
the requests tell.
"""

from __future__ import annotations

from aiohttp import web

from scanner.demo.hits import host_of_request
from scanner.demo.thirdparties.base import Service, keep, pixel, redirect, script, token

_routes = web.RouteTableDef()

_TWO_YEARS = 730 * 86_400


@_routes.get("/app-measurement.js")
async def library(_request: web.Request) -> web.Response:
    """The measuring script."""
    return script("app_measurement")


@_routes.get("/b/ss/{suite}/1/{version}/{nonce}")
async def beacon(request: web.Request) -> web.Response:
    """One page view; the first answer sets the visitor's id and asks for the same again (``pccr``)."""
    if "s_vi" in request.cookies or request.query.get("pccr") == "true":
        return pixel()
    response = redirect(f"{request.rel_url.raw_path}?pccr=true&{request.rel_url.raw_query_string}")
    keep(
        request,
        response,
        "s_vi",
        f"[CS]v1|{token(16).upper()}-{token(16).upper()}[CE]",
        domain=host_of_request(request).partition(".")[2],
        max_age=_TWO_YEARS,
    )
    return response


SERVICE = Service(name="Adobe Analytics", vendor="Adobe", hosts={"metrics.larkspur.example": _routes})
