"""Whether the log is what was written: every entry against its commitment, every batch against its seal.

The log is streamed, so memory does not grow with it. The first wrong entry is named with what happened to it. That a
whole tail was cut off or sealed anew only an anchor tells (docs/consent-log.md, threat model).
"""

from __future__ import annotations

import struct

import msgspec

from consent import walk
from consent.anchors import Anchor, Anchors, anchor_of
from consent.entry_checks import EntryChecks
from consent.explanations import explain, explain_unsealed
from consent.faults import Fault, Found, Place, Problem
from consent.store import Store, chain
from consent.store.entries import EntryKind, Seal, StoredEntry
from consent.times import now_ms, rfc3339
from consent.walk import name_of

_WRONG_KIND = (TypeError, ValueError, OverflowError, struct.error)
"""What comes of text where bytes belong, a number out of range and the like: whoever owns the file can put it there."""


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What was read up to the first problem. ``anchors`` are the verified heads; ``anchored``: one was compared.

    ``audits`` are entries of what administrators did. ``since`` is how many entries lie before the anchors from which an
    incremental verification began, and were not read.
    """

    intact: bool
    problem: Problem | None
    records: int
    erased: int
    erasures: int
    clock_steps: int
    audits: int
    batches: int
    notices: int
    anchored: bool
    anchors: Anchors
    since: int = 0


async def verify(
    store: Store, anchors: Anchors | None = None, *, since: Anchors | None = None
) -> Verification:
    """Read the log and say what was found; a damaged log is a result, no exception.

    With ``since`` only what came after these anchors is read, in chains that they know; the log must have been verified up
    to there. What was altered before them does not show then, but that their seals still stand there does.
    """
    verifier = _Verifier(store, anchors, since)
    problem = None
    try:
        await verifier.run()
    except Found as found:
        problem = found.problem
    counts = verifier.checks.counts
    return Verification(
        intact=problem is None,
        problem=problem,
        records=counts[EntryKind.RECORD] - verifier.checks.erased,
        erased=verifier.checks.erased,
        erasures=counts[EntryKind.ERASURE],
        clock_steps=counts[EntryKind.CLOCK],
        audits=counts[EntryKind.AUDIT],
        batches=verifier.batches,
        notices=len(verifier.checks.notices),
        anchored=verifier.compared > 0,
        since=verifier.skipped,
        anchors=Anchors(
            exported=rfc3339(now_ms()),
            chains=tuple(anchor_of(writer, head) for writer, head in verifier.heads.items()),
        ),
    )


def _by_writer(anchors: Anchors | None) -> dict[str, Anchor]:
    return {anchor.writer: anchor for anchor in anchors.chains} if anchors else {}


def _cut_off(writer: bytes, head: chain.Head, anchor: Anchor) -> Found:
    return Found(
        Problem(
            fault=Fault.CUT_OFF,
            writer=writer.hex(),
            batch=head.number + 1,
            position=head.position + 1,
            message=f"The log ends with batch {head.number} (position {head.position}); the anchor of"
            f" {anchor.sealed} has batch {anchor.batch} (position {anchor.position}). The tail was cut off.",
        )
    )


class _Verifier:
    def __init__(self, store: Store, anchors: Anchors | None, since: Anchors | None) -> None:
        self.store = store
        self.checks = EntryChecks(store)
        self.expected = _by_writer(anchors)
        self.since = _by_writer(since)
        self.heads: dict[bytes, chain.Head] = {}
        self.batches = self.compared = self.skipped = 0

    async def run(self) -> None:
        await self.checks.check_notices()
        for writer in await self.store.writers():
            await self._check_chain(writer)
        named = self.expected.keys() | self.since.keys()
        for missing in sorted(named - {writer.hex() for writer in self.heads}):
            raise Found(
                Problem(
                    fault=Fault.CUT_OFF,
                    writer=missing,
                    message=f"The whole chain of writer {missing} is gone; the anchor has it.",
                )
            )

    # --- one chain

    async def _check_chain(self, writer: bytes) -> None:
        head = self.heads[writer] = await self._start(writer)
        begun = head.number
        entries = walk.Entries(self.store, writer, after=head.position if begun else walk.START)
        after = begun or walk.START
        while True:
            async for seal in walk.seals(self.store, writer, after):
                place = Place(writer, head, seal)
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
                await explain_unsealed(self.store, Place(writer, head, Seal(0, 0, 0, 0, b"", b"")), left)
            after = head.number
        anchor = self.expected.get(writer.hex())
        if anchor is not None and head.number < anchor.batch:
            raise _cut_off(writer, head, anchor)
        if anchor is not None and 0 < anchor.batch <= begun:  # its batch was not read
            for seal in await self.store.seals(writer, after=anchor.batch - 1, limit=1):
                self._compare_with(Place(writer, head, seal), anchor)

    async def _start(self, writer: bytes) -> chain.Head:
        """Return where to begin: the chain's genesis, or the head that an anchor has, whose seal must still be there."""
        anchor = self.since.get(writer.hex())
        if anchor is None or anchor.batch == 0:
            return chain.genesis(writer)
        found = await self.store.seals(writer, after=anchor.batch - 1, limit=1)
        if not found or found[0].number != anchor.batch:
            last = await self.store.last_seal(writer)
            raise _cut_off(writer, chain.after(last) if last else chain.genesis(writer), anchor)
        place = Place(writer, chain.genesis(writer), found[0])
        self._compare_with(place, anchor)
        try:
            head = chain.after(found[0])
            same = (head.position, rfc3339(head.sealed)) == (anchor.position, anchor.sealed)
        except _WRONG_KIND:
            same = False
        if not same:
            place.fail(Fault.ALTERED, f"The seal of batch {anchor.batch} was altered since the anchor.")
        self.skipped += head.position
        return head

    def _compare(self, place: Place) -> None:
        """Compare a batch with the anchor, where that is the batch it was made after."""
        anchor = self.expected.get(place.writer.hex())
        if anchor is not None and anchor.batch == place.seal.number:
            self._compare_with(place, anchor)

    def _compare_with(self, place: Place, anchor: Anchor) -> None:
        if not isinstance(place.seal.hash, bytes) or anchor.seal != place.seal.hash.hex():
            place.fail(
                Fault.REWRITTEN,
                f"Batch {anchor.batch} has another seal than the anchor of {anchor.sealed}: it, or one before it, was"
                " rewritten and all after that sealed anew.",
            )
        self.compared += 1

    async def _check_batch(self, place: Place, entries: walk.Entries) -> None:
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
                await self.checks.check(place, entry, stepped=stepped)
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

    async def _committed(self, place: Place, entry: StoredEntry, expected: bytes) -> bytes:
        """Return an entry's commitment, which must be the one that the seal has at this position."""
        commitment = chain.commitment_of(entry)
        if commitment is None or len(commitment) != 32:
            place.fail(Fault.ALTERED, f"{name_of(entry)} has neither a payload nor a commitment.", entry)
        if commitment[: chain.LOCATOR_BYTES] != expected:
            await explain(self.store, place, entry, commitment, expected)
        return commitment
