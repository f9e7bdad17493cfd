"""What tags are told about consent, each in its own words: Google in every script, others where the site has them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import World, config
from .test_decide import js

TAGS = """<script>
window.told = [];
!function(f,n){if(f.fbq)return;n=f.fbq=function(){n.queue.push([...arguments])};n.queue=[]}(window);
fbq('init', '1');
window.first = JSON.stringify([uetq, ttq, _hsq, _paq, clarity.q.map((a) => [...a]), fbq.queue]);
window.wp_set_consent = (...args) => told.push(args);
</script>"""
ALL = ("google", "uet", "clarity", "meta", "tiktok", "hubspot", "matomo", "wordpress")


@pytest.mark.parametrize(
    ("vendor", "granted", "first", "calls"),
    [
        ("uet", "n", True, [["uetq", "consent", "default", {"ad_storage": "denied"}]]),
        ("uet", "npa", False, [["uetq", "consent", "update", {"ad_storage": "granted"}]]),
        (
            "clarity",
            "np",
            False,
            [["clarity", "consentv2", {"ad_Storage": "denied", "analytics_Storage": "granted"}]],
        ),
        ("meta", "n", True, [["fbq", "consent", "revoke"]]),
        ("meta", "na", False, [["fbq", "consent", "grant"]]),
        ("tiktok", "n", True, [["ttq", ["holdConsent"]]]),
        ("tiktok", "np", False, [["ttq", ["revokeConsent"]]]),
        ("tiktok", "na", False, [["ttq", ["grantConsent"]]]),
        ("hubspot", "n", True, [["_hsq", ["doNotTrack"]]]),
        ("hubspot", "n", False, [["_hsq", ["doNotTrack"]], ["_hsp", ["revokeCookieConsent"]]]),
        ("hubspot", "np", False, [["_hsq", ["doNotTrack", {"track": True}]]]),
        ("matomo", "n", True, [["_paq", ["requireConsent"]]]),
        ("matomo", "np", False, [["_paq", ["setConsentGiven"]]]),
        ("matomo", "n", False, [["_paq", ["forgetConsentGiven"]]]),
    ],
)
def test_each_vendor_is_told_in_its_own_words(
    vendor: str, granted: str, first: bool, calls: list[Any]
) -> None:
    expression = f"m.CALLS[{json.dumps(vendor)}]({json.dumps(granted)}, {json.dumps(first)})"
    assert js("vendors.js", expression) == calls


def test_no_consent_grants_none_of_googles_types_but_security() -> None:
    denied = js("signals.js", "m.googleConsent('n')")
    assert [name for name, value in denied.items() if value == "granted"] == ["security_storage"]
    assert len(denied) == 7
    assert js("signals.js", "m.googleConsent('npfa')") == dict.fromkeys(denied, "granted")


@pytest.mark.asyncio(loop_scope="session")
async def test_vendors_hear_of_the_refusal_before_their_tags_run_and_of_the_choice_after(
    world: World,
) -> None:
    world.widget = config(release="in_place", signals=ALL)
    page = await world.show(TAGS)
    uet, tiktok, hubspot, matomo, clarity, meta = json.loads(await page.evaluate("first"))
    assert uet == ["consent", "default", {"ad_storage": "denied"}]
    assert (tiktok, hubspot, matomo) == ([["holdConsent"]], [["doNotTrack"]], [["requireConsent"]])
    assert clarity == [["consentv2", {"ad_Storage": "denied", "analytics_Storage": "denied"}]]
    assert meta == [["consent", "revoke"], ["init", "1"]], "revoked before init"
    told = {name: value for name, value in await page.evaluate("told")}  # noqa: C416 - pairs from the page
    assert (told["marketing"], told["functional"]) == ("deny", "allow")
    await world.click(page, "accept")
    await page.locator("consentry-reopen").wait_for(state="attached")
    assert await page.evaluate("fbq.queue.at(-1)") == ["consent", "grant"]
    assert await page.evaluate("uetq.at(-1)") == {"ad_storage": "granted"}
    assert await page.evaluate("told.at(-1)") == ["marketing", "allow"]
    event = await page.evaluate("dataLayer.findLast((entry) => entry.event)")
    assert event["event"] == "consentry_consent"
    assert event["consentry"]["advertising"] is True


@pytest.mark.asyncio(loop_scope="session")
async def test_a_page_without_those_vendors_gets_none_of_their_names(world: World) -> None:
    world.widget = config(signals=())
    page = await world.show()
    names = ["dataLayer", "uetq", "ttq", "_hsq", "_hsp", "_paq", "clarity", "fbq"]
    assert await page.evaluate("(names) => names.filter((name) => name in window)", names) == []
