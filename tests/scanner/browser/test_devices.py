"""The two devices that a banner is looked at with."""

from __future__ import annotations

from scanner.browser.devices import DESKTOP, PHONE, desktop, phone
from scanner.browser.launch import launched

ASK = """async () => ({
  size: [innerWidth, innerHeight], touch: navigator.maxTouchPoints > 0, agent: navigator.userAgent,
  mobile: navigator.userAgentData?.mobile, platform: navigator.userAgentData?.platform,
  narrow: matchMedia("(max-width: 400px)").matches,
})"""


async def test_a_phone_differs_from_a_desktop_in_size_touch_and_what_it_says_of_itself() -> None:
    async with launched() as running:
        told = []
        for device in (desktop(running), phone(running)):
            page = await (await device.new_context()).new_page()
            await device.dress(await page.context.new_cdp_session(page))
            await page.goto("about:blank")
            await page.set_content("<meta name=viewport content='width=device-width'>x")
            told.append(await page.evaluate(ASK))
    wide, narrow = told
    assert wide["size"] == list(DESKTOP)
    assert narrow["size"] == list(PHONE)
    assert (wide["touch"], narrow["touch"]) == (False, True)
    assert "Mobile" not in wide["agent"]
    assert "Android 10; K" in narrow["agent"]
    assert narrow["agent"].endswith("Mobile Safari/537.36")
    assert narrow["narrow"]
    assert not wide["narrow"]
