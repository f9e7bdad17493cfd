"""Meta Pixel: a library, a configuration by pixel id, and the image that carries the event."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import DAY, Service, keep, pixel, script, token

_connect = web.RouteTableDef()
_www = web.RouteTableDef()


@_connect.get("/en_US/fbevents.js")
async def library(_request: web.Request) -> web.Response:
    """The pixel's library."""
    return script("fbevents")


@_connect.get("/signals/config/{pixel_id}")
async def configuration(request: web.Request) -> web.Response:
    """What one pixel id has switched on."""
    return script("fbevents_config", values={"id": request.match_info["pixel_id"]})


@_www.get("/tr/")
async def event(request: web.Request) -> web.Response:
    """One event."""
    response = pixel()
    keep(
        request,
        response,
        "fr",
        f"0{token(16)}.AWe{token(40)}",
        domain=".facebook.com",
        max_age=90 * DAY,
        http_only=True,
    )
    return response


SERVICE = Service(
    name="Meta Pixel",
    vendor="Meta",
    hosts={"connect.facebook.net": _connect, "www.facebook.com": _www},
)
