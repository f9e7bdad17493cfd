"""Headers that open a site which is not public (a staging login), sent to its own hosts and to nobody else.

Playwright's own headers go to every third party as well. These are added where a request leaves: to the exact origins that
were named, never to a tracker under the site's domain, and not to where such a request is redirected (the overrides of
``Fetch.continueRequest`` end with the hop).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import CDPSession
from playwright.async_api import Error as PlaywrightError


class OwnHeaders:
    """Adds ``headers`` to the requests to the origin of ``start_url`` and to ``hosts`` under the same scheme."""

    def __init__(self, headers: Sequence[tuple[str, str]], start_url: str, hosts: Iterable[str] = ()) -> None:
        home = urlsplit(start_url)
        self._headers = tuple(headers)
        self._patterns = [f"{home.scheme}://{host}/*" for host in dict.fromkeys((home.netloc, *hosts))]
        self._tasks: set[asyncio.Task[None]] = set()

    async def attach(self, session: CDPSession) -> None:
        """Add them to what the session's page and its own frames request from now on; without headers, do nothing."""
        if not self._headers:
            return

        def paused(event: dict[str, Any]) -> None:
            task = asyncio.ensure_future(self._go_on(session, event))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        session.on("Fetch.requestPaused", paused)
        patterns = [{"urlPattern": pattern, "requestStage": "Request"} for pattern in self._patterns]
        await session.send("Fetch.enable", {"patterns": patterns})

    async def _go_on(self, session: CDPSession, event: dict[str, Any]) -> None:
        given = {name.lower(): (name, value) for name, value in event["request"]["headers"].items()}
        given |= {name.lower(): (name, value) for name, value in self._headers}
        headers = [{"name": name, "value": value} for name, value in given.values()]
        try:
            await session.send("Fetch.continueRequest", {"requestId": event["requestId"], "headers": headers})
        except PlaywrightError:
            return  # the page is gone, and its request with it
