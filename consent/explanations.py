"""What happened to an entry that is not what was sealed at its position: altered, moved, copied, inserted, or gone.

The chain is read once more for it, so this costs as much as the whole verification; it is done for the first wrong one.
"""

from __future__ import annotations

from typing import NoReturn

from consent import walk
from consent.faults import Fault, Place
from consent.store import Store, chain
from consent.store.entries import StoredEntry
from consent.walk import name_of


async def explain(
    store: Store, place: Place, entry: StoredEntry, commitment: bytes, expected: bytes
) -> NoReturn:
    """Tell how another entry came to stand at a position than the seal has there; reads the chain once more."""
    actual = commitment[: chain.LOCATOR_BYTES]
    moved_to = await walk.position_of(store, place.writer, expected)
    belongs_at = await walk.sealed_position_of(store, place.writer, actual)
    position = entry.position
    if belongs_at and await walk.stands_at(store, place.writer, belongs_at, actual):
        place.fail(
            Fault.DUPLICATED,
            f"At position {position} stands a copy of the entry at position {belongs_at}.",
            entry,
        )
    if moved_to and belongs_at:
        place.fail(
            Fault.REORDERED,
            f"At position {position} stands the entry that belongs at {belongs_at}; its own is now at {moved_to}.",
            entry,
        )
    if moved_to:
        place.fail(
            Fault.INSERTED,
            f"{name_of(entry)} was inserted: the entry that was sealed there is now at position {moved_to}.",
            entry,
        )
    if belongs_at:
        place.fail(
            Fault.MISSING,
            f"The entry that was sealed at position {position} is missing; the one from {belongs_at} stands there.",
            position=position,
        )
    place.fail(Fault.ALTERED, f"{name_of(entry)} was altered: it is not what was sealed there.", entry)


async def explain_unsealed(store: Store, place: Place, entry: StoredEntry) -> NoReturn:
    """Tell how an entry came to stand where no seal covers it."""
    same = [other for other in await store.find(entry.record_id) if other != entry]
    if same:
        place.fail(
            Fault.DUPLICATED,
            f"{name_of(entry)} is a copy of the one at position {same[0].position} and covered by no seal.",
            entry,
        )
    place.fail(
        Fault.INSERTED,
        f"{name_of(entry)} is covered by no seal: it was inserted, or the seals after batch {place.head.number} were"
        " removed.",
        entry,
    )
