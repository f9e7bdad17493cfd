"""Draw a consent banner as visitors see it: what `consent.pictures` asks for when a notice is published.

The page is our own and empty but for the widget. Nothing reaches the network: every request is answered here or refused, so
that no record of a visitor is made who does not exist.
"""

from __future__ import annotations

import asyncio
from html import escape

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Route

from consent.model.errors import ScanError
from consent.pictures import Scene
from scanner.browser.devices import Device, desktop, phone
from scanner.browser.launch import launched

_TIMEOUT_MS = 20_000


def draw(scene: Scene) -> dict[str, bytes]:
    """Return the banner's pictures (PNG), ``desktop`` and ``phone``.

    Raises `BrowserNotFound` without a browser and `ScanError` where no banner appears.
    """
    return asyncio.run(_draw(scene))


async def _draw(scene: Scene) -> dict[str, bytes]:
    async with launched() as running:
        devices = {"desktop": desktop(running), "phone": phone(running)}
        return {form: await _picture(device, scene) for form, device in devices.items()}


async def _picture(device: Device, scene: Scene) -> bytes:
    page = (
        f'<!doctype html><html lang="{escape(scene.language)}"><meta charset="utf-8"><title>Notice</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><script src="/consentry-widget.js"></script>'
    )
    script_url = scene.url.rstrip("/") + "/consentry-widget.js"

    async def answer(route: Route) -> None:
        url = route.request.url
        if url == scene.url:
            await route.fulfill(content_type="text/html; charset=utf-8", body=page)
        elif url == script_url:
            await route.fulfill(content_type="text/javascript; charset=utf-8", body=scene.script)
        elif url in scene.parts:
            await route.fulfill(
                content_type="text/javascript; charset=utf-8",
                body=scene.parts[url],
                headers={"Access-Control-Allow-Origin": "*"},
            )
        else:
            await route.abort()

    context = await device.new_context(locale=scene.language, reduced_motion="reduce")
    try:
        await context.route("**/*", answer)
        tab = await context.new_page()
        await tab.goto(scene.url, timeout=_TIMEOUT_MS)
        await tab.locator('consentry-banner [data-consentry-action="reject"]').first.wait_for(
            timeout=_TIMEOUT_MS
        )
        return await tab.screenshot(animations="disabled", timeout=_TIMEOUT_MS)
    except PlaywrightError as error:
        told = (str(error).strip().splitlines() or ["no reason given"])[0]
        raise ScanError(f"The browser could not draw the banner: {told[:200]}.") from error
    finally:
        await context.close()
