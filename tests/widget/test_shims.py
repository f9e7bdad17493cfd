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


VANILLA = """<script>window.log = [];
for (const name of ['onFirstConsent', 'onConsent', 'onChange'])
  addEventListener('cc:' + name, ({ detail }) => log.push([name, detail.cookie.categories, detail.changedCategories ?? null]));
CookieConsent.run({ categories: { necessary: {}, analytics: {}, ads: {} }, onFirstConsent: ({ cookie }) => log.push(cookie.categories.length) });
log.push(CookieConsent.validConsent(), CookieConsent.acceptedCategory('analytics'));</script>"""
BUTTONS = '<button data-cc="show-preferencesModal">Choose</button><button data-cc="accept-all">Yes</button>'


async def test_vanillas_functions_events_callbacks_and_buttons_follow_the_decision(world: World) -> None:
    world.widget = config(shims=("vanilla", "cookiebot"), release="in_place", reload_on_withdraw=False)
    page = await world.show(VANILLA, BUTTONS)
    await page.evaluate("CookieConsent.acceptCategory(['analytics'])")
    await page.locator("consentry-reopen").wait_for(state="attached")
    assert await world.granted() == "np"
    chosen = ["necessary", "analytics"]
    assert await page.evaluate("log") == [
        *(False, False, 2),
        *(["onFirstConsent", chosen, None], ["onConsent", chosen, None]),
    ]
    preferences = await page.evaluate("CookieConsent.getUserPreferences()")
    assert (preferences["acceptType"], preferences["rejectedCategories"]) == ("custom", ["ads"])
    assert await page.evaluate("CookieConsent.acceptedService('Google Analytics', 'analytics')")
    await page.get_by_text("Choose").click()
    await page.locator("dialog.settings").wait_for()
    await page.keyboard.press("Escape")
    await page.get_by_text("Yes").click()
    await page.wait_for_function("log.at(-1)[0] === 'onChange'")
    assert await page.evaluate("log.at(-1)[2]") == ["ads"]
    await page.evaluate("CookieConsent.acceptCategory([])")
    await page.wait_for_function("CookieConsent.getUserPreferences().acceptType === 'necessary'")
    assert await world.granted() == "n"
    assert await page.evaluate("Cookiebot !== CookieConsent && Cookiebot.declined"), "each has its own name"
