"""The isolated worlds that the driver keeps in a page's frames, which our questions may share.

Playwright makes a JavaScript world of its own in each frame, out of reach of the page's scripts. Making another of ours
beside it costs a page about four milliseconds of its renderer's time, and two round trips for each frame.
"""

from __future__ import annotations

from typing import Any

from playwright.async_api import CDPSession

from scanner.browser.raw_events import listen

_NAME = "__playwright_utility_world"


class DriverWorlds:
    """Knows, frame by frame, the execution context of the driver's world as long as there is one."""

    def __init__(self) -> None:
        self._worlds: dict[str, int] = {}

    def watch(self, session: CDPSession) -> None:
        """Listen on a page's session; it needs ``Runtime.enable`` to tell anything."""
        listen(session, "Runtime.executionContextCreated", self._created)
        listen(session, "Runtime.executionContextDestroyed", self._destroyed)
        listen(session, "Runtime.executionContextsCleared", lambda _: self._worlds.clear())

    def of(self, frame: str) -> int | None:
        """Return the context's id for the frame with this id, or None where nothing is known."""
        return self._worlds.get(frame)

    def all(self) -> list[int]:
        """Return the contexts of all frames that are known."""
        return list(self._worlds.values())

    def _created(self, event: dict[str, Any]) -> None:
        context = event["context"]
        about = context.get("auxData") or {}
        if about.get("type") == "isolated" and str(context.get("name", "")).startswith(_NAME):
            self._worlds[str(about.get("frameId", ""))] = int(context["id"])

    def _destroyed(self, event: dict[str, Any]) -> None:
        gone = int(event["executionContextId"])
        for frame in [frame for frame, context in self._worlds.items() if context == gone]:
            del self._worlds[frame]
