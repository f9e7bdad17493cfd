"""The construction that makes the log tamper-evident: commitments, batches and seals.

docs/consent-log.md has the whole of it with its threat model. In short, with ``|`` for concatenation, big-endian
integers and SHA-256 throughout:

    commitment = H("consentry commitment 1" 00 | salt[16] | payload)
    line       = kind[1] | time[8] | record_id[16] | commitment[32]
    seal       = H("consentry seal 1" 00 | writer[16] | number[8] | first[8] | sealed[8] | size[4] | previous[32] | lines)
    genesis    = H("consentry genesis 1" 00 | writer[16])        the seal before batch 1
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from typing import NamedTuple

from consent.store.entries import Seal, StoredEntry

SALT_BYTES = 16
LOCATOR_BYTES = 8
CLOCK_TOLERANCE_MS = 1000
"""A clock that runs back further than this between two batches is noted in the log."""

_COMMITMENT = b"consentry commitment 1\0"
_SEAL = b"consentry seal 1\0"
_GENESIS = b"consentry genesis 1\0"
_line = struct.Struct(">BQ16s32s").pack
_header = struct.Struct(">16sQQQI32s").pack


class Head(NamedTuple):
    """Where a chain stands: the last batch's number, its last entry's position, its seal and the time of sealing."""

    number: int
    position: int
    hash: bytes
    sealed: int


def genesis(writer: bytes) -> Head:
    """Return the head of a writer's chain before its first batch."""
    return Head(0, 0, hashlib.sha256(_GENESIS + writer).digest(), 0)


def commitment(salt: bytes, payload: bytes) -> bytes:
    """Return the salted commitment (32 bytes) by which a payload enters the chain.

    The salt (16 random bytes) is deleted with the payload, so that the commitment of an erased record says nothing
    about it, not even to somebody who guesses the record.
    """
    return hashlib.sha256(_COMMITMENT + salt + payload).digest()


def commitment_of(entry: StoredEntry) -> bytes | None:
    """Return a stored entry's commitment: computed where the payload is there, as stored where it was erased."""
    if entry.payload is None or entry.salt is None:
        return entry.commitment
    return commitment(entry.salt, entry.payload)


def line(kind: int, time: int, record_id: bytes, commitment: bytes) -> bytes:
    """Return the bytes by which one entry enters its batch's seal."""
    return _line(kind, time, record_id, commitment)


def seal(
    writer: bytes, head: Head, sealed: int, lines: Sequence[bytes], commitments: Sequence[bytes]
) -> Seal:
    """Seal the next batch after ``head``; its first entry is at ``head.position + 1``."""
    header = _header(writer, head.number + 1, head.position + 1, sealed, len(lines), head.hash)
    digest = hashlib.sha256(b"".join((_SEAL, header, *lines))).digest()
    locators = b"".join([value[:LOCATOR_BYTES] for value in commitments])
    return Seal(head.number + 1, head.position + 1, len(lines), sealed, digest, locators)


def after(seal: Seal) -> Head:
    """Return the head of the chain that ends with this seal."""
    return Head(seal.number, seal.last, seal.hash, seal.sealed)
