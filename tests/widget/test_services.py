"""The choice for single services, and what a changed notice tells, in a real Chromium."""

from __future__ import annotations

import asyncio
import json

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from consent.model.records import parse_event
from widget.config import Change, Rule

from .conftest import ITEMS, RULES, World, config, item

pytestmark = pytest.mark.asyncio(loop_scope="session")

GA, HOTJAR = "https://www.google-analytics.com", "https://static.hotjar.com"
SERVICES = {
    "rules": (*RULES, Rule("hotjar.com", "", "p", 0, "Hotjar")),
    "items": (*ITEMS, item("c", "_hj*", "p", vendor="Hotjar", service="Hotjar")),
}
TAGS = f'<script src="{GA}/a.js"></script><script src="{HOTJAR}/h.js"></script>'


async def switches(page: Page) -> dict[str, bool]:
    found = await page.locator("[role=switch]").all()
    names = [
        await one.get_attribute("data-service") or await one.get_attribute("name") or "" for one in found
    ]
    return dict(zip(names, [await one.is_checked() for one in found], strict=True))


@pytest.mark.parametrize("release", ["reload", "in_place"])
async def test_a_service_is_refused_within_a_granted_category_until_the_visitor_allows_it(
    world: World, release: str
) -> None:
    world.widget = config(**SERVICES, release=release)
    page = await world.show(TAGS)
    await page.evaluate("void (document.cookie = '_hjid=1; path=/')")  # held: it never comes to be
    await world.click(page, "settings")
    await page.locator("#switch-p").click()
    assert (await switches(page))["Hotjar"], "a category's switch turns its services"
    await page.locator("#switch-p ~ details summary").click()
    await page.locator("[data-service=Hotjar]").click()
    assert await switches(page) == {
        "necessary": True,
        "performance": True,
        "Google Analytics": True,
        "Hotjar": False,
        "functionality": False,
        "advertising": False,
    }
    violations = (await Axe().run(page)).response["violations"]
    assert [found["id"] for found in violations if found["id"] != "region"] == []
    await world.click(page, "save")
    await page.wait_for_function("!localStorage.consentry_queue")
    # Asked again where the page is just loading anew.
    await page.wait_for_function(
        "window.ran?.join() === '/a.js' && consentry.state().refusedServices.join() === 'Hotjar'"
    )
    assert set(world.hits) == {"www.google-analytics.com/a.js"}
    sent = parse_event(json.dumps(world.decisions()[0]).encode())
    assert (sent.event, sent.categories["performance"], sent.services) == (  # type: ignore[index]  # its keys are words
        "partial",
        "granted",
        {"Hotjar": "denied"},
    )
    page = await world.open("/", page)
    await page.evaluate("void (document.cookie = '_hjid=1; path=/')")
    page = await world.open("/", page)
    await page.wait_for_function("!document.cookie.includes('_hjid')")
    await asyncio.sleep(0.2)
    assert "static.hotjar.com/h.js" not in world.hits
    await world.click(page, "reopen")
    assert (await switches(page))["Hotjar"] is False
    await page.locator("#switch-p ~ details summary").click()
    await page.locator("[data-service=Hotjar]").click()
    await world.click(page, "save")
    await page.wait_for_function("window.ran?.includes('/h.js')")
    assert world.decisions()[-1]["event"] == "changed"
    assert "services" not in world.decisions()[-1]


async def test_the_last_service_turned_off_turns_its_category_off(world: World) -> None:
    world.widget = config(**SERVICES)
    page = await world.show()
    await world.click(page, "settings")
    await page.locator("#switch-p ~ details summary").click()
    for name in ("Hotjar", "Google Analytics"):
        await page.get_by_label(name, exact=True).click()
    assert await page.locator("#switch-p").is_checked()
    for name in ("Hotjar", "Google Analytics"):
        await page.get_by_label(name, exact=True).click()
    await world.click(page, "save")
    await page.locator("consentry-reopen").wait_for(state="attached")
    assert await world.granted() == "n"


async def test_the_question_that_is_asked_anew_tells_what_is_new(world: World) -> None:
    page = await world.show()
    await world.click(page, "reject")  # consent would load the page anew
    await page.wait_for_function("document.cookie.includes('consentry') && !localStorage.consentry_queue")
    new = (Change("a", "Meta", "Meta Pixel"), Change("p", "<b>Hotjar", "Records visits."))
    world.widget = config(notice="cd" * 32, changes={"ab" * 8: new, "ef" * 8: ()})
    page = await world.open("/", page)
    told = page.locator(".banner .new")
    await told.wait_for()
    lines = (await told.inner_text()).splitlines()
    assert lines[0] == "New since your last choice:"
    assert [line for line in lines[1:] if line] == [
        "Advertising: Meta, Meta Pixel",
        "Performance: <b>Hotjar, Records visits.",
    ]
    world.widget = config(notice="cd" * 32)
    page = await world.open("/", page)
    await page.locator(".banner .note").wait_for()
    await asyncio.sleep(0.2)
    assert await told.count() == 0
