"""Decisions that visitors gave to other consent tools: taken over only where they are plain, and never as more than they were."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from .conftest import SHOP, World, config
from .test_decide import js

RULES = [
    ["google-analytics.com", "", "p", 0, "Google Analytics"],
    ["matomo.example", "", "p", 0, "Matomo"],
    ["www.youtube.com", "", "f", 0, "YouTube"],
]
STAMP = "{{stamp:'x',necessary:true,preferences:{},statistics:{},marketing:{},method:'{}',ver:1}}"


@pytest.mark.parametrize(
    ("name", "value", "granted"),
    [
        ("CookieConsent", STAMP.format("true", "true", "true", "explicit"), "npfa"),
        ("CookieConsent", STAMP.format("false", "true", "false", "explicit"), "np"),
        ("CookieConsent", STAMP.format("false", "false", "false", "explicit"), "n"),
        ("CookieConsent", STAMP.format("true", "true", "true", "implied"), None),
        ("CookieConsent", "yes", None),
        ("CookieConsent", "-1", None),
        ("cc_cookie", '{"categories":["necessary","analytics"],"revision":0}', "np"),
        ("cc_cookie", '{"level":["necessary","targeting"]}', "na"),
        ("cc_cookie", '{"categories":["something else"]}', "n"),
        ("cc_cookie", "not json", None),
        ("klaro", '{"google-analytics":true,"matomo":true,"youtube":false}', "np"),
        ("klaro", '{"google-analytics":true,"youtube":true}', "nf"),
        ("tarteaucitron", "!googleanalytics=true!matomo=true!youtube=false", "np"),
        ("tarteaucitron", "!googleanalytics=true!youtube=wait", None),
        ("OptanonConsent", "groups=C0001:1,C0002:1,C0003:0,C0004:1", "npa"),
        ("OptanonConsent", "groups=C0001:1,C0002:1,C0004:1,C0005:0", "np"),
        ("OptanonConsent", "landingPath=x", None),
        ("unrelated", "1", None),
    ],
)
def test_what_another_tool_granted_is_read_and_no_more(name: str, value: str, granted: str | None) -> None:
    cookie = f"a=1; {name}={quote(value)}; OptanonAlertBoxClosed=2026-01-01; b"
    assert js("imports.js", f"m.default({json.dumps(cookie)}, {json.dumps(RULES)})") == granted


def test_groups_without_an_answered_banner_are_no_decision() -> None:
    cookie = "OptanonConsent=" + quote("groups=C0001:1,C0002:1")
    assert js("imports.js", f"m.default({json.dumps(cookie)}, [])") is None


async def _another_tools_cookie(world: World) -> None:
    value = quote('{"categories":["necessary","analytics"]}')
    await world.context.add_cookies([{"name": "cc_cookie", "value": value, "url": f"https://{SHOP}"}])


@pytest.mark.asyncio(loop_scope="session")
async def test_a_standing_decision_is_taken_over_once_and_recorded_as_such(world: World) -> None:
    world.widget = config(import_decisions=True)
    await _another_tools_cookie(world)
    page = await world.show('<script src="https://www.google-analytics.com/a.js"></script>')
    await page.wait_for_function("window.ran && !localStorage.consentry_queue")
    assert await page.locator("consentry-banner").count() == 0
    assert await world.granted() == "np"
    await world.open("/", page)
    assert [(event["event"], event["action"], event["surface"]) for event in world.decisions()] == [
        ("partial", "api", "none")
    ]


@pytest.mark.asyncio(loop_scope="session")
async def test_without_the_setting_the_visitor_is_asked(world: World) -> None:
    await _another_tools_cookie(world)
    page = await world.show()
    await page.locator("consentry-banner").wait_for(state="attached")
    assert await world.granted() is None
