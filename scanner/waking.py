"""Wake the frames of a page that Chromium leaves paused where a window was opened while they were loading.

A renderer that DevTools holds until a new window is listened to pauses all its pages meanwhile, and lets those run again
that it knows then. A frame whose document is on its way at that moment is not among them: it comes paused and stays so,
its pictures and its own frames never load, and the page's load event never fires. That is so with any driver that holds
new windows, Playwright among them (measured with Chromium 156: a fifth of such pages). The end of any dialog lets every
page of the renderer run again. So a dialog is asked for, in a world of our own where the page's scripts cannot notice
it, a few times after each window: before the frame's document has come it would be in vain.
"""

from __future__ import annotations

import asyncio
import contextlib
import json

from playwright.async_api import CDPSession
from playwright.async_api import Error as PlaywrightError

PAUSES_S = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Seconds before the first dialog and between two, so that one comes soon after a frame's document, early or late."""
_ANSWER_S = 1.0
_WORLD = "consentry-waking"


class Waking:
    """Wakes the pages of one tab's renderer. ``question`` is what the dialog asks, and whoever answers dialogs knows.

    Windows that live in another renderer than the tab's page are not reached.
    """

    def __init__(self, session: CDPSession, question: str) -> None:
        self.question = question
        self._session = session
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Begin, or begin anew: a window was opened."""
        self.end()
        self._task = asyncio.get_running_loop().create_task(self._run())

    def end(self) -> None:
        """Wake nobody any more: the page is left."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        for pause_s in PAUSES_S:
            await asyncio.sleep(pause_s)
            # One that keeps its scripts running answers late or never: that is for others to tell.
            with contextlib.suppress(PlaywrightError, TimeoutError):
                async with asyncio.timeout(_ANSWER_S):
                    await self._wake()

    async def _wake(self) -> None:
        tree = await self._session.send("Page.getFrameTree")
        world = await self._session.send(
            "Page.createIsolatedWorld", {"frameId": tree["frameTree"]["frame"]["id"], "worldName": _WORLD}
        )
        await self._session.send(
            "Runtime.evaluate",
            {
                "expression": f"void prompt({json.dumps(self.question)})",
                "contextId": world["executionContextId"],
            },
        )
