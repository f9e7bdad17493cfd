"""One entry of the log, checked for what its seal does not cover.

A seal covers kind, time, record id and commitment. Here the look-up columns are held against the sealed bytes, the time
against the record id and the batch, the notice and the erasure against what is stored.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

import msgspec

from consent.faults import Fault, Found, Place, Problem
from consent.log import decode_record
from consent.model.records import ConsentRecord
from consent.store import Store
from consent.store.entries import EntryKind, StoredEntry
from consent.store.notes import ErasureNote, uuid7_time
from consent.times import parse_rfc3339, rfc3339
from consent.walk import id_text, name_of

TOLERANCE_MS = 300_000
"""How far an entry's time may lie outside its batch's: well over what the bounded queue can delay."""


class _Note(msgspec.Struct, frozen=True):
    """What every entry of the log about itself says, erasures and others."""

    record_id: str


class EntryChecks:
    """Checks entries and counts them by kind; ``erased`` are the tombstones among the records."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.counts = dict.fromkeys(EntryKind, 0)
        self.notices: set[str] = set()
        self.erased = 0
        self._note: ErasureNote | None = None

    async def check_notices(self) -> None:
        """Hold every notice against its hash; they are few."""
        for version in await self.store.notice_versions():
            notice = await self.store.notice(version)
            if notice is None or hashlib.sha256(notice.content).hexdigest() != version:
                text = f"The notice {version} is not what its hash stands for."
                raise Found(Problem(fault=Fault.ALTERED, message=text))
            for picture in await self.store.pictures(version):
                if hashlib.sha256(picture.content).hexdigest() != picture.sha256:
                    text = f"The picture {picture.sha256} of the notice {version} is not what its hash stands for."
                    raise Found(Problem(fault=Fault.ALTERED, message=text))
            self.notices.add(version)

    async def check(self, place: Place, entry: StoredEntry, *, stepped: bool) -> None:
        """Check what the seal does not: that the columns say what the payload says, and that the time is possible."""
        if entry.kind == EntryKind.RECORD and entry.payload is not None:
            await self._check_record(place, entry, entry.payload)
        elif entry.kind == EntryKind.RECORD:
            await self._check_tombstone(place, entry)
        elif entry.kind == EntryKind.ERASURE:
            await self._check_erasure(place, entry)
        elif entry.kind in set(EntryKind):
            self._check_note(place, entry)
        else:
            place.fail(Fault.ALTERED, f"{name_of(entry)} is of the unknown kind {entry.kind}.", entry)
        if entry.kind != EntryKind.CLOCK and entry.time != uuid7_time(entry.record_id):
            place.fail(
                Fault.BACK_DATED, f"{name_of(entry)} has another time than its record id carries.", entry
            )
        earliest = place.head.sealed - TOLERANCE_MS if place.head.number else 0
        if not stepped and not earliest <= entry.time <= place.seal.sealed + TOLERANCE_MS:
            place.fail(
                Fault.BACK_DATED,
                f"{name_of(entry)} says {rfc3339(entry.time)}, but stands in the batch sealed at"
                f" {rfc3339(place.seal.sealed)}, after one sealed at {rfc3339(place.head.sealed)}.",
                entry,
            )
        self.counts[EntryKind(entry.kind)] += 1

    async def _check_record(self, place: Place, entry: StoredEntry, payload: bytes) -> None:
        try:
            record: ConsentRecord = decode_record(payload)
            time = parse_rfc3339(record.server_time)
            expires = parse_rfc3339(record.valid_until) if record.valid_until else time
        except (msgspec.DecodeError, ValueError):
            place.fail(Fault.ALTERED, f"{name_of(entry)} holds no consent record.", entry)
        if entry.time != time:
            place.fail(
                Fault.BACK_DATED,
                f"{name_of(entry)} was received at {record.server_time}, its column says {rfc3339(entry.time)}.",
                entry,
            )
        columns = (id_text(entry.record_id), entry.site, entry.consent_id, entry.event_id, entry.expires_s)
        said = (record.record_id, record.site, record.consent_id, record.event_id, expires // 1000)
        if columns != said or (entry.commitment, entry.erased_by) != (None, None):
            place.fail(Fault.ALTERED, f"{name_of(entry)} has columns that its payload does not say.", entry)
        if record.notice_version not in self.notices:
            await self.check_notices()  # it may have been published since
        if record.notice_version not in self.notices:
            place.fail(
                Fault.MISSING,
                f"{name_of(entry)} was given to the notice {record.notice_version}, which is not stored.",
                entry,
            )

    async def _check_tombstone(self, place: Place, entry: StoredEntry) -> None:
        note = self._note
        if note is None or entry.erased_by is None or note.record_id != id_text(entry.erased_by):
            note = self._note = await self._erasure(entry.erased_by)
        if note is None or id_text(entry.record_id) not in note.records:
            place.fail(
                Fault.MISSING,
                f"{name_of(entry)} has lost its content, and no erasure in the log names it.",
                entry,
            )
        if any(column is not None for column in _copies(entry)):
            place.fail(Fault.ALTERED, f"{name_of(entry)} was erased, but has columns still.", entry)
        self.erased += 1

    async def _erasure(self, record_id: bytes | None) -> ErasureNote | None:
        """Return the erasure entry with this id; that it is sealed is checked when the walk reaches it."""
        for entry in await self.store.find(record_id) if record_id else ():
            if entry.kind == EntryKind.ERASURE and entry.payload is not None:
                try:
                    return msgspec.json.decode(entry.payload, type=ErasureNote)
                except msgspec.DecodeError:
                    return None
        return None

    async def _check_erasure(self, place: Place, entry: StoredEntry) -> None:
        try:
            note = msgspec.json.decode(entry.payload or b"", type=ErasureNote)
        except msgspec.DecodeError:
            place.fail(Fault.ALTERED, f"{name_of(entry)} holds no erasure.", entry)
        self._check_note(place, entry)
        for record_id in note.records:
            named = await self.store.find(UUID(record_id).bytes)
            if any(tombstone.payload is not None for tombstone in named):
                place.fail(
                    Fault.INSERTED,
                    f"{name_of(entry)} says that record {record_id} was erased, but it is there.",
                    named[0],
                )

    @staticmethod
    def _check_note(place: Place, entry: StoredEntry) -> None:
        """Check an entry of the log about itself: it is never erased, has no look-up columns, and says its own id."""
        columns = (*_look_up(entry), entry.commitment, entry.erased_by)
        try:
            note = msgspec.json.decode(entry.payload or b"", type=_Note)
        except msgspec.DecodeError:
            place.fail(Fault.ALTERED, f"{name_of(entry)} holds no note.", entry)
        if note.record_id != id_text(entry.record_id) or any(column is not None for column in columns):
            place.fail(Fault.ALTERED, f"{name_of(entry)} has columns that its payload does not say.", entry)


def _look_up(entry: StoredEntry) -> tuple[object, ...]:
    return (entry.site, entry.consent_id, entry.event_id, entry.expires_s)


def _copies(entry: StoredEntry) -> tuple[object, ...]:
    """Return all that an erasure takes away."""
    return (*_look_up(entry), entry.salt, entry.payload)
