from __future__ import annotations

import struct
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from scanner.guard import Guard
from scanner.mail import fetching
from scanner.mail.fetching import fetch, picture_size

GIF = b"GIF89a" + struct.pack("<HH", 1, 1) + b"\x80\x00\x00"


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    asked: list[str] = []

    async def pixel(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers.get("Cookie", ""))
        response = web.Response(body=GIF, content_type="image/gif")
        response.headers.add("Set-Cookie", "uid=1; Path=/")
        return response

    async def onward(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(request.query["to"])

    async def big(_: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x" * 5_000, content_type="image/gif")

    app = web.Application()
    app.add_routes([web.get("/p", pixel), web.get("/r", onward), web.get("/big", big)])
    app[web.AppKey("asked", list)] = asked
    async with TestServer(app) as running:
        yield running


def guard_of(server: TestServer) -> Guard:
    return Guard(resolve=[f"*.example:80=127.0.0.1:{server.port}"])


async def test_what_is_loaded_is_told_hop_by_hop_and_no_cookie_is_sent_back(server: TestServer) -> None:
    url = "http://a.example/r?to=http://b.example/p"
    found = await fetch([url, url], guard_of(server))
    first, last = found[url]
    assert (first.status, last.url, last.came_from, last.status) == (302, "http://b.example/p", url, 200)
    assert (last.picture, last.content_type, last.set_cookies) == ("1x1", "image/gif", ("uid=1; Path=/",))


async def test_private_addresses_are_refused_by_name_by_number_and_behind_a_redirect(
    server: TestServer,
) -> None:
    async def lookup(_: str) -> list[str]:
        return ["10.0.0.7"]

    guard = Guard(resolve=[f"a.example:80=127.0.0.1:{server.port}"], lookup=lookup)
    urls = [
        "http://inside.example/",
        f"http://127.0.0.1:{server.port}/p",
        "http://a.example/r?to=http://169.254.169.254/latest/",
    ]
    found = await fetch(urls, guard)
    assert all("not public" in hops[-1].failed for hops in found.values())
    assert len(found[urls[2]]) == 2


async def test_loops_and_large_answers_are_bounded(
    server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_BYTES", 1_000)
    loop = "http://a.example/r?to=/r?to=/r"
    found = await fetch(["http://a.example/big", loop], guard_of(server))
    assert "larger than" in found["http://a.example/big"][0].failed
    assert len(found[loop]) <= fetching.MOST_REDIRECTS + 1
    assert found[loop][-1].failed or found[loop][-1].status


async def test_what_does_not_answer_is_told(server: TestServer) -> None:
    found = await fetch(
        ["http://a.example/none", "http://gone.example:81/"],
        Guard(resolve=[f"a.example:80=127.0.0.1:{server.port}", "gone.example:81=127.0.0.1:1"]),
    )
    assert found["http://a.example/none"][0].status == 404
    assert found["http://gone.example:81/"][0].failed


async def test_no_more_than_the_bound_are_asked(server: TestServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_FETCHED", 2)
    assert len(await fetch([f"http://a.example/p?{n}" for n in range(5)], guard_of(server))) == 2


def test_picture_sizes_are_read_from_the_head() -> None:
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", 600, 300)
    assert picture_size(GIF) == "1x1"
    assert picture_size(png) == "600x300"
    assert picture_size(b"") == picture_size(b"GIF89a") == ""
