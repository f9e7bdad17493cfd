"""A shop page, its third parties and a consent server on loopback, seen by a real Chromium under their own names."""

from __future__ import annotations

import asyncio
import functools
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio
import trustme
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from scanner.browser.find import find_browser
from widget import render
from widget.config import Item, Rule, WidgetConfig

SHOP = "www.larkspur.example"
CONSENT = "consent.larkspur.example"
PIXEL = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

RULES = (
    Rule("google-analytics.com", "", "p", 0, "Google Analytics"),
    Rule("doubleclick.net", "", "a", 0, "DoubleClick"),
    Rule("www.youtube.com", "", "f", 0, "YouTube"),
    Rule("js.stripe.com", "", "n", 0, "Stripe"),
    Rule(SHOP, "/static/js/ab-test.js", "u", 0, ""),
)


def item(kind: Any, name: str, category: Any, **changes: Any) -> Item:
    values: dict[str, Any] = {
        "own": 1,
        "http_only": 0,
        "vendor": "Google",
        "purpose": "Counts visits.",
        "lifetime": 34_128_000,
    }
    return Item(kind=kind, name=name, category=category, **(values | changes))


ITEMS = (
    item("c", "_ga", "p"),
    item("c", "_ga_*", "p"),
    item("c", "lk_session", "n", vendor="", purpose="Keeps you signed in.", lifetime=None),
    item("c", "lk_ab", "u", vendor="", purpose=""),
    item("l", "_ads_*", "a", vendor="DoubleClick", purpose="Chooses advertising.", lifetime=None),
    item("s", "_ads_session", "a", vendor="DoubleClick", lifetime=None),
    item("i", "ads-db", "a", vendor="DoubleClick", lifetime=None),
    item("c", "_hidden", "a", http_only=1),
)


def config(**changes: Any) -> WidgetConfig:
    values: dict[str, Any] = {
        "site": "larkspur",
        "server": f"https://{CONSENT}",
        "notice": "ab" * 32,
        "own": ("larkspur.example",),
        "always": (CONSENT,),
        "policy_url": f"https://{SHOP}/privacy",
        "imprint_url": f"https://{SHOP}/imprint",
        "controller": "Larkspur & Co",
        "rules": RULES,
        "items": ITEMS,
        "texts": {"en": render.texts("en")},
    }
    return WidgetConfig(**(values | changes))


