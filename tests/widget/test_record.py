"""What an event says of how the visitor was asked, in a real Chromium."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from consent.external_ids import hash_of
from consent.model.records import parse_event

from .conftest import World, config

pytestmark = pytest.mark.asyncio(loop_scope="session")

TCF = "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA.YAAAAAAAAAA"


async def events(world: World, count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(20):
        while len(world.events) < count:  # noqa: ASYNC110 - the page's own server has no event to wait for
            await asyncio.sleep(0.02)
    return world.events


async def test_each_event_says_why_the_visitor_was_asked_and_after_how_long_they_answered(
    world: World,
) -> None:
    page = await world.show()
    [shown] = await events(world, 1)
    await page.wait_for_timeout(60)
    await world.click(page, "reject")
    first = (await events(world, 2))[-1]
    await world.click(page, "reopen")
    await world.click(page, "reject")
    again = (await events(world, 3))[-1]
    assert [event["prompt_reason"] for event in (shown, first, again)] == ["first", "first", "user"]
    assert 60 <= first["ms_since_shown"] < 60_000
    assert first["automated"] is True, "a program drives this browser"
    world.widget = config(notice="cd" * 32)
    await page.reload()
    assert (await events(world, 4))[-1]["prompt_reason"] == "notice_changed"


async def test_the_banner_counts_as_shown_once_whether_the_visitor_stays_leaves_or_decides(
    world: World,
) -> None:
    page = await world.show()
    assert [event["event"] for event in await events(world, 1)] == ["notice_shown"], "it stayed in sight"
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await page.goto("about:blank")
    await world.open("/", page)
    await page.locator("consentry-banner").wait_for(state="attached")
    await page.goto("about:blank")
    assert len(await events(world, 2)) == 2, "left before it was in sight for long"
    await world.open("/", page)
    await world.click(page, "accept")
    assert [event["event"] for event in await events(world, 4)][2:] == ["notice_shown", "given"]
    assert all(event["categories"]["performance"] == "not_asked" for event in world.events[:3])


async def test_who_is_logged_in_and_another_platforms_strings_enter_the_event_and_no_id_does(
    world: World,
) -> None:
    world.widget = config(tcf=True)
    platform = (
        f"<script>window.__tcfapi = (name, version, call) => call({{gdprApplies: true, tcString: '{TCF}',"
        " eventStatus: 'tcloaded', purpose: {consents: {}}}, true);"
        " window.__gpp = (name, call) => call({gppString: 'not a string!'}, true)</script>"
    )
    page = await world.show(platform)
    await page.evaluate("consentry.identify('customer 4711 ü')")
    await page.evaluate("consentry.reject()")
    event = (await events(world, 2))[-1]
    assert event["external_id_hash"] == hash_of(event["consent_id"], "customer 4711 ü")
    assert event["tc_string"] == TCF
    assert "gpp_string" not in event, "what cannot be one would only have the event refused"
    assert "4711" not in str(event)

    parse_event(json.dumps(event | {"site": "larkspur"}).encode())
