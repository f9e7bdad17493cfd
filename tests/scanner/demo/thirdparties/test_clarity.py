"""Microsoft Clarity: the sync by way of Bing."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.scanner.demo.client import Client


async def test_both_hosts_end_with_the_same_identifier(client: Client) -> None:
    first = await client.get("https://c.clarity.ms/c.gif")
    assert set(first.cookies) == {"SM"}
    second = await client.get(first.headers["Location"])
    assert urlsplit(first.headers["Location"]).hostname == "c.bing.com"
    third = await client.get(second.headers["Location"])
    assert set(third.cookies) == {"MUID", "MR", "ANONCHK"}
    assert second.cookies["MUID"] == third.cookies["MUID"]
    assert parse_qs(urlsplit(second.headers["Location"]).query)["MUID"] == [second.cookies["MUID"]]


async def test_bing_passes_a_known_identifier_on(client: Client) -> None:
    answer = await client.get("https://c.bing.com/c.gif", headers={"Cookie": "MUID=ABC"})
    assert answer.set_cookies == []
    assert answer.headers["Location"] == "https://c.clarity.ms/c.gif?MUID=ABC"


async def test_the_tag_sets_its_own_cookie_for_its_host_alone(client: Client) -> None:
    (line,) = (await client.get("https://www.clarity.ms/tag/m4lrk2sp7t")).set_cookies
    assert line.startswith("CLID=")
    assert "Domain" not in line


async def test_recorder_and_collector_answer(client: Client) -> None:
    assert "_clck" in (await client.get("https://scripts.clarity.ms/0.8.1/clarity.js")).text
    assert (await client.request("POST", "https://k.clarity.ms/collect", data=b"{}")).status == 204
