"""From what no rule knows to what visitors see: a reviewer decides by keyboard alone, publishes, and the shop's banner changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from consent import users
from consent.audit import audit_log
from consent.decisions import decisions_of
from consent.publication import publish
from consent.store import Store
from consent.store.entries import EntryKind
from consent.users import Role
from consent.web.app import make_app
from scanner.browser.find import find_browser
from tests.consent.factories import inventory, published, settings, site
from tests.consent.web.dashboard.reviewing import REOPENED, scanned, waiting
from tests.consent.web.dashboard.signing_in import CHEAP, PASSWORD

MAPPED = "--host-resolver-rules=MAP *.larkspur.example 127.0.0.1"


@dataclass
class World:
    """A running server, the shop that carries its widget, and a browser that reaches both under their own names."""

    store: Store
    url: str
    shop: str
    browser: Browser

    async def records(self) -> int:
        """How many consent records there are."""
        writers = [await self.store.entries(one, after=0, limit=1_000) for one in await self.store.writers()]
        return len([entry for entries in writers for entry in entries if entry.kind == EntryKind.RECORD])


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(users, "hasher", CHEAP)
    server_port, shop_port = unused_port(), unused_port()
    url = f"http://consent.larkspur.example:{server_port}"
    larkspur = site(url=f"http://www.larkspur.example:{shop_port}/", languages=("en", "de"))

    async def page(_: web.Request) -> web.Response:
        head = f'<title>Teas</title><script src="{url}/w/larkspur.js"></script>'
        html = f'<!doctype html><html lang="en">{head}<h1>Teas</h1>'
        return web.Response(text=html, content_type="text/html")

    shop = web.Application()
    shop.router.add_get("/", page)
    async with published(tmp_path) as (store, _), running_browser() as browser:
        await publish(store, larkspur, inventory(), public_url=url)
        await users.add(store, name="ada", role=Role.ADMIN, password=PASSWORD)
        await scanned(store, waiting("lk_visit"), REOPENED)
        app = make_app(settings(larkspur), store, public_url=url)
        async with TestServer(app, port=server_port), TestServer(shop, port=shop_port):
            yield World(store, url, larkspur.url, browser)


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser().path, args=[MAPPED])
        try:
            yield browser
        finally:
            await browser.close()


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what the selector names has the focus."""
    for _ in range(40):
        if await page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        await page.keyboard.press("Tab")
    pytest.fail(f"Tab does not lead to {selector}")


async def enter(page: Page) -> None:
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def violations(page: Page) -> list[str]:
    found = await Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    return [
        f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}"
        for one in found.response["violations"]
    ]


async def clean(page: Page) -> None:
    """Axe finds nothing, on a desktop in the light and on a phone in the dark; nothing is wider than the phone."""
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert await violations(page) == []
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    assert await violations(page) == []
    await page.set_viewport_size({"width": 1280, "height": 900})


