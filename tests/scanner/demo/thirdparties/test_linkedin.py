"""LinkedIn Insight: the chain of three answers."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.scanner.demo.client import Client

START = "https://px.ads.linkedin.com/collect?v=2&fmt=js&pid=5082117&url=https%3A%2F%2Fa.example%2F"


async def test_the_chain_sets_seven_cookies_in_three_answers(client: Client) -> None:
    first = await client.get(START)
    assert set(first.cookies) == {"li_sugr", "bcookie", "lidc"}
    second = await client.get(first.headers["Location"])
    assert urlsplit(first.headers["Location"]).hostname == "www.linkedin.com"
    assert set(second.cookies) == {"bscookie"}
    assert "Domain=.www.linkedin.com" in second.set_cookies[0]
    third = await client.get(second.headers["Location"])
    assert set(third.cookies) == {"UserMatchHistory", "AnalyticsSyncHistory"}
    assert third.headers["Content-Type"] == "image/gif"


async def test_the_pages_address_survives_the_chain(client: Client) -> None:
    first = await client.get(START)
    second = await client.get(first.headers["Location"])
    query = parse_qs(urlsplit(second.headers["Location"]).query)
    assert query["url"] == ["https://a.example/"]
    assert query["liSync"] == ["true"]


async def test_the_sync_leads_nowhere_but_back_to_the_pixel(client: Client) -> None:
    for target in ("https%3A%2F%2Fevil.test%2F", "%2F%2Fevil.test%2F", "@evil.test/collect", ""):
        answer = await client.get(f"https://www.linkedin.com/px/li_sync?redirect={target}")
        assert urlsplit(answer.headers["Location"]).hostname == "px.ads.linkedin.com"


async def test_the_script_is_served_from_the_content_network(client: Client) -> None:
    assert (
        "px.ads.linkedin.com"
        in (await client.get("https://snap.licdn.com/li.lms-analytics/insight.min.js")).text
    )
