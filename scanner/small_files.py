"""Read robots.txt and sitemaps through the browser, so that ``--resolve``, certificates and logins hold for them too.

The answer is taken from the network before the browser shows or saves it: no script runs, no download begins, and no
more is read than was asked for, however long the answer is.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from playwright.async_api import BrowserContext, CDPSession
from playwright.async_api import Error as PlaywrightError

from scanner.own_headers import OwnHeaders

_CHUNK = 256 * 1024


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a host answered; ``status`` is None where it could not be asked, ``cut`` is True where there was more."""

    status: int | None
    body: bytes = b""
    cut: bool = False


Fetch = Callable[[str, int], Awaitable[Answer]]
"""Reads a URL up to a number of bytes; never raises for what a host does."""


async def read(
    context: BrowserContext, url: str, limit: int, *, timeout_s: float, headers: OwnHeaders | None = None
) -> Answer:
    """Return what ``url`` answers after its redirects, at most ``limit`` bytes, as unpacked from its transport."""
    page = None
    try:
        async with asyncio.timeout(timeout_s):
            page = await context.new_page()
            if headers is not None:
                await headers.attach(await context.new_cdp_session(page))
            session = await context.new_cdp_session(page)
            found: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
            tasks: set[asyncio.Task[None]] = set()

            def paused(event: dict[str, Any]) -> None:
                task = asyncio.ensure_future(_take(session, event, limit, found))
                tasks.add(task)
                task.add_done_callback(tasks.discard)

            session.on("Fetch.requestPaused", paused)
            await session.send("Fetch.enable", {"patterns": [{"requestStage": "Response"}]})
            going = asyncio.ensure_future(page.goto(url, wait_until="commit"))
            try:
                ends: list[asyncio.Future[Any]] = [going, found]
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
                if not found.done() and tasks:  # the navigation ends once its answer is being taken
                    await asyncio.wait([found], timeout=timeout_s)
                return found.result() if found.done() else Answer(status=None)
            finally:
                going.cancel()
                for task in list(tasks):
                    task.cancel()
                await asyncio.gather(going, *tasks, return_exceptions=True)
    except (PlaywrightError, TimeoutError):
        return Answer(status=None)
    finally:
        if page is not None:
            with contextlib.suppress(PlaywrightError):
                await page.close()


async def _take(
    session: CDPSession, event: dict[str, Any], limit: int, found: asyncio.Future[Answer]
) -> None:
    """Follow a redirect, or take the answer and end the navigation."""
    request, status = {"requestId": event["requestId"]}, event.get("responseStatusCode")
    with contextlib.suppress(PlaywrightError):
        if status is not None and status in (301, 302, 303, 307, 308):
            await session.send("Fetch.continueRequest", request)
            return
        if found.done() or status is None:  # an error of the network: the navigation tells it
            await session.send("Fetch.continueRequest", request)
            return
        body, cut = bytearray(), False
        try:
            if status < 300:
                stream = (await session.send("Fetch.takeResponseBodyAsStream", request))["stream"]
                while True:
                    part = await session.send("IO.read", {"handle": stream, "size": _CHUNK})
                    data = part["data"]
                    body += base64.b64decode(data) if part.get("base64Encoded") else data.encode()
                    cut = len(body) > limit
                    if part.get("eof") or cut:
                        break
                await session.send("IO.close", {"handle": stream})
        finally:
            if not found.done():
                found.set_result(Answer(status=status, body=bytes(body[:limit]), cut=cut))
        await session.send("Fetch.failRequest", request | {"errorReason": "Aborted"})
