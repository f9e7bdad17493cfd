"""What a site announces reaches visitors who come back, once each until they close it, and nobody who is being asked."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from widget import render
from widget.config import Announced, WidgetConfig

from .conftest import SHOP, World, config

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOW = int(time.time())
DAY = 86_400
CARD = "consentry-announcement"
BLOCKS = (
    "The new policy applies from 25 December 2026; until then the present one does.",
    ("New: Vimeo (functionality)", "No longer used: Hotjar"),
    "Using our site is not taken for agreement to the change.",
)
PARTED = ("announcement", "consentry_read")
"""Words of the part; nothing of them travels to a site that announces nothing."""


def announcing(**changes: Any) -> WidgetConfig:
    values: dict[str, Any] = {
        "id": "0a1b2c3d",
        "since": NOW - DAY,
        "until": NOW + 30 * DAY,
        "texts": {"en": ("Our privacy policy changes", BLOCKS)},
        "link": f"https://{SHOP}/privacy/next",
    }
    rest = {key: changes.pop(key) for key in ("texts_of_site", "position") if key in changes}
    texts = rest.pop("texts_of_site", ("en",))
    return config(
        announced=Announced(**(values | changes)), texts={tag: render.texts(tag) for tag in texts}, **rest
    )


async def decided(world: World, *, days_ago: float, letters: str = "n") -> None:
    """A decision that the visitor took so long ago."""
    value = {"v": 1, "id": "A" * 22, "n": "ab" * 8, "t": int(NOW - days_ago * DAY), "c": letters, "r": "r"}
    await world.context.add_cookies(
        [{"name": "consentry", "value": quote(json.dumps(value)), "domain": ".larkspur.example", "path": "/", "secure": True, "sameSite": "Lax"}]
    )  # fmt: skip


async def shown(page: Page) -> int:
    """How many there are once the widget is ready and had the time to load what it wants."""
    await page.evaluate("consentry.ready()")
    await page.wait_for_load_state("networkidle")
    return await page.locator(CARD).count()


async def test_who_decided_before_reads_it_on_each_page_until_they_close_it(world: World) -> None:
    world.widget = announcing()
    world.headers = {
        "Content-Security-Policy": "default-src 'none'; script-src https://consent.larkspur.example;"
        " connect-src https://consent.larkspur.example; require-trusted-types-for 'script'; trusted-types consentry"
    }
    await decided(world, days_ago=40)
    page = await world.show()
    problems: list[str] = []
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    for _ in range(2):
        await page.reload()
        assert await shown(page) == 1
    card = page.locator(CARD)
    assert await card.get_by_role("region", name="Our privacy policy changes").is_visible()
    assert await card.get_by_role("listitem").all_inner_texts() == list(BLOCKS[1])
    link = card.get_by_role("link", name="Privacy policy")
    assert await link.get_attribute("href") == f"https://{SHOP}/privacy/next"
    assert await page.evaluate("document.activeElement === document.body")
    await page.wait_for_function(
        f"document.querySelector('{CARD}').shadowRoot.querySelector('[role=status]').textContent"
    )
    assert await card.get_by_role("status").inner_text() == "Our privacy policy changes"
    assert await page.locator("consentry-reopen button").is_visible()
    await page.keyboard.press("Tab")  # the link
    await page.keyboard.press("Tab")  # the button
    await page.keyboard.press("Enter")
    assert await card.count() == 0
    read = next(cookie for cookie in await world.context.cookies() if cookie["name"] == "consentry_read")
    assert (read["value"], read["domain"], read["secure"]) == ("0a1b2c3d", ".larkspur.example", True)
    assert read["expires"] == NOW + 30 * DAY
    await page.reload()
    assert await shown(page) == 0
    assert problems == []
    assert world.events == []  # to read is no decision
    world.widget = announcing(id="99999999")
    await page.reload()
    assert await shown(page) == 1
    await card.get_by_role("link").focus()
    await page.keyboard.press("Escape")
    assert await card.count() == 0
    await page.reload()
    assert await shown(page) == 0


async def test_nobody_reads_it_who_is_being_asked_who_decided_since_or_when_it_is_over(world: World) -> None:
    world.widget = announcing()
    page = await world.show()
    await page.locator("consentry-banner").wait_for(state="attached")
    assert await shown(page) == 0
    await world.click(page, "reject")
    await page.locator("consentry-reopen").wait_for(state="attached")
    await page.reload()
    assert await shown(page) == 0  # decided after it was announced
    await decided(world, days_ago=200)
    await page.reload()
    await page.locator("consentry-banner").wait_for(state="attached")  # that decision is over
    assert await shown(page) == 0
    await decided(world, days_ago=40)
    world.widget = announcing(until=NOW - 1)  # a page that was cached
    await page.reload()
    assert await shown(page) == 0
    world.widget = announcing()
    await page.reload()
    assert await shown(page) == 1
    await page.evaluate("consentry.accept(['functionality'])")
    await page.locator(CARD).wait_for(state="detached")


async def test_each_language_is_a_file_and_one_without_a_text_reads_the_main_one_as_what_it_is(
    world: World,
) -> None:
    texts = {"en": ("Changes", ("In English.",)), "ar": ("تغييرات", ("بالعربية.",))}
    world.widget = announcing(texts=texts, texts_of_site=("en", "ar", "de"))
    await decided(world, days_ago=40)
    page = await world.show(lang="ar")
    await page.locator(CARD).wait_for(state="attached")
    loaded = [
        name
        for name in world.parts
        if "بالعربية" in render.bundle(world.widget).parts[name.removeprefix("/w/")]
    ]
    assert len(loaded) == 1
    assert not any(
        "In English." in render.bundle(world.widget).parts[name.removeprefix("/w/")] for name in world.parts
    )
    box = await page.locator(f"{CARD} section").bounding_box()
    assert box is not None
    assert box["x"] < 100  # the inner end of a page that is read from the right
    page = await world.show(lang="de")
    told = page.locator(f"{CARD} .told")
    assert (await told.get_attribute("lang"), await told.get_attribute("dir")) == ("en", "ltr")
    assert await page.locator(f"{CARD} button").inner_text() == render.texts("de")["close"]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
async def test_a_long_text_scrolls_in_a_card_that_axe_finds_nothing_in(
    world: World, tmp_path: Path, width: int, scheme: Any
) -> None:
    long = tuple(
        f"Paragraph {number}. " + "We change what our policy says of it. " * 6 for number in range(12)
    )
    world.widget = announcing(texts={"en": ("Our privacy policy changes", long)})
    await decided(world, days_ago=40, letters="npfa")
    page = await world.context.new_page()
    await page.set_viewport_size({"width": width, "height": 800})
    await page.emulate_media(color_scheme=scheme)
    world.pages["/"] = world.html(body="<h1>Teas</h1><p>" + "Green tea. " * 400 + "</p>")
    await world.open("/", page)
    told = page.locator(f"{CARD} .told[tabindex='0']")
    await told.wait_for()
    card = await page.locator(f"{CARD} section").bounding_box()
    reopen = await page.locator("consentry-reopen button").bounding_box()
    assert card is not None
    assert reopen is not None
    assert card["x"] >= 0
    assert card["x"] + card["width"] <= width
    assert card["y"] + card["height"] <= reopen["y"] or card["x"] >= reopen["x"] + reopen["width"]
    found = (await Axe().run(page)).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    assert await page.evaluate("parseFloat(document.documentElement.style.scrollPaddingBottom)") > 100
    await page.screenshot(path=tmp_path / f"announcement-{width}-{scheme}.png")
    await page.locator(f"{CARD} button").click()
    assert await page.evaluate("document.documentElement.style.scrollPaddingBottom") == ""


async def test_a_site_that_announces_nothing_carries_nothing_of_it() -> None:
    silent, telling = render.bundle(config()), render.bundle(announcing())
    assert not any(word in silent.script for word in PARTED)
    assert not any("consentry_read" in part for part in silent.parts.values())
    assert "consentry_read" in telling.script
    assert len(telling.parts) == len(silent.parts) + 1
