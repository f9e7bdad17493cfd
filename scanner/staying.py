"""Does a page stay? One that leads on by script or refresh is waited for until it rests, or until it has led on too often.

Each document of such a page loads whole, so that it looks quiet between two steps: a visit would end wherever it happened
to be. So a page that has moved by itself is given time to move again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

STAYS_S = 1.0
"""A document that has been loaded for so long without leading on is where the page stays."""
UNLOADED_S = 5.0
"""A navigation that loads nothing for so long (a download, an answer without content) leads nowhere."""
_LOOK_S = 0.1


class Staying:
    """Takes note of a page's documents and loads; times on the clock of ``time.monotonic``."""

    def __init__(self) -> None:
        self.moves = 0
        self._asked = 0.0
        self._loaded = 0.0

    def document(self) -> None:
        """A further document of the page itself was asked for."""
        self.moves += 1
        self._asked = time.monotonic()

    def loaded(self) -> None:
        """A document has loaded."""
        self._loaded = time.monotonic()

    def rests(self, now: float) -> bool:
        """Whether the page has come to where it stays."""
        if self._loaded >= self._asked:
            return now - self._loaded >= STAYS_S
        return now - self._asked >= UNLOADED_S

    async def settled(self, is_stopped: Callable[[], bool], *, until: float) -> bool:
        """Wait until the page rests or ``is_stopped``; False where it does neither until then (`time.monotonic`)."""
        while self.moves and not is_stopped() and not self.rests(time.monotonic()):
            if time.monotonic() >= until:
                return False
            await asyncio.sleep(_LOOK_S)
        return True
