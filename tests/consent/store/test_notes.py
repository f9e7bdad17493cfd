from __future__ import annotations

from uuid import UUID

import msgspec

from consent.store.entries import EntryKind
from consent.store.notes import ClockNote, ErasureNote, clock_note, erasure_note, uuid7_time


def test_an_erasure_names_the_records_and_the_reason_and_nothing_of_the_visitor() -> None:
    entry = erasure_note(["one", "two"], reason="visitor")
    note = msgspec.json.decode(entry.payload, type=ErasureNote)
    assert (note.records, note.reason, note.record_id) == (
        ("one", "two"),
        "visitor",
        str(UUID(bytes=entry.record_id)),
    )
    assert (entry.kind, entry.site, entry.consent_id, entry.event_id) == (EntryKind.ERASURE, None, None, None)
    assert entry.time == uuid7_time(entry.record_id)


def test_a_clock_note_has_both_times() -> None:
    entry = clock_note(was=2_000, now=1_000)
    note = msgspec.json.decode(entry.payload, type=ClockNote)
    assert (note.was, note.now, entry.time, entry.kind) == (2_000, 1_000, 1_000, EntryKind.CLOCK)


def test_the_time_of_a_uuid7_is_read_from_its_first_48_bits() -> None:
    # The example of RFC 9562, appendix A.6.
    assert uuid7_time(UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F").bytes) == 0x017F22E279B0