@dataclass
class World:
    """``hits`` are the requests that third parties received, ``events`` what the consent server recorded,
    ``checks`` the bodies of self-checks, ``parts`` the widget's further files that were loaded.

    ``widget_ready`` holds the widget's script back until it is set.
    """

    context: BrowserContext
    widget: WidgetConfig = field(default_factory=config)
    pages: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    hits: list[str] = field(default_factory=list)
    own_hits: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    checks: list[bytes] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    server_up: bool = True
    widget_up: bool = True
    widget_ready: asyncio.Event | None = None

    @property
    def tag(self) -> str:
        return render.snippet(f"https://{CONSENT}/w/larkspur.js")

    def html(self, head: str = "", body: str = "<h1>Teas</h1>", *, lang: str = "en") -> str:
        return (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">{self.tag}<title>Shop</title>'
            f'<meta name="viewport" content="width=device-width">{head}</head>'
            f"<body><header><p>Larkspur &amp; Co</p></header><main>{body}</main><footer><p>Tea by post</p></footer></body></html>"
        )

    async def open(self, path: str = "/", page: Page | None = None) -> Page:
        if page is None:
            page = await self.context.new_page()
        await page.goto(f"https://{SHOP}{path}")
        return page

    async def show(self, head: str = "", body: str = "<h1>Teas</h1>", **options: Any) -> Page:
        """Serve a page with this content and open it."""
        self.pages["/"] = self.html(head, body, **options)
        return await self.open()

    async def click(self, page: Page, action: str) -> None:
        await page.locator(f"[data-consentry-action={action}]").last.click()
        if action in {"settings", "reopen"}:
            await page.locator("dialog.settings").wait_for()

    async def granted(self) -> str | None:
        """The letters in the consent cookie, None without one."""
        from urllib.parse import unquote

        for cookie in await self.context.cookies():
            if cookie["name"] == "consentry":
                letters: str = json.loads(unquote(cookie["value"]))["c"]
                return letters
        return None

    def decisions(self) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] not in {"notice_shown", "opt_out_signal"}]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        host = request.host.partition(":")[0]
        if host == CONSENT:
            return await self._consent(request)
        if host == SHOP:
            return self._shop(request)
        self.hits.append(f"{host}{request.path}")
        return self._third_party(request, host)

    def _shop(self, request: web.Request) -> web.Response:
        if request.path in self.pages:
            return web.Response(text=self.pages[request.path], content_type="text/html", headers=self.headers)
        self.own_hits.append(request.path)
        if request.path.endswith(".js"):
            text = self.answers.get(request.path, f"(window.ran=window.ran||[]).push('{request.path}')")
            return web.Response(text=text, content_type="text/javascript")
        return web.Response(text="", content_type="text/plain")

    def _third_party(self, request: web.Request, host: str) -> web.Response:
        headers = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
        path = request.path
        if path.endswith(".js"):
            text = self.answers.get(f"{host}{path}", f"(window.ran=window.ran||[]).push('{path}')")
            return web.Response(text=text, content_type="text/javascript", headers=headers)
        if path.endswith(".gif"):
            return web.Response(body=PIXEL, content_type="image/gif", headers=headers)
        if path.endswith(".css"):
            return web.Response(text="h1{color:teal}", content_type="text/css", headers=headers)
        return web.Response(text="<!doctype html><p>embedded</p>", content_type="text/html", headers=headers)

    async def _widget(self, request: web.Request) -> web.Response:
        """The script itself, and the files beside it."""
        if request.path == "/w/larkspur.js":
            if self.widget_ready:
                await self.widget_ready.wait()
            if not self.widget_up:
                return web.Response(status=503)
            return web.Response(text=render.script(self.widget), content_type="text/javascript")
        self.parts.append(request.path)
        content = render.bundle(self.widget).parts.get(request.path.removeprefix("/w/"))
        if content is None or not self.server_up:
            return web.Response(status=404)
        headers = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
        return web.Response(text=content, content_type="text/javascript", headers=headers)

    async def _consent(self, request: web.Request) -> web.Response:
        if request.path.startswith("/w/"):
            return await self._widget(request)
        cors = {
            "Access-Control-Allow-Origin": request.headers.get("Origin", "*"),
            "Access-Control-Allow-Credentials": "true",
        }
        if not self.server_up:
            return web.Response(status=503, headers=cors)
        if request.path == "/v1/self-check":
            self.checks.append(await request.read())
            return web.Response(status=204, headers=cors)
        if request.method == "GET":
            own = [event for event in self.events if request.path.endswith(event["consent_id"])]
            records = [{"record": event | {"server_time": event["client_time"]}} for event in own]
            return web.json_response({"data": {"records": records}}, headers=cors)
        event = json.loads(await request.text())
        if event["event_id"] not in {known["event_id"] for known in self.events}:
            self.events.append(event)
        return web.json_response(
            {"data": {"receipt_id": f"record-{len(self.events)}"}}, status=201, headers=cors
        )


@dataclass
class Theatre:
    """One browser and one server for all tests; ``now`` is the world that answers."""

    browser: Browser
    now: list[World]
    launch: Callable[..., Awaitable[Browser]]
    """Starts another browser that is led to the same server."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def theatre() -> AsyncIterator[Theatre]:
    authority = trustme.CA()
    certificate = authority.issue_cert(SHOP, "*.larkspur.example")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(tls)
    now: list[World] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        return await now[-1].handle(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    for context in (None, tls):
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    http, https = (address[1] for address in runner.addresses)
    async with async_playwright() as playwright:
        launch = functools.partial(
            playwright.chromium.launch,
            executable_path=str(find_browser().path),
            args=[
                f"--host-resolver-rules=MAP *:80 127.0.0.1:{http}, MAP *:443 127.0.0.1:{https}, EXCLUDE 127.0.0.1",
                "--ignore-certificate-errors",
            ],
        )
        browser = await launch()
        yield Theatre(browser, now, launch)
        await browser.close()
    await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="session")
async def world(theatre: Theatre) -> AsyncIterator[World]:
    context = await theatre.browser.new_context(ignore_https_errors=True)
    world = World(context)
    theatre.now.append(world)
    yield world
    await context.close()
