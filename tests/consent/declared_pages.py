"""A shop page and the real consent server, each on its own host over TLS, seen by a real Chromium."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import trustme
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright

from consent.model.inventory import Inventory
from consent.model.sites import Site
from consent.publication import publish
from consent.store import Store, open_store
from consent.web.app import make_app
from scanner.browser.find import find_browser
from tests.consent.factories import PUBLIC_URL, inventory, settings, site
from widget import render

SHOP = "www.larkspur.example"
EMBED = '<div data-consentry-declaration></div><script src="{server}/v1/sites/larkspur/declaration.js{query}"></script>'


@dataclass
class Shop:
    """``pages`` are the shop's, by path, with the headers that they are sent with."""

    browser: Browser
    store: Store
    pages: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def put(
        self,
        path: str,
        *,
        query: str = "",
        lang: str = "en",
        head: str = "",
        widget: bool = True,
        policy: str = "",
    ) -> str:
        """Serve a page that embeds the declaration; returns its address."""
        tag = render.snippet(f"{PUBLIC_URL}/w/larkspur.js") if widget else ""
        embed = EMBED.format(server=PUBLIC_URL, query=query)
        html = (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">{tag}<title>Cookies</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head>'
            f"<body><main><h1>Larkspur &amp; Co</h1>{embed}</main></body></html>"
        )
        self.pages[path] = (html, {"Content-Security-Policy": policy} if policy else {})
        return f"https://{SHOP}{path}"

    async def answer(self, request: web.Request) -> web.Response:
        html, headers = self.pages.get(request.path, ("", {}))
        return web.Response(text=html, content_type="text/html", headers=headers)

    async def open(self, url: str, **options: object) -> Page:
        context = await self.browser.new_context(ignore_https_errors=True, **options)  # type: ignore[arg-type]  # Playwright's own
        page = await context.new_page()
        await page.goto(url)
        return page


@asynccontextmanager
async def shop(folder: Path, found: Inventory | None = None, of: Site | None = None) -> AsyncIterator[Shop]:
    """Publish, serve, and open a browser that finds both hosts on the loopback."""
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("*.larkspur.example").configure_cert(tls)
    store = await open_store(f"sqlite:///{folder}/shop.db")
    known = of or site()
    await publish(store, known, found or inventory(), public_url=PUBLIC_URL)
    shop_app = web.Application()
    runners = [
        web.AppRunner(make_app(settings(known), store, public_url=PUBLIC_URL), access_log=None),
        web.AppRunner(shop_app, access_log=None),
    ]
    async with async_playwright() as playwright:
        made = Shop(None, store)  # type: ignore[arg-type]  # set below, when the ports are known
        shop_app.router.add_route("*", "/{path:.*}", made.answer)
        ports = []
        for runner in runners:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
            ports.append(runner.addresses[0][1])
        hosts = ("consent.larkspur.example", SHOP)
        rules = ", ".join(f"MAP {host}:443 127.0.0.1:{port}" for host, port in zip(hosts, ports, strict=True))
        made.browser = await playwright.chromium.launch(
            executable_path=str(find_browser().path),
            args=[f"--host-resolver-rules={rules}, EXCLUDE 127.0.0.1", "--ignore-certificate-errors"],
        )
        yield made
        await made.browser.close()
    for runner in runners:
        await runner.cleanup()
    await store.close()
