"""Keeping the numbers up to the log: by position in each writer's chain, in the background, a page at a time.

Any number of processes may do this on one database. Each page is added in one transaction that also marks the chain as
counted up to there, and comes to nothing where another process was faster; so it can be stopped anywhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections import Counter
from itertools import islice

import msgspec

from consent.model.errors import ConfigError, ConsentryError
from consent.statistics.counting import Kind, read, tallies
from consent.store import Store
from consent.store.statistics_store import Chain

logger = logging.getLogger("consentry.statistics")

EVERY_S = 5.0
"""How often the background counts what has come since."""
PAGE = 2000
"""Records counted in one transaction beside the server's batches: it takes as long as a few of those."""
SLICE = 64
"""Records read before requests are let in between: half a millisecond. On another thread it would cost more, as the two
would take the interpreter's lock from each other for each record."""
LARGE_PAGE = 20_000
"""The same for a command, which nobody's request waits behind."""
BEFORE_ERASURE = 200_000
"""So many records are counted before one is erased. More than that wait only where a log is counted for the first time, and
there a visitor's right goes before a figure."""
_NOTICES_KEPT = 1000


class _Notice(msgspec.Struct, frozen=True):
    """Of a notice's content (`consent.banner`): its texts by language."""

    texts: dict[str, msgspec.Raw] = {}


_notice = msgspec.json.Decoder(_Notice).decode


class RollUp:
    """Counts what a log has that was not counted yet. ``unreadable`` counts the records that could not be."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._languages: dict[str, frozenset[str]] = {}
        self.unreadable = 0

    async def catch_up(
        self, *, page: int = PAGE, most: int | None = None, stop: asyncio.Event | None = None
    ) -> int:
        """Count what the log has now; returns how many records this call counted.

        With ``most`` it ends after about so many, even if there are more. With ``stop`` it is gentle: it pauses after each
        page for as long as that took, and ends after the page in hand once that is set.
        """
        counted = 0
        if len(self._languages) > _NOTICES_KEPT:
            self._languages.clear()
        for chain in await self._store.counted():
            end = chain.last
            current: Chain | None = chain
            while current is not None and current.counted < end and (most is None or counted < most):
                began = time.monotonic()
                records = await self._next(current, page)
                counted += records
                current = await self._again(current.writer)
                if stop is not None and await _is_set(stop, within_s=time.monotonic() - began):
                    return counted
        return counted

    async def _next(self, chain: Chain, page: int) -> int:
        """Count one page; returns its records, 0 where another process was faster."""
        found = await self._store.uncounted(chain, limit=page)
        kinds: Counter[Kind] = Counter()
        unreadable = 0
        while some := list(islice(found.payloads, SLICE)):
            read_kinds, failed = read(some)
            kinds.update(read_kinds)
            unreadable += failed
            await asyncio.sleep(0)
        for version in {kind.notice for kind in kinds} - self._languages.keys():
            await self._look_up(version)
        added = tallies(kinds, self._languages)
        if not await self._store.count(chain, found.last, added):
            return 0
        if unreadable:
            self.unreadable += unreadable
            logger.warning("%d records cannot be read, and are not counted: consentry log verify", unreadable)
        return sum(kinds.values())

    async def _again(self, writer: bytes) -> Chain | None:
        return next((chain for chain in await self._store.counted() if chain.writer == writer), None)

    async def _look_up(self, version: str) -> None:
        notice = await self._store.notice(version)
        try:
            texts = _notice(notice.content).texts if notice else {}
        except msgspec.DecodeError:
            texts = {}
        self._languages[version] = frozenset(texts)


async def _is_set(event: asyncio.Event, *, within_s: float) -> bool:
    """Wait for an event, for so long at most; returns whether it came."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), within_s)
    return event.is_set()


async def keep_up(store: Store, stop: asyncio.Event, *, every_s: float = EVERY_S) -> None:
    """Count what comes until ``stop`` is set; whatever fails is tried again the next time.

    It is stopped by the event and not by cancelling it: that would cut a transaction off, and the connection with it.
    """
    roll_up = RollUp(store)
    # Not all processes on one database at the same moment: what two count at once, one counts in vain.
    while not await _is_set(stop, within_s=every_s * random.uniform(0.8, 1.2)):  # noqa: S311 - nothing to be guessed
        try:
            await roll_up.catch_up(stop=stop)
        except ConsentryError as error:
            logger.warning("Statistics could not be counted: %s", error)


async def count_before_erasure(store: Store) -> None:
    """Count what is not counted yet, so that the records to be erased, which are in the log already, stay counted.

    Whatever goes wrong is logged: no erasure waits for statistics.
    """
    try:
        await RollUp(store).catch_up(most=BEFORE_ERASURE)
    except ConsentryError as error:
        logger.warning("Records are erased that may be not counted: %s", error)


async def waiting(store: Store) -> int:
    """Return how many entries of the log were not looked at yet."""
    return sum(max(0, chain.last - chain.counted) for chain in await store.counted())


async def rebuild(store: Store, *, without_erased: bool = False) -> int:
    """Count the whole log anew; returns how many records that were.

    Erased records cannot be counted again. Where there are any, raises `ConfigError` and leaves all as it is, unless that
    is wanted (``without_erased``).
    """
    if not without_erased and (erased := await store.erased()):
        raise ConfigError(
            f"{erased:,} erased record(s) were counted when they came, and cannot be counted again.",
            hint="Keep the numbers as they are, or give --without-erased to count only what is still there.",
        )
    await store.forget_counts()
    return await RollUp(store).catch_up(page=LARGE_PAGE)
