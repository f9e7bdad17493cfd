"""HubSpot: loader, analytics, banner, form."""

from __future__ import annotations

from tests.scanner.demo.client import Client


async def test_the_loader_brings_analytics_and_banner_of_its_portal(client: Client) -> None:
    text = (await client.get("https://js.hs-scripts.com/4471209.js")).text
    assert '{"portal": "4471209"}' in text
    assert "https://js.hs-analytics.net/analytics/" in text
    assert "https://js.hs-banner.com/v2/" in text


async def test_the_analytics_script_sends_its_own_portal(client: Client) -> None:
    text = (await client.get("https://js.hs-analytics.net/analytics/1795553400000/4471209.js")).text
    assert '{"portal": "4471209"}' in text


async def test_a_page_view_brings_cloudflares_cookies(client: Client) -> None:
    answer = await client.get("https://track.hubspot.com/__ptq.gif?k=1")
    assert [line.partition("=")[0] for line in answer.set_cookies] == ["__cf_bm", "_cfuvid"]
    assert "Max-Age=1800; HttpOnly" in answer.set_cookies[0]
    assert "Max-Age" not in answer.set_cookies[1]


async def test_a_form_can_be_drawn_and_sent(client: Client) -> None:
    assert "hbspt" in (await client.get("https://js.hsforms.net/forms/embed/v2.js")).text
    assert "__cf_bm" in (await client.get("https://forms.hsforms.com/embed/v3/counters.gif?key=a")).cookies
    sent = await client.request(
        "POST", "https://forms.hsforms.com/submissions/v3/public/submit/x", data=b"email=a"
    )
    assert sent.status == 204


async def test_the_banner_does_nothing(client: Client) -> None:
    answer = await client.get("https://js.hs-banner.com/v2/4471209/banner.js")
    assert (answer.status, answer.set_cookies) == (200, [])
