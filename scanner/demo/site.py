"""The demo shop: "Larkspur & Co", a small tea shop as small shops are, with every tag that its agencies pasted in.

All that the server itself sets is necessary (session, form protection, basket, order); everything else comes from the
scripts and frames that the templates carry unmarked, as a site's developer pastes them.
"""

from __future__ import annotations

import dataclasses
import hmac
import secrets
from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Any
from urllib.parse import unquote

import jinja2
from aiohttp import web
from markupsafe import Markup

from scanner.demo import catalogue, policy
from scanner.demo.documents import brewing_guide_pdf

DEMO_EMAIL = "visitor@larkspur.example"
DEMO_PASSWORD = "green-tea"  # noqa: S105 - shown on the login page: it opens nothing but the demo
WEEK = 7 * 86_400

_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
}
_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_STATIC = resources.files(__package__) / "static"
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclasses.dataclass
class _Session:
    """What the server knows of one browser."""

    signed_in: bool = False
    orders: int = 0


class Shop:
    """The shop's application; ``widget_tag`` is HTML for the top of every page's head, or None."""

    def __init__(self, widget_tag: str | None = None) -> None:
        self.widget_tag = widget_tag
        self._sessions: dict[str, _Session] = {}
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("scanner.demo", "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def application(self) -> web.Application:
        """Return a fresh application with all routes of the shop."""
        app = web.Application(middlewares=[self._own_affairs])
        add = app.router
        for path, template in catalogue.PLAIN_PAGES.items():
            add.add_get(path, self._plain(template))
        for slug in catalogue.ARTICLES:
            add.add_get(f"/journal/{slug}", self._plain("article.html", article=catalogue.ARTICLES[slug]))
        for slug in catalogue.PRODUCTS:
            add.add_get(f"/shop/{slug}", self._form_page("product.html", product=catalogue.PRODUCTS[slug]))
        for path, template in (
            ("/contact", "contact.html"),
            ("/login", "login.html"),
            ("/cart", "cart.html"),
        ):
            add.add_get(path, self._form_page(template))
        add.add_post("/contact", self._contact)
        add.add_post("/login", self._login)
        add.add_post("/logout", self._logout)
        add.add_post("/cart/add", self._cart_add)
        add.add_post("/cart/remove", self._cart_remove)
        add.add_get("/checkout", self._checkout)
        add.add_post("/checkout", self._order)
        add.add_get("/account", self._account)
        add.add_get("/search", self._search)
        add.add_get("/stock", self._stock)
        add.add_get("/old-shop", _redirect(301, "/shop"))
        add.add_get("/wholesale", _redirect(302, "https://trade.leafport.example/"))
        add.add_get("/files/brewing-guide.pdf", _download)
        add.add_get("/robots.txt", _robots)
        add.add_get("/sitemap.xml", _sitemap)
        add.add_get("/favicon.ico", _redirect(301, "/static/img/favicon.svg"))
        add.add_get("/static/{folder}/{name}", _static)
        return app

    @web.middleware
    async def _own_affairs(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Send plain HTTP to HTTPS; show the shop's own page for each error."""
        if not request.secure:
            return web.Response(
                status=301, headers={"Location": f"https://{request.host.partition(':')[0]}{request.path_qs}"}
            )
        try:
            response = await handler(request)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            response = self._page(request, "error.html", status=error.status, problem=error.reason)
        response.headers.update(_SECURITY)
        return response

    # Pages

    def _page(
        self, request: web.Request, template: str, *, status: int = 200, form: bool = False, **values: Any
    ) -> web.Response:
        """Render a page; the first one starts the session, one with a form brings its protection."""
        language = request.cookies.get("lang", "en")
        token = request.cookies.get("csrf_token") or secrets.token_urlsafe(24)
        text = self._templates.get_template(template).render(
            widget_tag=Markup(self.widget_tag) if self.widget_tag else "",  # noqa: S704 - the demo's own tag
            path=request.path,
            language=language if language in catalogue.LABELS else "en",
            labels=catalogue.LABELS.get(language, catalogue.LABELS["en"]),
            languages=catalogue.LANGUAGES,
            declared=policy.DECLARED,
            products=catalogue.PRODUCTS,
            articles=catalogue.ARTICLES,
            basket=_basket(request),
            csrf=token,
            signed_in=self._session(request).signed_in,
            demo_email=DEMO_EMAIL,
            demo_password=DEMO_PASSWORD,
            **values,
        )
        response = web.Response(text=text, status=status, content_type="text/html")
        response.headers["Cache-Control"] = "private, no-cache"
        if request.cookies.get("larkspur_session") not in self._sessions:
            self._start_session(response)
        if form and "csrf_token" not in request.cookies:
            response.set_cookie("csrf_token", token, secure=True, httponly=True, samesite="Strict")
        return response

    def _plain(self, template: str, **values: Any) -> _Handler:
        async def handler(request: web.Request) -> web.StreamResponse:
            return self._page(request, template, **values)

        return handler

    def _form_page(self, template: str, **values: Any) -> _Handler:
        async def handler(request: web.Request) -> web.StreamResponse:
            return self._page(request, template, form=True, sent=False, failed=False, **values)

        return handler

    async def _search(self, request: web.Request) -> web.StreamResponse:
        words = request.query.get("q", "").strip()[:80]
        found = [
            product
            for product in catalogue.PRODUCTS.values()
            if words and words.lower() in f"{product.name} {product.kind} {product.text}".lower()
        ]
        return self._page(request, "search.html", words=words, found=found)

    async def _stock(self, request: web.Request) -> web.StreamResponse:
        """The page that fails: its supplier's interface has been gone since spring, and nobody noticed."""
        return self._page(request, "error.html", status=500, problem="Internal Server Error")

    async def _account(self, request: web.Request) -> web.StreamResponse:
        if not self._session(request).signed_in:
            raise web.HTTPSeeOther("/login")
        return self._page(request, "account.html", form=True, orders=self._session(request).orders)

    async def _checkout(self, request: web.Request) -> web.StreamResponse:
        response = self._page(request, "checkout.html", form=True, done=False)
        if "checkout_ref" not in request.cookies:
            response.set_cookie(
                "checkout_ref", secrets.token_hex(8), secure=True, httponly=True, samesite="Lax", max_age=3600
            )
        return response

    # Forms

    async def _contact(self, request: web.Request) -> web.StreamResponse:
        await _checked_form(request)
        return self._page(request, "contact.html", form=True, sent=True, failed=False)

    async def _login(self, request: web.Request) -> web.StreamResponse:
        form = await _checked_form(request)
        if not (
            hmac.compare_digest(form.get("email", "").encode(), DEMO_EMAIL.encode())
            and hmac.compare_digest(form.get("password", "").encode(), DEMO_PASSWORD.encode())
        ):
            return self._page(request, "login.html", status=403, form=True, sent=False, failed=True)
        response = web.Response(status=303, headers={"Location": "/account"})
        self._end_session(request)  # a new id: the one from before signing in must not become a key
        self._start_session(response, signed_in=True)
        return response

    async def _logout(self, request: web.Request) -> web.StreamResponse:
        await _checked_form(request)
        self._end_session(request)
        response = web.Response(status=303, headers={"Location": "/"})
        response.del_cookie("larkspur_session", secure=True, httponly=True, samesite="Lax")
        return response

    async def _cart_add(self, request: web.Request) -> web.StreamResponse:
        form = await _checked_form(request)
        slug = form.get("product", "")
        if slug not in catalogue.PRODUCTS:
            raise web.HTTPNotFound
        amounts = _amounts(request)
        return _to_cart(amounts | {slug: min(amounts.get(slug, 0) + 1, 20)})

    async def _cart_remove(self, request: web.Request) -> web.StreamResponse:
        form = await _checked_form(request)
        amounts = _amounts(request)
        amounts.pop(form.get("product", ""), None)
        return _to_cart(amounts)

    async def _order(self, request: web.Request) -> web.StreamResponse:
        await _checked_form(request)
        self._session(request).orders += 1
        response = self._page(request, "checkout.html", form=True, done=True)
        response.del_cookie("cart", secure=True, samesite="Lax")
        return response

    # Sessions

    def _session(self, request: web.Request) -> _Session:
        return self._sessions.get(request.cookies.get("larkspur_session", "")) or _Session()

    def _start_session(self, response: web.Response, *, signed_in: bool = False) -> None:
        session_id = secrets.token_urlsafe(24)
        self._sessions[session_id] = _Session(signed_in=signed_in)
        while len(self._sessions) > 5_000:  # a demo left open for days stays small
            del self._sessions[next(iter(self._sessions))]
        response.set_cookie("larkspur_session", session_id, secure=True, httponly=True, samesite="Lax")

    def _end_session(self, request: web.Request) -> None:
        self._sessions.pop(request.cookies.get("larkspur_session", ""), None)


async def _checked_form(request: web.Request) -> dict[str, str]:
    """Return the form's text fields; 403 where its token is not the cookie's (double submit)."""
    form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    cookie = request.cookies.get("csrf_token", "")
    if not cookie or not hmac.compare_digest(cookie.encode(), form.get("csrf_token", "").encode()):
        raise web.HTTPForbidden
    return form


def _amounts(request: web.Request) -> dict[str, int]:
    """Read the cookie ``cart`` (``slug:amount`` joined by ``|``); what is not of that form is left out."""
    amounts = {}
    for part in unquote(request.cookies.get("cart", "")).split("|"):
        slug, _, amount = part.partition(":")
        if slug in catalogue.PRODUCTS and amount.isdecimal() and 0 < int(amount) <= 20:
            amounts[slug] = int(amount)
    return amounts


def _basket(request: web.Request) -> list[tuple[catalogue.Product, int]]:
    return [(catalogue.PRODUCTS[slug], amount) for slug, amount in _amounts(request).items()]


def _to_cart(amounts: dict[str, int]) -> web.Response:
    response = web.Response(status=303, headers={"Location": "/cart"})
    if amounts:
        value = "|".join(f"{slug}:{amount}" for slug, amount in amounts.items())
        response.set_cookie("cart", value, secure=True, samesite="Lax", max_age=WEEK)
    else:
        response.del_cookie("cart", secure=True, samesite="Lax")
    return response


def _redirect(status: int, location: str) -> _Handler:
    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={"Location": location})

    return handler


async def _download(_request: web.Request) -> web.StreamResponse:
    headers = {"Content-Disposition": 'attachment; filename="larkspur-brewing-guide.pdf"'}
    return web.Response(body=brewing_guide_pdf(), content_type="application/pdf", headers=headers)


async def _robots(_request: web.Request) -> web.StreamResponse:
    lines = "User-agent: *\nDisallow: /private/\n\nSitemap: https://www.larkspur.example/sitemap.xml\n"
    return web.Response(text=lines, content_type="text/plain")


async def _sitemap(_request: web.Request) -> web.StreamResponse:
    entries = "".join(
        f"<url><loc>https://www.larkspur.example{path}</loc></url>\n" for path in catalogue.SITEMAP
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    )
    return web.Response(text=text, content_type="application/xml")


async def _static(request: web.Request) -> web.StreamResponse:
    folder, name = request.match_info["folder"], request.match_info["name"]
    kind = _TYPES.get(name.rpartition(".")[2])
    file = _STATIC / folder / name
    if kind is None or folder not in {"css", "js", "img"} or name.startswith(".") or not file.is_file():
        raise web.HTTPNotFound
    return web.Response(
        body=file.read_bytes(),
        content_type=kind,
        charset="utf-8",
        headers={"Cache-Control": "public, max-age=3600"},
    )
