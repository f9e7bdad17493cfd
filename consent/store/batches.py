"""One batch made ready to be stored: salts, commitments and the seal, computed once before either store writes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from consent.store import chain
from consent.store.entries import NewEntry, Seal
from consent.store.notes import clock_note


class Batch(NamedTuple):
    """Entries in their order, each with the form in which its payload is stored and its salt; and the seal over them."""

    entries: Sequence[NewEntry]
    packed: Sequence[bytes]
    salts: Sequence[bytes]
    seal: Seal


def batch_of(
    writer: bytes, head: chain.Head, now: int, entries: Sequence[NewEntry], packed: Sequence[bytes]
) -> Batch:
    """Seal entries as the batch after ``head`` at ``now`` (ms). A clock that was set back is noted as its first entry."""
    if now < head.sealed - chain.CLOCK_TOLERANCE_MS:
        note = clock_note(was=head.sealed, now=now)
        entries, packed = [note, *entries], [note.payload, *packed]
    size = chain.SALT_BYTES
    random = os.urandom(size * len(entries))
    salts = [random[start : start + size] for start in range(0, len(random), size)]
    commitments = [chain.commitment(salt, entry.payload) for salt, entry in zip(salts, entries, strict=True)]
    lines = [
        chain.line(entry.kind, entry.time, entry.record_id, commitment)
        for entry, commitment in zip(entries, commitments, strict=True)
    ]
    return Batch(entries, packed, salts, chain.seal(writer, head, now, lines, commitments))
