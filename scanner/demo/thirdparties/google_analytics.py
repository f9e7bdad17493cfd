"""Google Analytics: the GA4 collector, and the Universal Analytics script that old containers still load."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import Service, no_content, pixel, redirect, script

_www = web.RouteTableDef()
_region = web.RouteTableDef()
_stats = web.RouteTableDef()


@_www.get("/analytics.js")
async def universal(_request: web.Request) -> web.Response:
    """Universal Analytics."""
    return script("analytics", values={"id": "UA-48213077-2"})


@_www.get("/r/collect")
async def collect_and_join(request: web.Request) -> web.Response:
    """The pixel that a property with advertising features sends: it ends at DoubleClick."""
    return redirect(f"https://stats.g.doubleclick.net/r/collect?{request.rel_url.raw_query_string}")


@_www.route("*", "/g/collect")
@_region.route("*", "/g/collect")
async def collect(request: web.Request) -> web.Response:
    """GA4's beacon."""
    return no_content(request)


@_stats.get("/r/collect")
async def join(_request: web.Request) -> web.Response:
    """Where the advertising features of Universal Analytics join in."""
    return pixel()


SERVICE = Service(
    name="Google Analytics",
    vendor="Google",
    hosts={
        "www.google-analytics.com": _www,
        "region1.google-analytics.com": _region,
        "stats.g.doubleclick.net": _stats,
    },
)
