"""The stand-ins that only the guest house embeds."""

from __future__ import annotations

import pytest

from scanner.demo.planted.thirdparties import HOSTS, MORE
from tests.scanner.demo.client import Client

SCRIPTS = {
    "https://static.hotjar.com/c/hotjar-3712045.js?sv=6": "_hjSessionUser_3712045",
    "https://fpnpmcdn.net/v3/7fRnHLL/loader.js": "startRendering",
    "https://js.pusher.com/8.4/pusher.min.js": "new WebSocket",
    "https://analytics.tiktok.com/i18n/pixel/events.js": "_ttp",
}


@pytest.mark.parametrize(("url", "word"), SCRIPTS.items())
async def test_each_script_is_served(guest: Client, url: str, word: str) -> None:
    answer = await guest.get(url)
    assert answer.status == 200
    assert word in answer.text
    assert answer.text.startswith("(() => {")


@pytest.mark.parametrize(
    "url",
    [
        "https://content.hotjar.io/sessions/3712045",
        "https://eu.api.fpjs.io/",
        "https://api-eu.mixpanel.com/track",
        "https://analytics.tiktok.com/api/v2/pixel",
    ],
)
async def test_each_collector_takes_what_it_is_sent(guest: Client, url: str) -> None:
    assert (await guest.request("POST", url, data=b"{}")).status == 204


async def test_the_refusals_pixel_sets_an_identifier_once(guest: Client) -> None:
    url = "https://bat.bing.com/action/0?ti=343210"
    (line,) = (await guest.get(url)).set_cookies
    assert line.startswith("MUID=")
    assert "Domain=.bing.com" in line
    assert (await guest.get(url, headers={"Cookie": "MUID=X"})).set_cookies == []


async def test_the_match_hands_over_the_very_identifier_that_it_keeps(guest: Client) -> None:
    url = "https://cm.g.doubleclick.net/pixel?google_nid=x"
    answer = await guest.get(url)
    assert answer.status == 302
    assert answer.headers["Location"].endswith(f"&puuid={answer.cookies['IDE']}")
    known = await guest.get(url, headers={"Cookie": "IDE=known"})
    assert (known.headers["Location"].endswith("&puuid=known"), known.set_cookies) == (True, [])


async def test_the_socket_says_hello(guest: Client) -> None:
    port = guest.world.https_port
    async with guest.session.ws_connect(
        f"https://ws-eu.pusher.com:{port}/app/f3rnh1ll", headers={"Host": "ws-eu.pusher.com"}
    ) as socket:
        assert "connection_established" in await socket.receive_str(timeout=5)


def test_hosts_are_named_as_browsers_ask_for_them() -> None:
    assert all(host == host.lower() and "." in host for host in HOSTS)


async def test_the_share_window_knows_its_visitor_and_its_host_answers_as_before(guest: Client) -> None:
    assert set(MORE) == {"www.linkedin.com"}
    answer = await guest.get("https://www.linkedin.com/sharing/share-offsite/?url=x")
    assert answer.status == 200
    assert "JSESSIONID" in str(answer.headers)
    assert (await guest.get("https://www.linkedin.com/px/li_sync?redirect=x")).status < 400
