"""The guest house's own server: pages, robots.txt, a sitemap, a leaflet, and the cookies that its answers set."""

from __future__ import annotations

import secrets
from importlib import resources

import jinja2
from aiohttp import web

from scanner.demo.documents import brewing_guide_pdf
from scanner.demo.planted import pages

SITE_HOST = "www.fernhill.example"
YEAR = 365 * 86_400

_STATIC = resources.files(__package__) / "static"
_TYPES = {"css": "text/css", "js": "text/javascript"}


class GuestHouse:
    """The site. ``deaf`` says that the banner's button to refuse does nothing at all."""

    def __init__(self) -> None:
        self.deaf = False
        self._templates = jinja2.Environment(
            loader=jinja2.ChoiceLoader(
                [
                    jinja2.PackageLoader("scanner.demo.planted", "templates"),
                    jinja2.PackageLoader("scanner.demo", "templates"),
                ]
            ),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def application(self) -> web.Application:
        """Return a fresh application with all routes of the site."""
        app = web.Application()
        for page in pages.EVERY:
            app.router.add_get(page.path, self._page)
        app.router.add_get(pages.LEAFLET, _leaflet)
        app.router.add_get("/robots.txt", _robots)
        app.router.add_get("/sitemap.xml", _sitemap)
        app.router.add_get("/favicon.ico", _no_icon)
        app.router.add_get("/static/{name}", _static)
        app.router.add_get("/worker.js", _static)
        return app

    async def _page(self, request: web.Request) -> web.StreamResponse:
        page = next(one for one in pages.EVERY if one.path == request.path)
        text = self._templates.get_template("page.html").render(
            page=page,
            linked=pages.LINKED,
            forbidden=pages.FORBIDDEN,
            leaflet=pages.LEAFLET,
            deaf=self.deaf,
        )
        response = web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-cache"})
        if "PHPSESSID" not in request.cookies:
            response.set_cookie(
                "PHPSESSID", secrets.token_hex(13), secure=True, httponly=True, samesite="Lax"
            )
        if "lang" not in request.cookies:
            response.set_cookie("lang", "en", max_age=YEAR, secure=True, samesite="Lax")
        if page.form and "csrftoken" not in request.cookies:  # planted: not Secure
            response.set_cookie("csrftoken", secrets.token_urlsafe(24), max_age=YEAR, samesite="Lax")
        return response


async def _leaflet(_request: web.Request) -> web.StreamResponse:
    return web.Response(body=brewing_guide_pdf(), content_type="application/pdf")


async def _robots(_request: web.Request) -> web.StreamResponse:
    lines = f"User-agent: *\nDisallow: /private/\n\nSitemap: https://{SITE_HOST}/sitemap.xml\n"
    return web.Response(text=lines, content_type="text/plain")


async def _sitemap(_request: web.Request) -> web.StreamResponse:
    listed = (*pages.LINKED, pages.UNLISTED)
    entries = "".join(f"<url><loc>https://{SITE_HOST}{page.path}</loc></url>\n" for page in listed)
    return web.Response(
        text=f'<?xml version="1.0"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n',
        content_type="application/xml",
    )


async def _no_icon(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=204)


async def _static(request: web.Request) -> web.StreamResponse:
    name = request.match_info.get("name", "worker.js")
    file = _STATIC / name
    kind = _TYPES.get(name.rpartition(".")[2])
    if kind is None or "/" in name or name.startswith(".") or not file.is_file():
        raise web.HTTPNotFound
    return web.Response(
        body=file.read_bytes(),
        content_type=kind,
        charset="utf-8",
        headers={"Cache-Control": "public, max-age=3600"},
    )
