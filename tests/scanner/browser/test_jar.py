"""A jar that was read can be put into another context as it was."""

from __future__ import annotations

from typing import Any

from scanner.browser.jar import ContextJar
from scanner.browser.launch import launched


def told(cookies: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        cookie["name"]: {key: cookie[key] for key in sorted(cookie) if key != "size"} for cookie in cookies
    }


async def test_cookies_pass_from_one_context_to_another_with_all_that_they_have() -> None:
    async with launched() as running:
        first, second = await running.new_context(), await running.new_context()
        await first.add_cookies(
            [
                {"name": "host", "value": "1", "url": "https://www.shop.example/a/b"},
                {"name": "plain", "value": "", "url": "http://www.shop.example/"},
                {
                    "name": "wide", "value": "2", "domain": ".shop.example", "path": "/x", "httpOnly": True,
                    "secure": True, "sameSite": "None", "expires": 4_000_000_000,
                },
                {
                    "name": "parted", "value": "3", "domain": ".track.example", "path": "/", "secure": True,
                    "sameSite": "None", "partitionKey": "https://shop.example",
                },
            ]
        )  # fmt: skip
        jar = ContextJar(first)
        before = await jar.read()
        assert {cookie["name"] for cookie in before} == {"host", "plain", "wide", "parted"}
        other = ContextJar(second)
        impossible = {
            "name": "__Host-x",
            "value": "",
            "domain": ".shop.example",
            "path": "/x",
            "secure": False,
        }
        assert await other.add([*before, impossible]) == ["__Host-x"]
        assert told(await other.read()) == told(before)
        assert first.pages == second.pages == []
