"""Let the collectors that touch a page do so, after everything else has been seen on it.

What a collector does here (typing) may wake what only a visitor's hand wakes, so that nothing that is judged as the
page's own doing may come after it.
"""

from __future__ import annotations

import asyncio

from scanner.visit import OpenPage

TIMEOUT_S = 8.0
_AFTER_S = 1.2


async def touch(opened: OpenPage) -> None:
    """Call each collector's ``interact``, and wait for what that causes; a failure costs only the collector's data."""
    if opened.status != "ok" or not opened.alive:
        return
    touched = False
    for collector in opened.collectors:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                touched |= await collector.interact(opened.watched)
        except Exception as error:  # noqa: BLE001 - a collector costs only its own data
            touched = True
            opened.watched.scene.note(
                f"{collector.id} on {opened.url}: {type(error).__name__}: {error}"[:300]
            )
    if touched:
        opened.quiet.restart()
        await opened.quiet.settled(cap_s=_AFTER_S)
