"""One task for each connection, and none for each request on it.

aiohttp makes a task for each request, so that what a handler sets in its context is gone with it. Here that is the request's id
alone, which is emptied instead. The task costs as much as parsing the event; from Python 3.12 on it costs little, as it begins at
once, so there aiohttp is left alone.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Coroutine
from typing import Any

from aiohttp.web_protocol import RequestHandler
from aiohttp.web_server import Server

from consent.logs import REQUEST_ID

_REQUEST = RequestHandler._handle_request.__code__  # noqa: SLF001 - how a request's coroutine is told from the connection's


class _Loop:
    """An event loop for aiohttp's connections, whose ``create_task`` gives a request's coroutine back to be awaited as it is."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        for name in ("create_future", "time", "call_at", "call_later", "call_soon"):
            setattr(self, name, getattr(loop, name))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)

    def create_task(self, coroutine: Coroutine[Any, Any, Any], **options: Any) -> Awaitable[Any]:
        if getattr(coroutine, "cr_code", None) is _REQUEST:
            REQUEST_ID.set("")
            return coroutine
        return self._loop.create_task(coroutine, **options)


def spare_tasks(server: Server) -> None:
    """Have the connections of a server answer their requests in their own tasks."""
    if sys.version_info < (3, 12):
        server._loop = _Loop(server._loop)  # type: ignore[assignment]  # noqa: SLF001 - which it gives to its connections
