"""A plain client that speaks to the demo world as a browser would, but without one."""

from __future__ import annotations

from typing import Any

import aiohttp
from yarl import URL

from scanner.demo.world import World


class _Resolver(aiohttp.abc.AbstractResolver):
    """Every name is this machine."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[aiohttp.abc.ResolveResult]:
        return [
            {"hostname": host, "host": "127.0.0.1", "port": port, "family": 2, "proto": 0, "flags": 0},
        ]

    async def close(self) -> None:
        pass


class Client:
    """Asks one demo world; names are written as in a browser, ports are added here."""

    def __init__(self, world: World) -> None:
        self.world = world
        connector = aiohttp.TCPConnector(resolver=_Resolver(), ssl=False)
        self.session = aiohttp.ClientSession(
            connector=connector, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
        )

    async def request(
        self, method: str, url: str, *, headers: dict[str, str] | None = None, **more: Any
    ) -> Answer:
        scheme, _, rest = url.partition("://")
        host, slash, path = rest.partition("/")
        port = self.world.https_port if scheme == "https" else self.world.http_port
        async with self.session.request(
            method,
            URL(f"{scheme}://{host}:{port}{slash}{path}", encoded=True),
            headers={"Host": host} | (headers or {}),
            allow_redirects=False,
            **more,
        ) as answer:
            return Answer(answer, await answer.read())

    async def get(self, url: str, **more: Any) -> Answer:
        return await self.request("GET", url, **more)


class Answer:
    """Status, headers and body of one answer."""

    def __init__(self, answer: aiohttp.ClientResponse, body: bytes) -> None:
        self.status = answer.status
        self.headers = answer.headers
        self.body = body

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def set_cookies(self) -> list[str]:
        return list(self.headers.getall("Set-Cookie", []))

    @property
    def cookies(self) -> dict[str, str]:
        pairs = (line.partition(";")[0].partition("=") for line in self.set_cookies)
        return {name: value for name, _, value in pairs}
