"""The demo's front: dispatch by host, hits, the widget's tag, and an end that leaves no port open."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from scanner.demo.front import DemoWorld

if TYPE_CHECKING:
    from tests.scanner.demo.client import Client


async def test_the_shop_answers_under_its_own_name(client: Client) -> None:
    answer = await client.get("https://www.larkspur.example/")
    assert answer.status == 200
    assert "Larkspur &amp; Co" in answer.text


async def test_the_bare_name_leads_to_www_with_path_and_query(client: Client) -> None:
    answer = await client.get("https://larkspur.example/search?q=tea")
    assert answer.status == 301
    assert answer.headers["Location"] == "https://www.larkspur.example/search?q=tea"


async def test_plain_http_leads_to_https(client: Client) -> None:
    answer = await client.get("http://www.larkspur.example/shop")
    assert answer.status == 301
    assert answer.headers["Location"] == "https://www.larkspur.example/shop"


async def test_third_parties_answer_with_and_without_tls(client: Client) -> None:
    for scheme in ("http", "https"):
        answer = await client.get(f"{scheme}://www.googletagmanager.com/gtag/js?id=G-1")
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


async def test_what_third_parties_receive_is_recorded_and_the_shop_is_not(
    client: Client, world: DemoWorld
) -> None:
    await client.get("https://www.larkspur.example/")
    await client.get(
        "https://www.facebook.com/tr/?id=1&ev=PageView",
        headers={"Referer": "https://www.larkspur.example/", "Cookie": "fr=abc"},
    )
    await client.get("https://metrics.larkspur.example/app-measurement.js")
    first, second = world.hits
    assert (first.host, first.path, first.query) == ("www.facebook.com", "/tr/", "id=1&ev=PageView")
    assert (first.method, first.status) == ("GET", 200)
    assert first.referer == "https://www.larkspur.example/"
    assert first.cookies == {"fr": "abc"}
    assert first.url == "www.facebook.com/tr/?id=1&ev=PageView"
    assert second.host == "metrics.larkspur.example"
    world.clear_hits()
    assert world.hits == []


@pytest.mark.parametrize("url", ["https://unknown.test/x?y=1", "https://www.facebook.com/nothing/here"])
async def test_an_unknown_host_or_path_is_404_and_recorded(
    client: Client, world: DemoWorld, url: str
) -> None:
    answer = await client.get(url)
    assert answer.status == 404
    assert [(f"https://{hit.url}", hit.status) for hit in world.hits] == [(url, 404)]


async def test_the_widget_tag_stands_first_in_the_head_of_each_page_and_can_be_switched(
    client: Client, world: DemoWorld
) -> None:
    tag = '<script src="https://consent.larkspur.example/w/larkspur.js"></script>'
    assert tag not in (await client.get(world.url)).text
    world.protect(tag)
    for path in ("", "shop", "privacy", "stock", "no-such-page"):
        head = (await client.get(world.url + path)).text.partition("<head>")[2]
        assert head.lstrip().startswith(tag), path
    world.protect(None)
    assert tag not in (await client.get(world.url)).text


async def test_resolve_and_chromium_flags_name_both_ports(world: DemoWorld) -> None:
    assert world.resolve == [
        f"*:80=127.0.0.1:{world.http_port}",
        f"*:443=127.0.0.1:{world.https_port}",
    ]
    assert f"MAP *:443 127.0.0.1:{world.https_port}" in world.chromium_args[0]


async def test_after_the_end_both_ports_are_closed() -> None:
    async with DemoWorld() as world:
        ports = (world.http_port, world.https_port)
    for port in ports:
        with pytest.raises(OSError, match="refused"):
            await asyncio.get_running_loop().run_in_executor(
                None, lambda port=port: socket.create_connection(("127.0.0.1", port), 2)
            )
