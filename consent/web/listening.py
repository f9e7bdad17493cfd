"""The listening socket: a client that does not send a request in time is let go.

aiohttp gives a new connection as long for its first request's head as it gives others between requests, so whoever opens
thousands and sends a byte now and then would hold them that long. A body has a time of its own (`consent.web.base.body_of`).
"""

from __future__ import annotations

import asyncio
import socket

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

HEAD_S = 10.0
"""A browser sends its request at once; a slow phone within a second or two."""
KEEP_ALIVE_S = 75.0
"""For so long a connection may stay without a request (what nginx keeps, too)."""


class PatientSite(web.SockSite):
    """A site on a bound socket, as `web.SockSite`, patient for ``head_s`` seconds with each new connection."""

    __slots__ = ("_head_s",)

    def __init__(
        self, runner: web.AppRunner, sock: socket.socket, *, head_s: float = HEAD_S, backlog: int = 128
    ) -> None:
        super().__init__(runner, sock, backlog=backlog)
        self._head_s = head_s

    async def start(self) -> None:
        """Begin to listen."""
        await web.BaseSite.start(self)
        loop = asyncio.get_running_loop()
        server = self._runner.server
        assert server is not None  # noqa: S101 - for the type checker: the runner is set up

        def connected() -> RequestHandler:
            handler: RequestHandler = server()
            loop.call_later(self._head_s, _let_go, handler)
            return handler

        self._server = await loop.create_server(connected, sock=self._sock, backlog=self._backlog)


def _let_go(handler: RequestHandler) -> None:
    """Close a connection that has brought no whole request head; once it has, aiohttp's own times hold."""
    transport = handler.transport
    # aiohttp tells this nowhere else: no request in work, none waiting, none answered before.
    idle = (
        handler._current_request is None  # noqa: SLF001 - see above
        and not handler._messages  # noqa: SLF001 - see above
        and handler._request_count == 0  # noqa: SLF001 - see above
    )
    if transport is not None and idle:
        transport.abort()
