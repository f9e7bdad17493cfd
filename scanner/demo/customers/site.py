"""One customer's web server: three pages, the policy among them, and the cookies that its answers set."""

from __future__ import annotations

import secrets
from pathlib import Path

import jinja2
from aiohttp import web

from scanner.demo.customers.model import Customer

_FOLDER = Path(__file__).parent
_PAGES = {"/": "Home", "/contact": "Contact", "/privacy": "Privacy policy"}
_TEMPLATES = jinja2.Environment(
    loader=jinja2.ChoiceLoader(
        [
            jinja2.FileSystemLoader(_FOLDER / "tags"),
            jinja2.FileSystemLoader(_FOLDER.parent / "templates" / "tags"),
            jinja2.FileSystemLoader(_FOLDER.parent / "planted" / "templates" / "planted_tags"),
        ]
    ),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
)


def application(customer: Customer) -> web.Application:
    """Return a fresh application with the customer's pages."""

    async def page(request: web.Request) -> web.Response:
        tags = customer.everywhere + (customer.contact if request.path == "/contact" else ())
        text = _TEMPLATES.get_template("page.html").render(
            customer=customer,
            path=request.path,
            title=_PAGES[request.path],
            pages=_PAGES,
            tags=[f"{tag}.html" for tag in tags],
            after=[f"{tag}.html" for tag in customer.after],
            paragraphs=customer.policy.split("\n\n") if request.path == "/privacy" else [customer.about],
        )
        response = web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-cache"})
        for cookie in customer.cookies:
            if cookie.path in {"/", request.path} and cookie.name not in request.cookies:
                response.set_cookie(
                    cookie.name, secrets.token_hex(16), max_age=cookie.max_age, secure=True, samesite="Lax"
                )
        return response

    app = web.Application()
    for path in _PAGES:
        app.router.add_get(path, page)
    app.router.add_get("/notice.js", _notice)
    app.router.add_get("/robots.txt", _robots)
    app.router.add_get("/favicon.ico", _no_icon)
    return app


async def _notice(_request: web.Request) -> web.Response:
    text = (_FOLDER / "scripts" / "notice.js").read_text(encoding="utf-8")
    return web.Response(text=text, content_type="text/javascript")


async def _robots(_request: web.Request) -> web.Response:
    return web.Response(text="User-agent: *\nDisallow:\n", content_type="text/plain")


async def _no_icon(_request: web.Request) -> web.Response:
    return web.Response(status=204)
