"""Microsoft Clarity: session recording, and the pixel that joins it with Bing's identifier."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import (
    DAY,
    MINUTE,
    THIRTEEN_MONTHS,
    YEAR,
    Service,
    hexadecimal,
    keep,
    no_content,
    now,
    pixel,
    redirect,
    script,
    set_cookie,
    token,
)

_tag = web.RouteTableDef()
_scripts = web.RouteTableDef()
_collect = web.RouteTableDef()
_sync = web.RouteTableDef()
_bing = web.RouteTableDef()


@_tag.get("/tag/{project}")
async def tag(request: web.Request) -> web.Response:
    """The project's tag."""
    response = script("clarity_tag", values={"project": request.match_info["project"]})
    keep(request, response, "CLID", f"{token(32)}.{now()}", max_age=YEAR, http_only=True)
    return response


@_scripts.get("/0.8.1/clarity.js")
async def recorder(_request: web.Request) -> web.Response:
    """The recorder."""
    return script("clarity")


@_collect.route("*", "/collect")
async def collect(request: web.Request) -> web.Response:
    """What was recorded."""
    return no_content(request)


@_sync.get("/c.gif")
async def sync(request: web.Request) -> web.Response:
    """Go by Bing first, then keep its identifier here too."""
    muid = request.query.get("MUID", "")
    if not muid:
        response = redirect("https://c.bing.com/c.gif?ctsa=mr&CtsSyncId=" + token(16))
        set_cookie(response, "SM", "C", domain=".c.clarity.ms")
        return response
    response = pixel()
    keep(request, response, "MUID", muid, domain=".clarity.ms", max_age=THIRTEEN_MONTHS)
    keep(request, response, "MR", "0", domain=".c.clarity.ms", max_age=7 * DAY)
    keep(request, response, "ANONCHK", "0", domain=".c.clarity.ms", max_age=10 * MINUTE)
    return response


@_bing.get("/c.gif")
async def bing(request: web.Request) -> web.Response:
    """Bing's side of the sync."""
    muid = request.cookies.get("MUID") or hexadecimal()
    response = redirect(f"https://c.clarity.ms/c.gif?MUID={muid}")
    keep(request, response, "MUID", muid, domain=".bing.com", max_age=THIRTEEN_MONTHS)
    return response


SERVICE = Service(
    name="Microsoft Clarity",
    vendor="Microsoft",
    hosts={
        "www.clarity.ms": _tag,
        "scripts.clarity.ms": _scripts,
        "k.clarity.ms": _collect,
        "c.clarity.ms": _sync,
        "c.bing.com": _bing,
    },
)
