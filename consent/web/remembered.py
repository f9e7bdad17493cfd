"""A runner that remembers which route an address leads to: for the few addresses that nearly every request is for.

aiohttp looks a request's route up anew each time, by patterns and through objects that are made for it: a tenth of what the
answer to a consent event costs. What it finds for one method and path is always the same.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web
from aiohttp.web_server import Server

from consent.web.base import unrouted
from consent.web.event_connection import EventServer, is_possible

MOST = 512
"""Addresses that are remembered; where there are more, all are forgotten: somebody is trying them out."""

_CONTINUE = "100-continue"
"""The only expectation that there is (RFC 9110, section 10.1.1)."""

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_worth_it(path: str) -> bool:
    """Whether an address may be remembered: the widget's, and the one for events. None with a consent id is."""
    return path == "/v1/consent" or path.startswith("/w/")


class RememberingRunner(web.AppRunner):
    """`web.AppRunner`, but routes are looked up once, and connections answer events themselves (`consent.web.event_connection`). The application must have neither middlewares nor sub-applications."""

    async def _make_server(self) -> Server:
        server = await super()._make_server()
        server.request_handler = remembering(server.request_handler)  # type: ignore[assignment]  # it gets web.Request
        return EventServer(server, self.app) if is_possible(self.app) else server


def remembering(handle: _Handler) -> _Handler:
    """Make an application's handler remember the route of each `is_worth_it` address that it has been asked for.

    What no route's handler refuses, aiohttp does, as plain text; that becomes a problem like every other refusal.
    """
    known: dict[tuple[str, str], web.UrlMappingMatchInfo] = {}

    async def handled(request: web.Request) -> web.StreamResponse:
        message = request._message  # noqa: SLF001 - method and path as they came; the properties work on them
        key = (message.method, message.path)
        found = known.get(key)
        if found is not None and hdrs.EXPECT not in message.headers:
            request._match_info = found  # noqa: SLF001 - what the application's own handler does
            return await found.handler(request)
        if message.headers.get(hdrs.EXPECT, _CONTINUE).lower() != _CONTINUE:
            # aiohttp would refuse it, too, but quote it, and fails where it is no UTF-8.
            return unrouted(web.HTTPExpectationFailed())
        try:
            answer = await handle(request)
        except web.HTTPException as error:
            return unrouted(error)
        info = request._match_info  # noqa: SLF001 - unset where the route could not be looked up
        if info is not None and info.http_exception is None and is_worth_it(message.path):
            if len(known) >= MOST:
                known.clear()
            known[key] = info
        return answer

    return handled
