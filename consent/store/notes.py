"""The log's entries about itself: what was erased, where the machine's clock was set back, what administrators did.

They are committed and sealed as the records are, so that an erasure is as provable as a consent. None holds anything
that leads to a visitor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
import uuid_utils

from consent.store.entries import EntryKind, NewEntry

SCHEMA_VERSION = "consentry/1"
"""Of the notes below; records have a version of their own."""

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


class AuditNote(msgspec.Struct, frozen=True, kw_only=True):
    """An administrator's action: who did what to which site (empty: to none, or to all), and with which details.

    It is stored before the action. Where that came to nothing, a second note with ``outcome`` failed says so, and
    ``follows`` names the first.
    """

    schema_version: str = SCHEMA_VERSION
    kind: Literal["audit"] = "audit"
    record_id: str
    actor: str
    action: str
    site: str
    details: dict[str, str]
    outcome: Literal["begun", "failed"] = "begun"
    follows: str = ""


def audit_note(
    *, actor: str, action: str, site: str = "", details: dict[str, str] | None = None, follows: str = ""
) -> NewEntry:
    """Return the entry that records an action, or with ``follows`` (a record id) that it failed."""
    record_id = uuid_utils.uuid7()
    note = AuditNote(
        record_id=str(record_id),
        actor=actor,
        action=action,
        site=site,
        details=details or {},
        outcome="failed" if follows else "begun",
        follows=follows,
    )
    time = uuid7_time(record_id.bytes)
    return NewEntry(EntryKind.AUDIT, time, record_id.bytes, None, None, None, None, msgspec.json.encode(note))


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
