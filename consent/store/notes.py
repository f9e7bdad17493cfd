"""The log's entries about itself: what was erased, and where the machine's clock was set back.

They are committed and sealed as the records are, so that an erasure is as provable as a consent. Neither holds anything
that leads to a visitor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
import uuid_utils

from consent.model.records import SCHEMA_VERSION
from consent.store.entries import EntryKind, NewEntry

Reason = Literal["visitor", "operator", "retention"]


class ErasureNote(msgspec.Struct, frozen=True, kw_only=True):
    """The records with these ids were erased: at the visitor's own request, the operator's, or by retention."""

    schema_version: str = SCHEMA_VERSION
    kind: Literal["erasure"] = "erasure"
    record_id: str
    reason: Reason
    records: tuple[str, ...]


class ClockNote(msgspec.Struct, frozen=True, kw_only=True):
    """The clock read ``was`` when the batch before was sealed, and reads ``now``: milliseconds since 1970.

    Without this note, a record with an earlier time than the batch before it would look back-dated.
    """

    schema_version: str = SCHEMA_VERSION
    kind: Literal["clock"] = "clock"
    record_id: str
    was: int
    now: int


def erasure_note(records: Sequence[str], *, reason: Reason) -> NewEntry:
    """Return the entry that records an erasure."""
    record_id = uuid_utils.uuid7()
    note = ErasureNote(record_id=str(record_id), reason=reason, records=tuple(records))
    time = uuid7_time(record_id.bytes)
    return NewEntry(
        EntryKind.ERASURE, time, record_id.bytes, None, None, None, None, msgspec.json.encode(note)
    )


def clock_note(*, was: int, now: int) -> NewEntry:
    """Return the entry that records a step back."""
    record_id = uuid_utils.uuid7()
    payload = msgspec.json.encode(ClockNote(record_id=str(record_id), was=was, now=now))
    return NewEntry(EntryKind.CLOCK, now, record_id.bytes, None, None, None, None, payload)


def uuid7_time(record_id: bytes) -> int:
    """Return the time in a UUIDv7 (RFC 9562, 5.7: the first 48 bits), in milliseconds since 1970."""
    return int.from_bytes(record_id[:6], "big")
