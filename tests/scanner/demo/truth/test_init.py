"""The truth table as a whole: the shop can be protected, and its tags answer Consent Mode."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Browser, Error, Page, Route, async_playwright

from consent.model.categories import Category
from scanner.browser.find import find_browser
from scanner.demo import truth
from scanner.demo.front import DemoWorld
from tests.scanner.demo.visitor import STORAGE

DENY = """<script>
window.dataLayer = window.dataLayer || [];
(function () { dataLayer.push(arguments); })("consent", "default", { ad_storage: "denied", analytics_storage: "denied" });
</script>"""


@pytest.fixture
async def browser(world: DemoWorld) -> AsyncIterator[Browser]:
    found = find_browser()
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=found.path, env=found.environment(), args=world.chromium_args
        )
        yield opened
        await opened.close()


async def items_of(page: Page) -> set[tuple[str, str]]:
    items = {("cookie", cookie["name"]) for cookie in await page.context.cookies()}
    for frame in page.frames:
        try:
            found = await frame.evaluate(STORAGE)
        except Error as error:
            if "Access is denied" in error.message:  # the frame of a blocked embed has no storage
                continue
            raise
        for kind in ("local_storage", "session_storage", "indexed_db"):
            items |= {(kind, name) for name in found[kind]}
    return items


async def test_what_needs_consent_is_gone_where_its_hosts_and_scripts_are_blocked(
    browser: Browser, world: DemoWorld
) -> None:
    hosts = {row.host for row in truth.THIRD_PARTIES if row.category.needs_consent}
    scripts = {
        start
        for row in truth.ITEMS
        if row.category.needs_consent and row.service == "Larkspur & Co"
        for start in row.set_by
    }

    async def block(route: Route) -> None:
        url = route.request.url
        blocked = urlsplit(url).hostname in hosts or any(url.startswith(start) for start in scripts)
        await (route.abort() if blocked else route.continue_())

    necessary = {row for row in truth.ITEMS if not row.category.needs_consent and row.after == "load"}
    context = await browser.new_context()
    await context.route("**/*", block)
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    seen: set[tuple[str, str]] = set()
    for path in truth.EVERY:
        await page.goto(world.url.rstrip("/") + path)
        assert await page.locator("#menu[data-ready]").count() == 1, "the menu's necessary script must run"
        seen |= await items_of(page)
    kept_by_blocked_services = {"__cf_bm", "_cfuvid"}
    assert seen == {(row.kind, row.name) for row in necessary} - {
        ("cookie", name) for name in kept_by_blocked_services
    }
    assert errors == []
    assert not {hit.host for hit in world.hits} & hosts


async def test_googles_tag_sets_nothing_and_says_so_where_consent_mode_denies(
    browser: Browser, world: DemoWorld
) -> None:
    world.protect(DENY)
    page = await browser.new_page()
    async with page.expect_response(re.compile("region1.google-analytics.com/g/collect")):
        await page.goto(world.url + "imprint")
    names = {name for _kind, name in await items_of(page)}
    assert not {name for name in names if name.startswith("_ga_") or name == "_gcl_au"}
    (beacon,) = [hit for hit in world.hits if hit.path == "/g/collect"]
    assert parse_qs(beacon.query)["gcs"] == ["G100"]


async def test_googles_tag_says_that_all_is_granted_where_nobody_asked(
    browser: Browser, world: DemoWorld
) -> None:
    page = await browser.new_page()
    async with page.expect_response(re.compile("region1.google-analytics.com/g/collect")):
        await page.goto(world.url + "imprint")
    (beacon,) = [hit for hit in world.hits if hit.path == "/g/collect"]
    fields = parse_qs(beacon.query)
    assert fields["gcs"] == ["G111"]
    assert fields["tid"] == ["G-LRK5P7TEA1"]
    assert fields["en"] == ["page_view"]


def test_every_category_has_a_third_party_host() -> None:
    found = {row.category for row in truth.THIRD_PARTIES}
    assert found == set(Category) - {Category.UNCLASSIFIED}
