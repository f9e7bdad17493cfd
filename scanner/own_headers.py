"""Headers that open a site which is not public (a staging login), sent to its own hosts and to nobody else.

Playwright's own headers go to every third party as well. These are added where a request leaves: to the exact origins that
were named, never to a tracker under the site's domain, and not to where such a request is redirected (the overrides of
``Fetch.continueRequest`` end with the hop).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import CDPSession
from playwright.async_api import Error as PlaywrightError

from scanner.browser.targets import PAUSED, Command, PageTargets, TargetGone

_CHILDREN = ("iframe",)
"""Children whose every request can be held; a worker's cannot (docs/crawl.md says which of them, and why)."""

Reply = Callable[[str, dict[str, Any]], Awaitable[Any]]


class OwnHeaders:
    """Adds ``headers`` to the requests to the origin of ``start_url`` and to ``hosts`` under the same scheme."""

    def __init__(self, headers: Sequence[tuple[str, str]], start_url: str, hosts: Iterable[str] = ()) -> None:
        home = urlsplit(start_url)
        self._headers = tuple(headers)
        self._patterns = [f"{home.scheme}://{host}/*" for host in dict.fromkeys((home.netloc, *hosts))]
        self._tasks: set[asyncio.Task[None]] = set()

    async def attach(self, session: CDPSession, targets: PageTargets | None = None) -> None:
        """Add them to what the session's page and its own frames request from now on; without headers, do nothing.

        With ``targets`` also to what its frames request that have a process of their own.
        """
        if not self._headers:
            return
        enable: Command = (
            "Fetch.enable",
            {"patterns": [{"urlPattern": one, "requestStage": "Request"} for one in self._patterns]},
        )

        if targets is not None:
            children = targets

            def of_child(child: str, event: dict[str, Any]) -> None:
                self._start(lambda method, params: children.send(method, params, child=child), event)

            targets.pause_requests(enable, _CHILDREN, of_child)
        session.on(PAUSED, lambda event: self._start(session.send, event))
        await session.send(*enable)

    def _start(self, reply: Reply, event: dict[str, Any]) -> None:
        task = asyncio.ensure_future(self._go_on(reply, event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _go_on(self, reply: Reply, event: dict[str, Any]) -> None:
        given = {name.lower(): (name, value) for name, value in event["request"]["headers"].items()}
        given |= {name.lower(): (name, value) for name, value in self._headers}
        headers = [{"name": name, "value": value} for name, value in given.values()]
        try:
            await reply("Fetch.continueRequest", {"requestId": event["requestId"], "headers": headers})
        except (PlaywrightError, TargetGone):
            return  # the page is gone, and its request with it
