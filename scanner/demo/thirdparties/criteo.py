"""Criteo OneTag: retargeting that the shop loads only when a visitor scrolls."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import THIRTEEN_MONTHS, Service, frame, keep, no_content, script, token

_tag = web.RouteTableDef()
_sync = web.RouteTableDef()
_event = web.RouteTableDef()


@_tag.get("/js/ld/ld.js")
async def one_tag(_request: web.Request) -> web.Response:
    """The tag."""
    return script("criteo")


@_sync.get("/syncframe")
async def sync_frame(request: web.Request) -> web.Response:
    """The frame that holds the user's identifier."""
    response = frame("empty")
    keep(request, response, "uid", token(36), domain=".criteo.com", max_age=THIRTEEN_MONTHS)
    return response


@_event.route("*", "/event")
async def event(request: web.Request) -> web.Response:
    """The product that was looked at."""
    return no_content(request)


SERVICE = Service(
    name="Criteo OneTag",
    vendor="Criteo",
    hosts={"dynamic.criteo.com": _tag, "gum.criteo.com": _sync, "sslwidget.criteo.com": _event},
)
