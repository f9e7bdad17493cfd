"""Stand-ins for services that only the customers embed: chat, pop-ups, contacts, help, newsletter, hosting."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import drawing, no_content, pixel, script

_gist = web.RouteTableDef()
_gist_api = web.RouteTableDef()
_convertful = web.RouteTableDef()
_alore = web.RouteTableDef()
_freshworks = web.RouteTableDef()
_constant_contact = web.RouteTableDef()
_kinsta = web.RouteTableDef()

_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 20 20 2l20 18z" fill="#456"/></svg>'


@_gist.get("/projects/{project}")
async def chat(request: web.Request) -> web.Response:
    """Gist's messenger."""
    return script("gist", values={"project": request.match_info["project"]}, package=__package__)


@_gist_api.route("*", "/ping")
async def ping(request: web.Request) -> web.Response:
    """Who is there."""
    await request.read()
    return no_content(request)


@_convertful.get("/Convertful.js")
async def windows(_request: web.Request) -> web.Response:
    """Convertful's windows."""
    return script("convertful", package=__package__)


@_convertful.get("/api/event")
async def shown(_request: web.Request) -> web.Response:
    """A window was shown."""
    return pixel()


@_alore.get("/track.js")
async def contacts(_request: web.Request) -> web.Response:
    """Alore's tracker."""
    return script("alore", package=__package__)


@_alore.get("/visit")
async def visit(_request: web.Request) -> web.Response:
    """One visit."""
    return pixel()


@_freshworks.get("/widgets/{number}")
async def help_window(_request: web.Request) -> web.Response:
    """The help window of Freshdesk."""
    return script("freshworks", package=__package__)


@_constant_contact.get("/js/signup-form-widget/current/signup-form-widget.min.js")
async def newsletter(_request: web.Request) -> web.Response:
    """The newsletter's form."""
    return script("constant_contact", package=__package__)


@_kinsta.get("/{name}")
async def picture(_request: web.Request) -> web.Response:
    """A picture that the hosting company serves."""
    return drawing(_PICTURE)


HOSTS = {
    "widget.getgist.com": _gist,
    "api.getgist.com": _gist_api,
    "app.convertful.com": _convertful,
    "app.alore.io": _alore,
    "widget.freshworks.com": _freshworks,
    "static.ctctcdn.com": _constant_contact,
    "harbourlane.kinstacdn.com": _kinsta,
}
