"""A window is held until it is listened to, so that not even its first request is missed."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from scanner.browser.launch import launched
from scanner.browser.windows import Window, second_line


async def test_a_window_without_an_opener_waits_until_it_is_released() -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(text="<a id=a target=_blank href='/popup'>x</a>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    met: list[Window] = []
    there = asyncio.Event()

    async def on_window(window: Window) -> None:
        if not window.opener:
            await window.let_be()
            return
        met.append(window)
        there.set()

    async with TestServer(app) as server, launched() as running:
        async with second_line(running.browser, on_window):
            page = await (await running.new_context()).new_page()
            await page.goto(str(server.make_url("/")))
            await page.evaluate("a.click()")
            async with asyncio.timeout(15):
                await there.wait()
            (window,) = met
            assert not window.in_hand
            sent: list[str] = []
            finished = asyncio.Event()

            def heard(event: dict[str, Any]) -> None:
                sent.append(event["request"]["url"])
                finished.set()

            window.on("Network.requestWillBeSent", heard)
            await window.post([("Network.enable", {}), ("Page.enable", {})])
            assert asked == ["/"], "it is still held"
            await window.release()
            async with asyncio.timeout(15):
                await finished.wait()
            assert sent == [str(server.make_url("/popup"))]
            answered = await window.send("Runtime.evaluate", {"expression": "6 * 7"})
            assert answered["result"]["value"] == 42
            await window.close()
            assert window.gone.is_set()
        # Once the line has ended, nobody is held any more.
        async with asyncio.timeout(15):
            await (await page.context.new_page()).goto(str(server.make_url("/after")))
        assert asked == ["/", "/popup", "/after"]
