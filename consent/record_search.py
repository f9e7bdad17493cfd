"""Finding records in the consent log by time and site, and telling whether one of them is what was sealed.

A record id is a UUIDv7, so a time is a place among the ids. How far one search looks is bounded: a site with few records
among many others is gone through a stretch at a time.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import msgspec

from consent.log import decode_record
from consent.model.errors import NotFoundError
from consent.model.records import ConsentRecord
from consent.store import Store, chain
from consent.store.entries import EntryKind, Seal, StoredEntry
from consent.store.notes import uuid7_time
from consent.times import rfc3339

EXAMINED = 20_000
"""Entries that one search looks at: some hundredths of a second."""
_HIGHEST = b"\xff" * 16


class FoundRecords(msgspec.Struct, frozen=True, kw_only=True):
    """Records, the latest first. ``next`` is the record id to go on before, empty where everything was looked at.

    ``reached`` is how far back was looked (RFC 3339): with ``next`` there may be more beyond, also where nothing was found.
    """

    records: tuple[ConsentRecord, ...]
    next: str
    reached: str


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where an entry stands in its writer's chain, and whether its batch is what was sealed. Hashes are hex.

    ``sealed`` is RFC 3339. That the chain as a whole is intact, `consent.verification` tells.
    """

    writer: str
    position: int
    batch: int
    sealed: str
    seal: str
    intact: bool
    problem: str = ""


async def search(
    store: Store,
    *,
    sites: Collection[str],
    since_ms: int = 0,
    until_ms: int | None = None,
    before: str = "",
    limit: int = 50,
) -> FoundRecords:
    """Return records of these sites between two times (the end left out); ``before`` goes on after an earlier search.

    Raises `ValueError` where ``before`` is no record id.
    """
    since = _lowest(since_ms)
    end = _HIGHEST if until_ms is None else _lowest(until_ms)
    if before:
        end = min(end, UUID(before).bytes)
    found, floor = await store.records(
        since=since, before=max(end, since), sites=tuple(sites), limit=limit, examine=EXAMINED
    )
    more = floor > since
    return FoundRecords(
        records=tuple(decode_record(entry.payload) for entry in found if entry.payload is not None),
        next=str(UUID(bytes=floor)) if more else "",
        reached=rfc3339(max(uuid7_time(floor), since_ms)),
    )


async def entry_of(store: Store, record_id: str) -> StoredEntry:
    """Return a record's entry, also where it was erased; raises `NotFoundError`."""
    try:
        found = await store.find(UUID(record_id).bytes)
    except ValueError:
        found = []
    records = [entry for entry in found if entry.kind == EntryKind.RECORD]
    if not records:
        raise NotFoundError(
            f"There is no record {record_id[:64]!r}.", hint="A record id is 36 characters long."
        )
    return records[0]


async def standing(store: Store, entry: StoredEntry) -> Standing:
    """Compute the seal over an entry's batch anew and compare it with the stored one."""
    seal = await store.seal_over(entry.writer, entry.position)
    if seal is None:
        return Standing(
            writer=entry.writer.hex(), position=entry.position, batch=0, sealed="", seal="", intact=False,
            problem="No seal covers it.",
        )  # fmt: skip
    return Standing(
        writer=entry.writer.hex(),
        position=entry.position,
        batch=seal.number,
        sealed=rfc3339(seal.sealed),
        seal=seal.hash.hex(),
        intact=(problem := await _problem(store, entry.writer, seal)) == "",
        problem=problem,
    )


async def _problem(store: Store, writer: bytes, seal: Seal) -> str:
    """Return what is wrong with a batch, empty where it is what was sealed."""
    head = chain.genesis(writer)
    if seal.number > 1:
        previous = await store.seals(writer, after=seal.number - 2, limit=1)
        if not previous or previous[0].number != seal.number - 1:
            return "The batch before it is missing."
        head = chain.after(previous[0])
    entries = await store.entries(writer, after=seal.first - 1, limit=seal.size)
    commitments = [chain.commitment_of(entry) for entry in entries]
    kept = [one for one in commitments if one is not None]
    if len(kept) != seal.size or len(entries) != seal.size:
        return "Entries of its batch are missing."
    try:
        lines = [
            chain.line(entry.kind, entry.time, entry.record_id, commitment)
            for entry, commitment in zip(entries, kept, strict=True)
        ]
        same = chain.seal(writer, head, seal.sealed, lines, kept).hash == seal.hash
    except Exception:  # noqa: BLE001 - whoever owns the file can put anything there, and none of it is the sealed value
        same = False
    return "" if same else "Its batch is not what was sealed: run consentry log verify."


def _lowest(time_ms: int) -> bytes:
    """Return the lowest record id of a time (RFC 9562, 5.7: the first 48 bits)."""
    return min(max(time_ms, 0), 2**48 - 1).to_bytes(6, "big") + bytes(10)
