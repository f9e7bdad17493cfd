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


@pytest.mark.asyncio(loop_scope="session")
async def test_googles_default_can_be_kept_to_regions_redacts_ads_and_decorates_no_links(
    world: World,
) -> None:
    world.widget = config(regions=("DE", "US-CA"))
    page = await world.show()
    calls = await page.evaluate("[...dataLayer].map((a) => [...a])")
    assert calls[0][:2] == ["consent", "default"]
    assert (calls[0][2]["region"], calls[0][2]["wait_for_update"]) == (["DE", "US-CA"], 500)
    assert calls[1] == ["set", "ads_data_redaction", True]
    assert "url_passthrough" not in json.dumps(calls)
    world.widget = config(release="in_place")
    page = await world.open("/", page)
    assert "region" not in await page.evaluate("dataLayer[0][2]"), "without the setting it holds everywhere"
    await world.click(page, "accept")
    assert await page.evaluate("[...dataLayer].findLast((a) => a[1] === 'ads_data_redaction')[2]") is False


PLATFORM = """<script>window.listeners = [];
window.__tcfapi = (command, version, callback) => { if (command === 'addEventListener' && version === 2) listeners.push(callback) };
window.answer = (...purposes) => listeners.forEach((tell) => tell({ gdprApplies: true, eventStatus: 'useractioncomplete',
  purpose: { consents: Object.fromEntries(purposes.map((purpose) => [purpose, true])) } }, true));
window.ads = () => [...dataLayer].findLast((a) => a[1] === 'update')?.[2].ad_storage;
window.stats = () => [...dataLayer].findLast((a) => a[1] === 'update')?.[2].analytics_storage;</script>"""


@pytest.mark.asyncio(loop_scope="session")
async def test_signals_follow_the_pages_tcf_platform_and_never_exceed_our_own_decision(world: World) -> None:
    world.widget = config(tcf=True, release="in_place")
    page = await world.show(PLATFORM)
    await page.wait_for_function("listeners.length === 1")
    await page.evaluate("answer(1, 2, 3, 4)")
    assert await page.evaluate("ads()") == "denied", "our own visitor has not answered"
    await world.click(page, "accept")
    await page.locator("consentry-reopen").wait_for(state="attached")
    assert await page.evaluate("[ads(), stats()]") == ["granted", "denied"]
    await page.evaluate("answer(1, 7, 8, 9)")
    assert await page.evaluate("[ads(), stats()]") == ["denied", "granted"]
    page = await world.open("/", page)
    assert await page.evaluate("stats()") in {None, "denied"}, (
        "nothing is granted before the platform answers"
    )


@pytest.mark.asyncio(loop_scope="session")
async def test_a_page_without_a_tcf_platform_withholds_nothing_and_gets_none(world: World) -> None:
    world.widget = config(tcf=True, release="in_place")
    page = await world.show(PLATFORM.replace("__tcfapi", "other"))
    await world.click(page, "accept")
    await page.wait_for_function("ads() === 'granted'")
    assert await page.evaluate("'__tcfapi' in window || frames.length") == 0
