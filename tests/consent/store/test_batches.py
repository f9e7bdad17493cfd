from __future__ import annotations

import msgspec

from consent.store import chain
from consent.store.batches import batch_of
from consent.store.entries import EntryKind, NewEntry
from consent.store.notes import ClockNote

WRITER = b"w" * 16


def entry(number: int) -> NewEntry:
    return NewEntry(0, number, bytes(16), "larkspur", f"visitor-{number}", "event", 1, b"payload %d" % number)


def test_a_batch_has_a_salt_of_its_own_for_each_entry_and_the_seal_over_their_commitments() -> None:
    entries = [entry(number) for number in range(3)]
    batch = batch_of(WRITER, chain.genesis(WRITER), 1_000, entries, [b"a", b"b", b"c"])
    assert len(set(batch.salts)) == 3
    assert {len(salt) for salt in batch.salts} == {chain.SALT_BYTES}
    commitments = [
        chain.commitment(*pair) for pair in zip(batch.salts, (e.payload for e in entries), strict=True)
    ]
    lines = [chain.line(0, e.time, e.record_id, c) for e, c in zip(entries, commitments, strict=True)]
    assert batch.seal == chain.seal(WRITER, chain.genesis(WRITER), 1_000, lines, commitments)
    assert (batch.entries, batch.packed) == (entries, [b"a", b"b", b"c"])


def test_a_clock_that_was_set_back_is_the_batchs_first_entry() -> None:
    head = chain.Head(7, 70, bytes(32), 5_000)
    small = batch_of(WRITER, head, 5_000 - chain.CLOCK_TOLERANCE_MS, [entry(1)], [b"a"])
    assert [one.kind for one in small.entries] == [EntryKind.RECORD]
    batch = batch_of(WRITER, head, 3_000, [entry(1)], [b"a"])
    assert [one.kind for one in batch.entries] == [EntryKind.CLOCK, EntryKind.RECORD]
    assert len(batch.packed) == len(batch.salts) == batch.seal.size == 2
    note = msgspec.json.decode(batch.entries[0].payload, type=ClockNote)
    assert (note.was, note.now) == (5_000, 3_000)
