"""The way to the consent server: every method and body passes, and each visitor's own headers arrive."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from scanner.demo.front import DemoWorld
from tests.scanner.demo.client import Client

URL = "https://consent.larkspur.example"


@pytest.fixture
async def upstream() -> AsyncIterator[str]:
    async def echo(request: web.Request) -> web.Response:
        body = await request.read()
        response = web.json_response(
            {
                "method": request.method,
                "path": request.raw_path,
                "headers": dict(request.headers),
                "body": body.decode(),
            },
            status=201,
        )
        response.headers.add("Set-Cookie", "a=1; Path=/")
        response.headers.add("Set-Cookie", "b=2; Path=/")
        return response

    async def packed(_request: web.Request) -> web.Response:
        return web.Response(
            body=gzip.compress(b"packed"), headers={"Content-Encoding": "gzip", "ETag": '"x"'}
        )

    async def slow(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for part in (b"one", b"two", b"three"):
            await response.write(part)
            await asyncio.sleep(0)
        return response

    async def elsewhere(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/admin/"})

    app = web.Application()
    app.router.add_get("/packed", packed)
    app.router.add_get("/slow", slow)
    app.router.add_get("/elsewhere", elsewhere)
    app.router.add_route("*", "/{tail:.*}", echo)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_each_method_passes_with_path_body_and_cookies(
    method: str, client: Client, world: DemoWorld, upstream: str
) -> None:
    world.consent_upstream = upstream
    answer = await client.request(
        method,
        f"{URL}/v1/consent?x=%2F",
        data=None if method == "GET" else b'{"site":"larkspur"}',
        headers={"Content-Type": "text/plain", "Sec-GPC": "1", "X-Forwarded-For": "9.9.9.9", "Cookie": "c=3"},
    )
    assert answer.status == 201
    assert answer.set_cookies == ["a=1; Path=/", "b=2; Path=/"]
    assert f'"method": "{method}"' in answer.text
    assert '"path": "/v1/consent?x=%2F"' in answer.text
    for line in (
        '"X-Forwarded-For": "127.0.0.1"',
        '"X-Forwarded-Proto": "https"',
        '"X-Forwarded-Host": "consent.larkspur.example"',
        '"Host": "consent.larkspur.example"',
        '"Sec-GPC": "1"',
        '"Cookie": "c=3"',
    ):
        assert line in answer.text
    assert "9.9.9.9" not in answer.text


async def test_head_passes_without_a_body(client: Client, world: DemoWorld, upstream: str) -> None:
    world.consent_upstream = upstream
    answer = await client.request("HEAD", f"{URL}/packed")
    assert (answer.status, answer.body, answer.headers["ETag"]) == (200, b"", '"x"')


async def test_a_compressed_body_passes_as_it_is(client: Client, world: DemoWorld, upstream: str) -> None:
    world.consent_upstream = upstream
    answer = await client.get(f"{URL}/packed")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body) == b"packed"


async def test_a_stream_arrives_whole(client: Client, world: DemoWorld, upstream: str) -> None:
    world.consent_upstream = upstream
    assert (await client.get(f"{URL}/slow")).body == b"onetwothree"


async def test_a_redirect_is_the_visitors_to_follow(client: Client, world: DemoWorld, upstream: str) -> None:
    world.consent_upstream = upstream
    answer = await client.get(f"{URL}/elsewhere")
    assert (answer.status, answer.headers["Location"]) == (302, "/admin/")


async def test_without_a_server_the_answer_is_502(client: Client, world: DemoWorld) -> None:
    answer = await client.get(f"{URL}/w/larkspur.js")
    assert answer.status == 502
    assert "No consent server" in answer.text
    assert world.hits == []


async def test_a_server_that_is_gone_is_502_and_can_be_replaced(
    client: Client, world: DemoWorld, upstream: str, unused_tcp_port: int
) -> None:
    world.consent_upstream = f"http://127.0.0.1:{unused_tcp_port}"
    assert (await client.get(f"{URL}/healthz")).status == 502
    world.consent_upstream = upstream
    assert (await client.get(f"{URL}/healthz")).status == 201
