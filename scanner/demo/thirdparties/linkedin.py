"""LinkedIn Insight Tag: a script on one host, and a chain of redirects that joins three identifiers."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from aiohttp import web

from scanner.demo.thirdparties.base import (
    DAY,
    YEAR,
    Service,
    keep,
    now,
    pixel,
    redirect,
    script,
    set_cookie,
    token,
)

_script = web.RouteTableDef()
_pixel = web.RouteTableDef()
_www = web.RouteTableDef()

_DOMAIN = ".linkedin.com"


@_script.get("/li.lms-analytics/insight.min.js")
async def insight(_request: web.Request) -> web.Response:
    """The Insight Tag."""
    return script("linkedin_insight")


@_pixel.get("/collect")
async def collect(request: web.Request) -> web.Response:
    """First visit: set the browser's ids and go by linkedin.com; second: note the sync and end."""
    if request.query.get("liSync") == "true":
        response = pixel()
        stamp = now()
        set_cookie(response, "UserMatchHistory", f"AQ{token(20)}", domain=_DOMAIN, max_age=30 * DAY)
        set_cookie(
            response, "AnalyticsSyncHistory", f"AQ{token(12)}_{stamp}", domain=_DOMAIN, max_age=30 * DAY
        )
        return response
    back = f"{request.rel_url.raw_path_qs}&liSync=true"
    response = redirect(f"https://www.linkedin.com/px/li_sync?redirect={quote(back, safe='')}")
    keep(request, response, "li_sugr", token(36), domain=_DOMAIN, max_age=90 * DAY)
    keep(request, response, "bcookie", f'"v=2&{token(36)}"', domain=_DOMAIN, max_age=YEAR)
    keep(request, response, "lidc", f'"b=OGST05:s=O:r=O:a=O:p=O:g={token(4)}"', domain=_DOMAIN, max_age=DAY)
    return response


@_pixel.get("/db_sync")
async def partner_sync(_request: web.Request) -> web.Response:
    """Take the identifier that a partner hands over."""
    return pixel()


@_www.get("/px/li_sync")
async def sync(request: web.Request) -> web.Response:
    """Join the member's browser with the pixel's, then return to where the pixel asked for."""
    path = request.query.get("redirect", "")
    known = (
        path if urlsplit(path).path == "/collect" and path.startswith("/collect") else "/collect?liSync=true"
    )
    response = redirect(f"https://px.ads.linkedin.com{known}")
    keep(
        request,
        response,
        "bscookie",
        f'"v=1&{token(44)}"',
        domain=".www.linkedin.com",
        max_age=YEAR,
        http_only=True,
    )
    return response


SERVICE = Service(
    name="LinkedIn Insight Tag",
    vendor="LinkedIn",
    hosts={"snap.licdn.com": _script, "px.ads.linkedin.com": _pixel, "www.linkedin.com": _www},
)
