"""Share the tabs of a crawl among the passes that run at the same time.

Without shares, the pass that asks first fills all the tabs, then the next opens as many again in its own context, and the
idle ones of the first stay in memory. With them, each pass keeps to a few tabs and uses them over and over.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType


class Sharing:
    """Divides the tabs evenly among the passes that are open; each may have one in any case.

    ``alone`` is how many a pass may have that is the only one, ``several`` how many several have together.
    """

    def __init__(self, alone: int, several: int) -> None:
        self._alone = alone
        self._several = several
        self._passes: list[Seats] = []

    def room(self, seats: Seats) -> int:
        """How many tabs one pass may have open now; what does not divide evenly is for those that came first."""
        passes = len(self._passes)
        if passes == 1:
            return max(1, self._alone)
        each, more = divmod(self._several, passes)
        return max(1, each + (self._passes.index(seats) < more))

    @asynccontextmanager
    async def seats(self) -> AsyncIterator[Seats]:
        """Open one pass; when it ends, what it had is shared among the others."""
        mine = Seats(self)
        self._passes.append(mine)
        try:
            yield mine
        finally:
            self._passes.remove(mine)
            for other in self._passes:
                other.wake()


class Seats:
    """The places of one pass, an asynchronous context manager: its pages take one each, first come, first served."""

    def __init__(self, sharing: Sharing) -> None:
        self._sharing = sharing
        self._taken = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def wake(self) -> None:
        """Seat those who wait, as far as there is room."""
        while self._waiting and self._taken < self._sharing.room(self):
            place = self._waiting.popleft()
            if not place.done():
                self._taken += 1
                place.set_result(None)

    async def __aenter__(self) -> None:
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        self.wake()
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():  # seated and cancelled at once
                self._leave()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        self._taken -= 1
        self.wake()
