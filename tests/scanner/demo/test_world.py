"""A world of loopback hosts: dispatch by name on both ports, hits, and ports that close."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp import web

from scanner.demo.world import World, catch_all, routed
from tests.scanner.demo.client import Client

_routes = web.RouteTableDef()


@_routes.get("/hello")
async def hello(request: web.Request) -> web.Response:
    return web.Response(text=f"hello from {request.host.partition(':')[0]} over {request.scheme}")


async def everything(request: web.Request) -> web.Response:
    return web.Response(text=request.path)


class Small(World):
    url = "https://own.example/"
    own_hosts = frozenset({"own.example"})

    def applications(self) -> dict[str, web.Application]:
        return {"own.example": routed(_routes), "other.example": catch_all(everything)}


async def test_each_host_answers_by_its_name_on_both_ports_and_only_other_hosts_are_hits() -> None:
    async with Small() as world:
        client = Client(world)
        for scheme in ("http", "https"):
            answer = await client.get(f"{scheme}://own.example/hello")
            assert answer.text == f"hello from own.example over {scheme}"
        assert world.hits == []
        assert (await client.get("https://other.example/a?b=c")).text == "/a"
        assert (await client.get("https://nowhere.example/x")).status == 404
        assert [(hit.url, hit.status) for hit in world.hits] == [
            ("other.example/a?b=c", 200),
            ("nowhere.example/x", 404),
        ]
        world.clear_hits()
        assert world.hits == []
        await client.session.close()
        ports = (world.http_port, world.https_port)
        assert world.resolve == [f"*:80=127.0.0.1:{ports[0]}", f"*:443=127.0.0.1:{ports[1]}"]
        assert f"MAP *:80 127.0.0.1:{ports[0]}" in world.chromium_args[0]
        assert world.chromium_args[1].startswith("--ignore-certificate-errors-spki-list=")
    for port in ports:
        with pytest.raises(OSError, match="refused"):
            await asyncio.get_running_loop().run_in_executor(
                None, lambda port=port: socket.create_connection(("127.0.0.1", port), 2)
            )
