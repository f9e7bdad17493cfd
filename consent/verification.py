"""Whether the log is what was written: every entry against its commitment, every batch against its seal.

The log is streamed, so memory does not grow with it. The first wrong entry is named with what happened to it. That a
whole tail was cut off or sealed anew only an anchor tells (docs/consent-log.md, threat model).
"""

from __future__ import annotations

import hashlib
import struct
from enum import StrEnum
from typing import NamedTuple, NoReturn
from uuid import UUID

import msgspec

from consent import walk
from consent.anchors import Anchor, Anchors, anchor_of
from consent.log import decode_record
from consent.model.records import ConsentRecord
from consent.store import Store, chain
from consent.store.entries import EntryKind, Seal, StoredEntry
from consent.store.notes import ErasureNote, uuid7_time
from consent.times import now_ms, parse_rfc3339, rfc3339
from consent.walk import id_text, name_of

TOLERANCE_MS = 300_000
"""How far an entry's time may lie outside its batch's: well over what the bounded queue can delay."""


_WRONG_KIND = (TypeError, ValueError, OverflowError, struct.error)
"""What comes of text where bytes belong, a number out of range and the like: whoever owns the file can put it there."""


class Fault(StrEnum):
    """What is wrong with the log."""

    ALTERED = "altered"
    MISSING = "missing"
    REORDERED = "reordered"
    DUPLICATED = "duplicated"
    INSERTED = "inserted"
    BACK_DATED = "back_dated"
    CUT_OFF = "cut_off"
    REWRITTEN = "rewritten"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """The first thing that is wrong, in words, and where: 0 and empty where it is not one entry."""

    fault: Fault
    message: str
    writer: str = ""
    batch: int = 0
    position: int = 0
    record_id: str = ""


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What was read up to the first problem. ``anchors`` are the verified heads; ``anchored``: one was compared."""

    intact: bool
    problem: Problem | None
    records: int
    erased: int
    erasures: int
    clock_steps: int
    batches: int
    notices: int
    anchored: bool
    anchors: Anchors


async def verify(store: Store, anchors: Anchors | None = None) -> Verification:
    """Read the whole log and say what was found; a damaged log is a result, no exception."""
    verifier = _Verifier(store, anchors)
    problem = None
    try:
        await verifier.run()
    except _Found as found:
        problem = found.problem
    counts = verifier.counts
    return Verification(
        intact=problem is None,
        problem=problem,
        records=counts[EntryKind.RECORD] - verifier.erased,
        erased=verifier.erased,
        erasures=counts[EntryKind.ERASURE],
        clock_steps=counts[EntryKind.CLOCK],
        batches=verifier.batches,
        notices=len(verifier.notices),
        anchored=verifier.compared > 0,
        anchors=Anchors(
            exported=rfc3339(now_ms()),
            chains=tuple(anchor_of(writer, head) for writer, head in verifier.heads.items()),
        ),
    )


class _Found(Exception):  # noqa: N818 - it carries the first problem out of the walk
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Place(NamedTuple):
    """Where the walk is: one chain, the head verified so far, the batch in hand."""

    writer: bytes
    head: chain.Head
    seal: Seal

    def fail(
        self, fault: Fault, message: str, entry: StoredEntry | None = None, position: int = 0
    ) -> NoReturn:
        raise _Found(
            Problem(
                fault=fault,
                message=message,
                writer=self.writer.hex(),
                batch=self.seal.number,
                position=entry.position if entry else position,
                record_id=id_text(entry.record_id) if entry else "",
            )
        )


class _Verifier:
    def __init__(self, store: Store, anchors: Anchors | None) -> None:
        self.store = store
        self.expected: dict[str, Anchor] = {a.writer: a for a in anchors.chains} if anchors else {}
        self.heads: dict[bytes, chain.Head] = {}
        self.counts = dict.fromkeys(EntryKind, 0)
        self.notices: set[str] = set()
        self.erased = self.batches = self.compared = 0
        self._note: ErasureNote | None = None

    async def run(self) -> None:
        await self._check_notices()
        for writer in await self.store.writers():
            await self._check_chain(writer)
        for missing in self.expected.keys() - {writer.hex() for writer in self.heads}:
            raise _Found(
                Problem(
                    fault=Fault.CUT_OFF,
                    writer=missing,
                    message=f"The whole chain of writer {missing} is gone; the anchor has it.",
                )
            )

    async def _check_notices(self) -> None:
        for version in await self.store.notice_versions():
            notice = await self.store.notice(version)
            if notice is None or hashlib.sha256(notice.content).hexdigest() != version:
                text = f"The notice {version} is not what its hash stands for."
                raise _Found(Problem(fault=Fault.ALTERED, message=text))
            self.notices.add(version)

    # --- one chain

    async def _check_chain(self, writer: bytes) -> None:
        head = self.heads[writer] = chain.genesis(writer)
        entries = walk.Entries(self.store, writer)
        after = walk.START
        while True:
            async for seal in walk.seals(self.store, writer, after):
                place = _Place(writer, head, seal)
                try:
                    await self._check_batch(place, entries)
                except _WRONG_KIND:
                    place.fail(
                        Fault.ALTERED, f"The seal of batch {head.number + 1} holds values of a wrong kind."
                    )
                head = self.heads[writer] = chain.after(seal)
                self.batches += 1
                self._compare(place)
            if (left := await entries.first_left()) is None:
                break
            # A server may have appended it since the last seal was read; then its own is there by now.
            if not await self.store.seals(writer, after=head.number, limit=1):
                await self._explain_unsealed(_Place(writer, head, Seal(0, 0, 0, 0, b"", b"")), left)
            after = head.number
        anchor = self.expected.get(writer.hex())
        if anchor is not None and head.number < anchor.batch:
            raise _Found(
                Problem(
                    fault=Fault.CUT_OFF,
                    writer=writer.hex(),
                    batch=head.number + 1,
                    position=head.position + 1,
                    message=f"The log ends with batch {head.number} (position {head.position}); the anchor of"
                    f" {anchor.sealed} has batch {anchor.batch} (position {anchor.position}). The tail was cut off.",
                )
            )

    def _compare(self, place: _Place) -> None:
        """Compare a batch with the anchor, where that is the batch it was made after."""
        anchor = self.expected.get(place.writer.hex())
        if anchor is None or anchor.batch != place.seal.number:
            return
        if anchor.seal != place.seal.hash.hex():
            place.fail(
                Fault.REWRITTEN,
                f"Batch {anchor.batch} has another seal than the anchor of {anchor.sealed}: it, or one before it, was"
                " rewritten and all after that sealed anew.",
            )
        self.compared += 1

    async def _check_batch(self, place: _Place, entries: walk.Entries) -> None:
        seal, head = place.seal, place.head
        if seal.number != head.number + 1:
            place.fail(
                Fault.MISSING,
                f"Batch {head.number + 1} is missing: batch {head.number} is followed by {seal.number}.",
                position=head.position + 1,
            )
        if (
            seal.first != head.position + 1
            or seal.size < 1
            or len(seal.locators) != seal.size * chain.LOCATOR_BYTES
        ):
            place.fail(Fault.ALTERED, f"The seal of batch {seal.number} was altered.", position=seal.first)
        found = {entry.position: entry for entry in await entries.take(seal.last)}
        if found and min(found) < seal.first:
            stray = found[min(found)]
            place.fail(Fault.INSERTED, f"{name_of(stray)} stands before the batch that follows it.", stray)
        stepped = any(entry.kind == EntryKind.CLOCK for entry in found.values())
        commitments: list[bytes] = []
        lines: list[bytes] = []
        for number in range(seal.size):
            position = seal.first + number
            entry = found.get(position)
            if entry is None:
                place.fail(Fault.MISSING, f"The entry at position {position} is missing.", position=position)
            expected = seal.locators[number * chain.LOCATOR_BYTES : (number + 1) * chain.LOCATOR_BYTES]
            try:
                commitment = await self._committed(place, entry, expected)
                await self._check_entry(place, entry, stepped=stepped)
                lines.append(chain.line(entry.kind, entry.time, entry.record_id, commitment))
            except _WRONG_KIND:
                place.fail(Fault.ALTERED, f"{name_of(entry)} holds values of a wrong kind.", entry)
            commitments.append(commitment)
        if chain.seal(place.writer, head, seal.sealed, lines, commitments).hash != seal.hash:
            which = f"position {seal.first}" if seal.size == 1 else f"positions {seal.first} to {seal.last}"
            place.fail(
                Fault.ALTERED,
                f"Batch {seal.number} ({which}) does not follow from its entries and the batch before: one of them,"
                " its seal or its time of sealing was altered.",
                position=seal.first,
            )

    # --- one entry

    async def _committed(self, place: _Place, entry: StoredEntry, expected: bytes) -> bytes:
        """Return an entry's commitment, which must be the one that the seal has at this position."""
        commitment = chain.commitment_of(entry)
        if commitment is None or len(commitment) != 32:
            place.fail(Fault.ALTERED, f"{name_of(entry)} has neither a payload nor a commitment.", entry)
        if commitment[: chain.LOCATOR_BYTES] != expected:
            await self._explain(place, entry, commitment, expected)
        return commitment

    async def _check_entry(self, place: _Place, entry: StoredEntry, *, stepped: bool) -> None:
        """Check what the seal does not: that the columns say what the payload says, and that the time is possible."""
        if entry.kind == EntryKind.RECORD and entry.payload is not None:
            await self._check_record(place, entry, entry.payload)
        elif entry.kind == EntryKind.RECORD:
            await self._check_tombstone(place, entry)
        elif entry.kind == EntryKind.ERASURE:
            await self._check_erasure(place, entry)
        elif entry.kind != EntryKind.CLOCK:
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

    async def _check_record(self, place: _Place, entry: StoredEntry, payload: bytes) -> None:
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
        if columns != said or entry.erased_by is not None:
            place.fail(Fault.ALTERED, f"{name_of(entry)} has columns that its payload does not say.", entry)
        if record.notice_version not in self.notices:
            await self._check_notices()  # it may have been published since
        if record.notice_version not in self.notices:
            place.fail(
                Fault.MISSING,
                f"{name_of(entry)} was given to the notice {record.notice_version}, which is not stored.",
                entry,
            )

    async def _check_tombstone(self, place: _Place, entry: StoredEntry) -> None:
        note = self._note
        if note is None or entry.erased_by is None or note.record_id != id_text(entry.erased_by):
            note = self._note = await self._erasure(entry.erased_by)
        if note is None or id_text(entry.record_id) not in note.records:
            place.fail(
                Fault.MISSING,
                f"{name_of(entry)} has lost its content, and no erasure in the log names it.",
                entry,
            )
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

    async def _check_erasure(self, place: _Place, entry: StoredEntry) -> None:
        try:
            note = msgspec.json.decode(entry.payload or b"", type=ErasureNote)
        except msgspec.DecodeError:
            place.fail(Fault.ALTERED, f"{name_of(entry)} holds no erasure.", entry)
        if note.record_id != id_text(entry.record_id):
            place.fail(Fault.ALTERED, f"{name_of(entry)} has columns that its payload does not say.", entry)
        for record_id in note.records:
            named = await self.store.find(UUID(record_id).bytes)
            if any(tombstone.payload is not None for tombstone in named):
                place.fail(
                    Fault.INSERTED,
                    f"{name_of(entry)} says that record {record_id} was erased, but it is there.",
                    named[0],
                )

    # --- what happened to a wrong entry

    async def _explain(
        self, place: _Place, entry: StoredEntry, commitment: bytes, expected: bytes
    ) -> NoReturn:
        """Tell how another entry came to stand at a position than the seal has there; reads the chain once more."""
        actual = commitment[: chain.LOCATOR_BYTES]
        moved_to = await walk.position_of(self.store, place.writer, expected)
        belongs_at = await walk.sealed_position_of(self.store, place.writer, actual)
        position = entry.position
        if belongs_at and await walk.stands_at(self.store, place.writer, belongs_at, actual):
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

    async def _explain_unsealed(self, place: _Place, entry: StoredEntry) -> NoReturn:
        same = [other for other in await self.store.find(entry.record_id) if other != entry]
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
