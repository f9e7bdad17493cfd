"""Take the screenshots of docs/images from a demo that was run before: scripts/screenshots.py [demo-output]."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, async_playwright

from scanner.browser.driver import use_working_node
from scanner.browser.find import find_browser
from scanner.demo.front import DemoWorld
from scanner.demo.loop import WIDGET_TAG, Loop

IMAGES = Path(__file__).parent.parent / "docs" / "images"
DESKTOP = (1280, 800)
PHONE = (390, 844)

Scheme = Literal["dark", "light"]


async def shop(
    browser: Browser, url: str, name: str, size: tuple[int, int], scheme: Scheme, *, settings: bool
) -> None:
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, ignore_https_errors=True
    )
    page = await context.new_page()
    await page.goto(url)
    if settings:
        await page.locator('[data-consentry-action="settings"]').click()
    await page.wait_for_timeout(800)  # the banner slides in
    await page.screenshot(path=IMAGES / f"{name}.png")
    await context.close()


async def report(browser: Browser, url: str, name: str, size: tuple[int, int], scheme: Scheme) -> None:
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page = await context.new_page()
    await page.goto(url)
    await page.screenshot(path=IMAGES / f"{name}.png")
    await context.close()


async def main(out: Path) -> None:
    use_working_node()
    IMAGES.mkdir(parents=True, exist_ok=True)
    async with DemoWorld() as world, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_browser().path, args=world.chromium_args
        )
        loop = Loop(out, world, tell=print)
        async with loop.serving() as address:
            world.consent_upstream = address
            world.protect(WIDGET_TAG)
            await shop(browser, world.url, "banner-desktop", DESKTOP, "light", settings=False)
            await shop(browser, world.url, "banner-phone", PHONE, "dark", settings=False)
            await shop(browser, world.url, "settings-desktop", DESKTOP, "light", settings=True)
            await shop(browser, world.url, "settings-phone", PHONE, "light", settings=True)
        before, after = (
            (out / one / "report.html").absolute().as_uri() for one in ("1-unprotected", "2-protected")
        )
        await report(browser, before, "report-desktop", (1280, 1000), "light")
        await report(browser, before, "report-phone", PHONE, "dark")
        await report(browser, after, "report-protected", (1280, 1000), "light")
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-output")))
