"""Google Ads and Floodlight: remarketing, conversions and the cookie match, on DoubleClick's hosts."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import (
    MINUTE,
    THIRTEEN_MONTHS,
    Service,
    frame,
    keep,
    pixel,
    redirect,
    script,
    token,
)

_ads = web.RouteTableDef()
_floodlight = web.RouteTableDef()
_match = web.RouteTableDef()
_services = web.RouteTableDef()
_google = web.RouteTableDef()
_static = web.RouteTableDef()


def advertising_id(request: web.Request, response: web.Response) -> None:
    """Keep DoubleClick's identifier of the browser."""
    keep(
        request,
        response,
        "IDE",
        f"AHWqTU{token(58)}",
        domain=".doubleclick.net",
        max_age=THIRTEEN_MONTHS,
        http_only=True,
    )


@_ads.get("/pagead/viewthroughconversion/{account}/")
async def remarketing(request: web.Request) -> web.Response:
    """Try whether cookies are kept, then go on to the list on google.com."""
    response = redirect(
        f"https://www.google.com/pagead/1p-user-list/{request.match_info['account']}/?{request.rel_url.raw_query_string}"
    )
    keep(
        request,
        response,
        "test_cookie",
        "CheckForPermission",
        domain=".doubleclick.net",
        max_age=15 * MINUTE,
    )
    return response


@_ads.get("/pagead/conversion/{account}/")
async def conversion(request: web.Request) -> web.Response:
    """A conversion, joined with the browser's identifier."""
    response = pixel()
    advertising_id(request, response)
    return response


@_ads.get("/pagead/ads")
async def advertisement(request: web.Request) -> web.Response:
    """The frame of one AdSense advertisement."""
    response = frame("adsense_ad")
    advertising_id(request, response)
    return response


@_floodlight.get("/{activity:activity;.*}")
async def floodlight(request: web.Request) -> web.Response:
    """A Floodlight counter."""
    response = pixel()
    advertising_id(request, response)
    return response


@_match.get("/pixel")
async def cookie_match(request: web.Request) -> web.Response:
    """Hand DoubleClick's identifier to the partner that asks for it (``google_nid``)."""
    response = redirect(f"https://px.ads.linkedin.com/db_sync?pid=15927&puuid={token(22)}")
    advertising_id(request, response)
    return response


@_services.get("/pagead/conversion/{account}/")
async def conversion_entry(request: web.Request) -> web.Response:
    """Where a conversion pixel starts."""
    return redirect(
        f"https://googleads.g.doubleclick.net/pagead/conversion/{request.match_info['account']}/?{request.rel_url.raw_query_string}"
    )


@_google.get("/pagead/1p-user-list/{account}/")
async def user_list(_request: web.Request) -> web.Response:
    """The remarketing list under google.com."""
    return pixel()


@_static.get("/instream/ad_status.js")
async def ad_status(_request: web.Request) -> web.Response:
    """The script by which a video player learns that advertisements are not blocked."""
    return script("ad_status")


SERVICE = Service(
    name="Google Ads",
    vendor="Google",
    hosts={
        "googleads.g.doubleclick.net": _ads,
        "ad.doubleclick.net": _floodlight,
        "cm.g.doubleclick.net": _match,
        "www.googleadservices.com": _services,
        "www.google.com": _google,
        "static.doubleclick.net": _static,
    },
)