async def test_what_is_reviewed_by_keyboard_and_published_changes_the_banner(world: World) -> None:
    visitor, office = [await world.browser.new_context(reduced_motion="reduce") for _ in range(2)]
    shop, page = await visitor.new_page(), await office.new_page()
    for tab in (shop, page):
        tab.set_default_timeout(20_000)

    await shop.goto(world.shop)
    await shop.locator("consentry-banner [data-consentry-action=accept]").click()
    await shop.locator("consentry-reopen").wait_for(state="attached")
    while (records := await world.records()) < 2:  # that it was shown, and what was chosen
        await shop.wait_for_timeout(50)

    # sign in
    await page.goto(f"{world.url}/admin/sites/larkspur/review")
    await tab_to(page, "[name=name]")
    await page.keyboard.type("ada")
    await tab_to(page, "[name=password]")
    await page.keyboard.type(PASSWORD)
    await enter(page)

    # the first item is the reopened one, and its form begins with what was decided: j passes it by, k comes back
    title = page.locator("#item-title")
    assert await title.inner_text() == "_ga_*"
    await clean(page)
    async with page.expect_navigation():
        await page.keyboard.press("j")
    assert await title.inner_text() == "lk_visit"
    async with page.expect_navigation():
        await page.keyboard.press("ArrowLeft")
    assert await title.inner_text() == "_ga_*"
    await page.keyboard.press("2")
    assert await page.locator("[value=performance]").is_checked()
    await enter(page)

    # the second needs a purpose; what is typed in a field is text, and no shortcut
    assert await title.inner_text() == "lk_visit"
    assert not await page.locator(".exemption").is_visible()
    await page.keyboard.press("1")
    assert await page.locator(".exemption").is_visible()
    await clean(page)
    await page.keyboard.press("3")
    await page.keyboard.type("Remembers 1 tea, just as you like it.")
    assert await page.locator("[value=functionality]").is_checked()
    await enter(page)
    assert "All items are decided." in await page.locator("main").inner_text()
    decided = {one.name: (one.category, one.purpose) for one in await decisions_of(world.store, "larkspur")}
    assert decided == {
        "_ga_*": ("performance", "Counts visits."),
        "lk_visit": ("functionality", "Remembers 1 tea, just as you like it."),
    }

    # the shortcuts can be switched off
    await page.goto(
        f"{world.url}/admin/sites/larkspur/review?host=www.larkspur.example&name=lk_visit&kind=cookie"
    )
    await page.locator("[data-keys-switch]").click()
    await page.keyboard.press("4")
    assert await page.locator("[value=functionality]").is_checked()
    await page.goto(f"{world.url}/admin/sites/larkspur/decisions")
    await clean(page)

    # what the banner will look like, tried out: nothing is recorded from it
    await page.goto(f"{world.url}/admin/sites/larkspur/publish?layer=settings&lang=de")
    await clean(page)
    frame = page.frame_locator("iframe").first
    await frame.locator("dialog.settings").wait_for()
    await try_preview(world, office)
    assert await world.records() == records

    # publish
    await page.goto(f"{world.url}/admin/sites/larkspur/publish")
    await tab_to(page, "form[method=post][action$='/publish'] button")
    await enter(page)
    assert "Published. Visitors are shown the notice" in await page.locator(".note").inner_text()
    actions = [entry.action for entry in await audit_log(world.store) if entry.actor == "user:ada"]
    assert actions[0] == "widget.publish"
    assert actions.count("knowledge.decide") == 2

    # minutes later, when the script is no longer cached, the visitor who had decided is asked again, reads what is new, and finds it in the settings
    session = await visitor.new_cdp_session(shop)
    await session.send("Network.enable")
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await shop.goto(world.shop)
    banner = shop.locator("consentry-banner")
    await banner.locator("[data-consentry-action=settings]").wait_for()
    await shop.locator("consentry-banner", has_text="Counts visits.").wait_for(state="attached")
    await banner.locator("[data-consentry-action=settings]").click()
    dialog = shop.locator("dialog.settings")
    await dialog.wait_for()
    for summary in await dialog.locator("summary").all():
        await summary.click()
    assert "Remembers 1 tea, just as you like it." in await dialog.inner_text()


async def try_preview(world: World, office: BrowserContext) -> None:
    """Accept in the preview by itself: no request leaves it, and the browser keeps nothing."""
    page = await office.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{world.url}/admin/sites/larkspur/publish/preview?lang=en")
    before = await office.cookies()
    await page.locator("consentry-banner [data-consentry-action=accept]").click()
    await page.locator("consentry-reopen").wait_for(state="attached")
    await page.locator("consentry-reopen [data-consentry-action=reopen]").click()
    await page.locator("dialog.settings").wait_for()
    await page.wait_for_timeout(300)
    assert [url for url in asked[1:] if not url.startswith("data:")] == []
    assert await office.cookies() == before
    assert await page.evaluate("origin") == "null"
    await page.close()
