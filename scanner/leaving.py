"""Which pages wait to be left: a beacon sent in ``pagehide`` is told only where the tab is closed, not where it moves on.

When a tab goes to another document, DevTools lets go of the old one before its last events: what is sent then leaves the
browser untold. When a tab is closed, the page stays listened to until it is gone. Closing costs the next page a new tab,
a third of a page's time, so that only pages with such listeners are closed, and of them the first of the plan: tags
that report a visitor's leaving do so on every page.
"""

from __future__ import annotations

from typing import Any

from scanner.browser.targets import PageTargets, TargetGone
from scanner.browser.worlds import ask_frames

FIRST_PAGES = 10
"""Pages of the plan that are closed rather than left; decided by the plan alone, so that runs agree."""
_EVENTS = frozenset({"pagehide", "visibilitychange", "unload", "freeze"})
_GROUP = "consentry-leaving"
_LINGER = """(() => { addEventListener("unload", () => {
  const end = performance.now() + 60;
  while (performance.now() < end);
}); return true; })()"""
"""The last event of a document; what was sent before it is told while it lasts, and might be lost with the page otherwise."""


async def waits_to_be_left(number: int, targets: PageTargets) -> bool:
    """Whether the page with this number in the plan is to be closed: scripts of its document wait for its end.

    Such a page is made to end slowly enough to be heard to its end.
    """
    if number >= FIRST_PAGES or targets.hung:
        return False
    try:
        for owner in ("window", "document"):
            if _EVENTS & await _listened_for(owner, targets):
                await ask_frames(targets, _LINGER, main_only=True)
                return True
        await targets.send("Runtime.releaseObjectGroup", {"objectGroup": _GROUP})
    except (TargetGone, KeyError):
        return False
    return False


async def _listened_for(owner: str, targets: PageTargets) -> set[str]:
    answer: dict[str, Any] = await targets.send(
        "Runtime.evaluate", {"expression": owner, "objectGroup": _GROUP}
    )
    told = await targets.send(
        "DOMDebugger.getEventListeners", {"objectId": answer["result"]["objectId"], "depth": 0}
    )
    return {str(listener.get("type")) for listener in told.get("listeners", ())}
