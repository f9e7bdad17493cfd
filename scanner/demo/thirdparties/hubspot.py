"""HubSpot: a loader that brings the analytics, the banner that is never shown, and the embedded form."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import (
    MINUTE,
    Service,
    keep,
    no_content,
    now,
    number,
    pixel,
    script,
    token,
)

_loader = web.RouteTableDef()
_analytics = web.RouteTableDef()
_banner = web.RouteTableDef()
_track = web.RouteTableDef()
_forms_script = web.RouteTableDef()
_forms = web.RouteTableDef()


def _cloudflare(request: web.Request, response: web.Response, domain: str) -> None:
    """Cloudflare's bot management in front of the service."""
    value = f"{token(43)}-{now()}-1.0.1.1-{token(60)}"
    keep(request, response, "__cf_bm", value, domain=domain, max_age=30 * MINUTE, http_only=True)


@_loader.get("/{portal:[0-9]+}.js")
async def loader(request: web.Request) -> web.Response:
    """The one script that a site embeds."""
    return script("hubspot_loader", values={"portal": request.match_info["portal"]})


@_analytics.get("/analytics/{time}/{portal}.js")
async def analytics(request: web.Request) -> web.Response:
    """The analytics script."""
    return script("hubspot_analytics", values={"portal": request.match_info["portal"].removesuffix(".js")})


@_banner.get("/v2/{portal}/banner.js")
async def banner(_request: web.Request) -> web.Response:
    """HubSpot's own cookie banner, switched off for this portal."""
    return script("hubspot_banner")


@_track.get("/__ptq.gif")
async def page_view(request: web.Request) -> web.Response:
    """One page view."""
    response = pixel()
    _cloudflare(request, response, ".hubspot.com")
    keep(
        request,
        response,
        "_cfuvid",
        f"{token(43)}-{number(13)}-0.0.1.1-604800000",
        domain=".hubspot.com",
        http_only=True,
    )
    return response


@_forms_script.get("/forms/embed/v2.js")
async def forms(_request: web.Request) -> web.Response:
    """The script that draws an embedded form."""
    return script("hubspot_forms")


@_forms.get("/embed/v3/counters.gif")
async def form_view(request: web.Request) -> web.Response:
    """One view of a form."""
    response = pixel()
    _cloudflare(request, response, ".hsforms.com")
    return response


@_forms.route("*", "/submissions/v3/{tail:.*}")
async def submission(request: web.Request) -> web.Response:
    """A form that was sent; its content is not kept."""
    return no_content(request)


SERVICE = Service(
    name="HubSpot",
    vendor="HubSpot",
    hosts={
        "js.hs-scripts.com": _loader,
        "js.hs-analytics.net": _analytics,
        "js.hs-banner.com": _banner,
        "track.hubspot.com": _track,
        "js.hsforms.net": _forms_script,
        "forms.hsforms.com": _forms,
    },
)
