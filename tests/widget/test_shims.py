"""Pages that were written for another tool's API find it, with its events, on top of ours."""

from __future__ import annotations

import pytest

from .conftest import World, config

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAGE = """<script>window.log = [];
for (const name of ['OnDialogDisplay', 'OnLoad', 'OnAccept', 'OnDecline', 'OnConsentReady'])
  addEventListener('Cookiebot' + name, () => log.push(name));
window.CookiebotCallback_OnAccept = () => log.push('callback');
log.push(Cookiebot.hasResponse, Cookiebot.consent.statistics);</script>"""


async def test_cookiebots_object_events_and_callbacks_follow_the_decision(world: World) -> None:
    world.widget = config(shims=("cookiebot",), release="in_place")
    page = await world.show(PAGE)
    await world.click(page, "accept")
    await page.wait_for_function("log.includes('OnConsentReady')")
    expected = [False, False, "OnDialogDisplay", "OnLoad", "callback", "OnAccept", "OnConsentReady"]
    assert await page.evaluate("log") == expected
    assert await page.evaluate("[Cookiebot.consented, Cookiebot.consent.marketing]") == [True, True]
    assert await page.evaluate("CookieConsent === Cookiebot")
    await page.evaluate("Cookiebot.show()")
    await page.locator("dialog.settings").wait_for()
    async with page.expect_navigation():
        await page.evaluate("void Cookiebot.withdraw()")
    await page.wait_for_function("log.includes('OnDecline')")
    assert await page.evaluate("Cookiebot.declined")


async def test_without_the_setting_no_such_name_is_taken(world: World) -> None:
    page = await world.show()
    assert await page.evaluate("'Cookiebot' in window || 'CookieConsent' in window") is False
