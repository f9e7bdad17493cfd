"""Stand-ins for services that the guest house embeds and the demo shop does not."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import (
    THIRTEEN_MONTHS,
    hexadecimal,
    keep,
    no_content,
    pixel,
    redirect,
    script,
    token,
)

_hotjar_static = web.RouteTableDef()
_hotjar_content = web.RouteTableDef()
_fingerprint = web.RouteTableDef()
_fingerprint_api = web.RouteTableDef()
_pusher = web.RouteTableDef()
_pusher_socket = web.RouteTableDef()
_mixpanel = web.RouteTableDef()
_tiktok = web.RouteTableDef()
_bing = web.RouteTableDef()
_match = web.RouteTableDef()
_share = web.RouteTableDef()


@_hotjar_static.get("/c/{name}")
async def replay(_request: web.Request) -> web.Response:
    """The session recorder, which records what is typed."""
    return script("replay", package=__package__)


@_hotjar_content.route("*", "/sessions/{site}")
async def recorded(request: web.Request) -> web.Response:
    """What was recorded."""
    await request.read()
    return no_content(request)


@_fingerprint.get("/v3/{key}/loader.js")
async def fingerprint(_request: web.Request) -> web.Response:
    """The script that measures a canvas and an oscillator."""
    return script("fingerprint", package=__package__)


@_fingerprint_api.route("*", "/")
async def identified(request: web.Request) -> web.Response:
    """Where the measurement goes."""
    return no_content(request)


@_pusher.get("/8.4/pusher.min.js")
async def live(_request: web.Request) -> web.Response:
    """The script that opens a socket."""
    return script("live", package=__package__)


@_pusher_socket.get("/app/{key}")
async def socket(request: web.Request) -> web.StreamResponse:
    """A socket that says hello and listens."""
    answer = web.WebSocketResponse()
    await answer.prepare(request)
    await answer.send_str('{"event":"pusher:connection_established"}')
    async for _message in answer:
        pass
    return answer


@_mixpanel.route("*", "/track")
async def tracked(request: web.Request) -> web.Response:
    """What the service worker reports."""
    return no_content(request)


@_tiktok.get("/i18n/pixel/events.js")
async def pixel_script(_request: web.Request) -> web.Response:
    """The pixel's library."""
    return script("tiktok", package=__package__)


@_tiktok.route("*", "/api/v2/pixel")
async def pixel_event(request: web.Request) -> web.Response:
    """One event."""
    response = no_content(request)
    keep(request, response, "_ttp", token(27), domain=".tiktok.com", max_age=THIRTEEN_MONTHS)
    return response


@_bing.get("/action/0")
async def action(request: web.Request) -> web.Response:
    """One event of Microsoft Advertising."""
    response = pixel()
    value = hexadecimal()
    keep(request, response, "MUID", value, domain=".bing.com", max_age=THIRTEEN_MONTHS)
    return response


@_match.get("/pixel")
async def cookie_match(request: web.Request) -> web.Response:
    """Hand DoubleClick's own identifier to the partner, in the address of a redirect."""
    known = request.cookies.get("IDE") or f"AHWqTU{token(58)}"
    response = redirect(f"https://px.ads.linkedin.com/db_sync?pid=15927&puuid={known}")
    keep(
        request,
        response,
        "IDE",
        known,
        domain=".doubleclick.net",
        max_age=THIRTEEN_MONTHS,
        http_only=True,
    )
    return response


@_share.get("/sharing/share-offsite/")
async def share(_request: web.Request) -> web.Response:
    """The window in which a visitor would share a page; it knows the visitor before anything is shared."""
    response = web.Response(
        text="<!doctype html><title>Share</title><p>Sign in.</p>", content_type="text/html"
    )
    response.set_cookie(
        "JSESSIONID", f"ajax:{token(19)}", domain=".www.linkedin.com", secure=True, samesite="None"
    )
    return response


HOSTS = {
    "static.hotjar.com": _hotjar_static,
    "content.hotjar.io": _hotjar_content,
    "fpnpmcdn.net": _fingerprint,
    "eu.api.fpjs.io": _fingerprint_api,
    "js.pusher.com": _pusher,
    "ws-eu.pusher.com": _pusher_socket,
    "api-eu.mixpanel.com": _mixpanel,
    "analytics.tiktok.com": _tiktok,
    "bat.bing.com": _bing,
    "cm.g.doubleclick.net": _match,
}
"""Routes by host; the last one replaces the demo's own, which hands over another identifier than it keeps."""

MORE = {"www.linkedin.com": _share}
"""What hosts of the demo's stubs answer besides."""
