"""A day at the dashboard in a real Chromium: desktop and phone, light and dark, axe on each page, nothing refused by the policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, async_playwright, expect

from consent import users
from scanner.browser.find import find_browser
from tests.consent.factories import body
from tests.consent.web.dashboard.scans import HOSTILE, scanned
from tests.consent.web.dashboard.signing_in import CHEAP, PASSWORD, desk


async def looked_at(page: Page, width: int) -> None:
    """Hold a page to what each page must keep."""
    result = await Axe().run(page)
    found = {one["id"]: [node["html"] for node in one["nodes"]] for one in result.response["violations"]}
    assert found == {}, page.url
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    assert len(await page.content()) < 100_000


async def test_a_day_at_the_dashboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "hasher", CHEAP)
    async with desk(tmp_path) as opened, async_playwright() as playwright:
        run = await scanned(opened.store, items=40)
        sent = await opened.client.post("/v1/consent", json=body(opened.version))
        record = (await sent.json())["data"]["receipt_id"]
        base = str(opened.client.make_url("")).rstrip("/")
        browser = await playwright.chromium.launch(executable_path=str(find_browser().path))
        for width, scheme in ((1280, "light"), (390, "dark")):
            context = await browser.new_context(
                viewport={"width": width, "height": 800},
                color_scheme="dark" if scheme == "dark" else "light",
            )
            page = await context.new_page()
            refused: list[str] = []
            page.on(
                "console", lambda told, kept=refused: kept.append(told.text) if told.type == "error" else None
            )
            page.on("pageerror", lambda error, kept=refused: kept.append(str(error)))

            await page.goto(f"{base}/admin")
            await looked_at(page, width)
            await page.fill("#name", "ada")  # the keyboard does the rest
            await page.keyboard.press("Tab")
            await page.keyboard.type(PASSWORD)
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("heading", name="Sites", exact=True)).to_be_visible()
            await looked_at(page, width)
            await page.get_by_role("link", name="Larkspur & Co").click()
            await looked_at(page, width)
            await page.goto(f"{base}/admin/sites/larkspur/scans/{run.scan_id}")
            await page.locator("details.finding summary").first.click()
            await expect(page.get_by_text("Put the banner first.")).to_be_visible()
            await looked_at(page, width)
            for tab in ("Items", "Changes"):
                await page.get_by_role("navigation", name="Scan").get_by_role("link", name=tab).click()
                await expect(page.get_by_text(HOSTILE).first).to_be_visible()
                await looked_at(page, width)
            for path in (
                f"/admin/log/{record}",
                "/admin/log?site=larkspur",
                "/admin/audit",
                "/admin/users",
                "/admin/tokens",
                "/admin/account",
                "/admin/sites/larkspur/announcement",
                "/admin/sites/larkspur/notices",
                f"/admin/sites/larkspur/notices/{opened.version}",
            ):
                await page.goto(base + path)
                await looked_at(page, width)

            await page.goto(f"{base}/admin/sites/larkspur")
            await page.get_by_role("link", name="Start a scan").click()
            await looked_at(page, width)
            await page.get_by_role("button", name="Start the scan").click()
            await expect(page.get_by_role("heading", name="Waiting for a worker")).to_be_visible()
            await looked_at(page, width)
            [waiting] = await opened.store.open_scans()
            assert await opened.store.take_scan(waiting.scan_id, "worker", waiting.queued_ms)
            if width == 390:  # the page asks by itself, which once is enough to see
                await page.reload()
            await expect(page.get_by_role("heading", name="Scanning")).to_be_visible(timeout=30_000)
            await opened.store.fail_scan(
                waiting.scan_id, "worker", waiting.queued_ms, "The site did not answer."
            )
            if width == 390:
                await page.reload()
            await expect(page.get_by_text("The site did not answer.")).to_be_visible(timeout=30_000)
            await looked_at(page, width)

            await page.get_by_role("button", name="Sign out").click()
            await expect(page.get_by_text("You are signed out.")).to_be_visible()
            await page.goto(f"{base}/admin/sites")
            await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
            assert refused == []
            await context.close()
        await browser.close()
