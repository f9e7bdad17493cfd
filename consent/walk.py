"""Walking a chain: its entries and seals a page at a time, and where in it something stands or belongs.

Memory stays the same for any length of the log.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from consent.store import Store, chain
from consent.store.entries import Seal, StoredEntry

PAGE = 2000
START = -(2**63)
"""Before every position that a database can hold: an entry that was slipped in at position 0 must not stay unseen."""


class Entries:
    """A chain's entries in order, those after a position, a page at a time."""

    def __init__(self, store: Store, writer: bytes, *, after: int = START) -> None:
        self._store = store
        self._writer = writer
        self._page: list[StoredEntry] = []
        self._after = after

    async def take(self, last: int) -> list[StoredEntry]:
        """Return the entries that were not taken yet, up to a position."""
        taken: list[StoredEntry] = []
        while True:
            if await self.first_left() is None:
                return taken
            while self._page and self._page[-1].position <= last:
                entry = self._page.pop()
                self._after = entry.position
                taken.append(entry)
            if self._page:
                return taken

    async def first_left(self) -> StoredEntry | None:
        """Return the next entry without taking it."""
        if not self._page:
            self._page = await self._store.entries(self._writer, after=self._after, limit=PAGE)
            self._page.reverse()
        return self._page[-1] if self._page else None


async def seals(store: Store, writer: bytes, after: int = START) -> AsyncIterator[Seal]:
    """Yield a chain's seals in order, those with numbers after ``after``."""
    while page := await store.seals(writer, after=after, limit=PAGE):
        for seal in page:
            yield seal
        after = page[-1].number


async def position_of(store: Store, writer: bytes, locator: bytes) -> int:
    """Return where the entry with this locator stands now, 0 where it is gone."""
    after = START
    while page := await store.entries(writer, after=after, limit=PAGE):
        after = page[-1].position
        for entry in page:
            if (chain.commitment_of(entry) or b"")[: chain.LOCATOR_BYTES] == locator:
                return entry.position
    return 0


async def sealed_position_of(store: Store, writer: bytes, locator: bytes) -> int:
    """Return the position at which a seal has this locator, 0 where none has."""
    async for seal in seals(store, writer):
        for number in range(0, len(seal.locators), chain.LOCATOR_BYTES):
            if seal.locators[number : number + chain.LOCATOR_BYTES] == locator:
                return seal.first + number // chain.LOCATOR_BYTES
    return 0


async def stands_at(store: Store, writer: bytes, position: int, locator: bytes) -> bool:
    """Return whether the entry with this locator stands at a position."""
    found = await store.entries(writer, after=position - 1, limit=1)
    return bool(found) and (
        found[0].position == position
        and (chain.commitment_of(found[0]) or b"")[: chain.LOCATOR_BYTES] == locator
    )


def id_text(record_id: bytes) -> str:
    """Return a record id as records write it; whatever else stands there, as Python would."""
    whole = isinstance(record_id, bytes) and len(record_id) == 16
    return str(UUID(bytes=record_id)) if whole else repr(record_id)


def name_of(entry: StoredEntry) -> str:
    """Name an entry in a sentence."""
    return f"The entry {id_text(entry.record_id)} at position {entry.position}"
