"""A visitor uses their rights and the operator answers, in a real Chromium without a script: axe on each page, nothing refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

from consent import users
from consent.times import DAY_MS, now_ms
from scanner.browser.find import find_browser
from tests.consent.factories import body, consent_id
from tests.consent.store.test_contract_rights import a_request
from tests.consent.web.dashboard.signing_in import CHEAP, PASSWORD, desk

HOSTILE = "<img src=x onerror=alert(1)> " + "W" * 300
SHOTS = os.environ.get("CONSENTRY_TEST_SHOTS", "")
"""A folder for pictures of each page, to look at; none are taken without it."""
LATE = "019354aa-0000-7000-8000-00000000aaaa"


async def looked_at(page: Page, name: str) -> None:
    """Hold a page to what each page must keep."""
    found = {
        one["id"]: [node["html"] for node in one["nodes"]]
        for one in (await Axe().run(page)).response["violations"]
    }
    assert found == {}, page.url
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)


async def opened(browser: Browser, width: int, refused: list[str]) -> Page:
    context = await browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="light" if width > 400 else "dark"
    )
    page = await context.new_page()
    page.on("console", lambda told: refused.append(told.text) if told.type == "error" else None)
    page.on("dialog", lambda told: refused.append(told.message))
    return page


async def test_a_visitor_asks_and_the_operator_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users, "hasher", CHEAP)
    async with desk(tmp_path) as world, async_playwright() as playwright:
        base = str(world.client.make_url("")).rstrip("/")
        browser = await playwright.chromium.launch(executable_path=str(find_browser().path))
        late = a_request(LATE, subject="bb", due_ms=now_ms() - 9 * DAY_MS, record_id="")
        await world.store.add_request(late, [], most=9)
        for width in (1280, 390):
            refused: list[str] = []
            visitor = consent_id()
            await world.client.post("/v1/consent", json=body(world.version, consent_id=visitor))
            page = await opened(browser, width, refused)
            await page.goto(f"{base}/v1/consent/{visitor}?format=html")
            await page.get_by_text("Withdraw consent", exact=True).click()
            await page.get_by_role("button", name="Withdraw", exact=True).click()
            await expect(page.get_by_role("status")).to_contain_text("refused from now on")
            await expect(page.get_by_role("heading", name="Withdrawal: done")).to_be_visible()
            await page.get_by_text("Have something corrected").click()
            await page.get_by_label("What is wrong").fill(HOSTILE)
            await page.fill("#correct-contact", "me@thyme.example")
            await page.get_by_role("button", name="Ask for correction").click()
            await expect(page.get_by_role("heading", name="Correction: open")).to_be_visible()
            await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            await looked_at(page, "visitor-asked")

            operator = await opened(browser, width, refused)
            await operator.goto(f"{base}/admin/rights")
            await operator.fill("#name", "ada")
            await operator.fill("#password", PASSWORD)
            await operator.keyboard.press("Enter")
            await expect(operator.get_by_text("Overdue by 9 days")).to_be_visible()
            await looked_at(operator, "desk")
            await operator.get_by_role("link", name="Correction").nth(1).click()
            await looked_at(operator, "case")
            await operator.get_by_label("Refuse").check()
            await operator.get_by_label("What they are told").fill(f"What is recorded is right.\n{HOSTILE}")
            await operator.get_by_role("button", name="Do it").click()
            await expect(operator.get_by_text("The request is refused.")).to_be_visible()
            if width == 390:
                await looked_at(operator, "case-refused")

            await page.reload()
            await expect(page.get_by_text("What is recorded is right.")).to_be_visible()
            await expect(page.get_by_text("complaint with a supervisory authority")).to_be_visible()
            await page.get_by_text("Erase everything").click()
            await page.get_by_label("Erase my records").check()
            await page.get_by_role("button", name="Erase", exact=True).click()
            await expect(page.get_by_role("heading", name="Your records are erased")).to_be_visible()
            if width == 390:
                await looked_at(page, "visitor-erased")
            assert await world.store.history(visitor) == []
            assert refused == []
            await page.context.close()
            await operator.context.close()
        await browser.close()
