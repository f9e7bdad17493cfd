"""gtag.js and the container."""

from __future__ import annotations

from tests.scanner.demo.client import Client

HOST = "https://www.googletagmanager.com"


async def test_the_tag_knows_the_id_that_was_asked_for(client: Client) -> None:
    assert '{"id": "G-LRK5P7TEA1"}' in (await client.get(f"{HOST}/gtag/js?id=G-LRK5P7TEA1")).text


async def test_an_id_cannot_break_out_of_the_script(client: Client) -> None:
    text = (await client.get(f"{HOST}/gtag/js?id=%22%7D;alert(1)//")).text
    assert 'const server = {"id": "\\"};alert(1)//"};' in text


async def test_the_container_brings_ads_floodlight_and_the_old_analytics(client: Client) -> None:
    text = (await client.get(f"{HOST}/gtm.js?id=GTM-K7LRKSP")).text
    for url in (
        "gtag/js?id=AW-846215390",
        "ad.doubleclick.net/activity;src=9274416",
        "google-analytics.com/analytics.js",
    ):
        assert url in text


async def test_the_frame_for_browsers_without_scripts_is_empty(client: Client) -> None:
    answer = await client.get(f"{HOST}/ns.html?id=GTM-K7LRKSP")
    assert (answer.status, answer.set_cookies) == (200, [])
