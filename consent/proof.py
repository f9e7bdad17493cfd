"""What the log proves, and to whom: a receipt for the visitor, exports for an auditor.

Whether the log is intact is `consent.verification`'s question.
"""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec

from consent.log import ConsentLog, decode_record
from consent.model.categories import CATEGORIES
from consent.model.errors import IntegrityError
from consent.model.records import ConsentRecord
from consent.model.sites import Controller, Site
from consent.pages import Page, render
from consent.store import Store, chain
from consent.store.entries import EntryKind, StoredEntry
from consent.times import now_ms, rfc3339
from consent.walk import PAGE, START


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """Where a record stands in the chain. With salt and commitment its holder can show that the log holds it."""

    writer: str
    position: int
    salt: str
    commitment: str
    payload: str
    batch: int
    seal: str
    sealed: str


class ReceiptEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One record with its proof."""

    record: ConsentRecord
    proof: Proof


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The visitor's copy of all that the log holds on them, oldest first."""

    schema_version: str = "consentry-receipt/1"
    receipt_id: str
    issued: str
    consent_id: str
    controllers: dict[str, Controller | None]
    records: tuple[ReceiptEntry, ...]


async def receipt(log: ConsentLog, consent_id: str, sites: Mapping[str, Site]) -> Receipt:
    """Make a receipt; raises `NotFoundError` where there is no record with this consent id."""
    history = await log.stored_history(consent_id)
    entries = [ReceiptEntry(record=record, proof=await _proof(log.store, entry)) for record, entry in history]
    return Receipt(
        receipt_id=history[-1][0].record_id,
        issued=rfc3339(now_ms()),
        consent_id=consent_id,
        controllers={
            record.site: sites[record.site].controller if record.site in sites else None
            for record, _ in history
        },
        records=tuple(entries),
    )


async def _proof(store: Store, entry: StoredEntry) -> Proof:
    seal = await store.seal_over(entry.writer, entry.position)
    if seal is None or entry.salt is None or entry.payload is None:
        raise IntegrityError(
            f"The entry at position {entry.position} is covered by no seal.",
            hint="Run: consentry log verify",
        )
    return Proof(
        writer=entry.writer.hex(),
        position=entry.position,
        salt=entry.salt.hex(),
        commitment=chain.commitment(entry.salt, entry.payload).hex(),
        payload=entry.payload.decode(),
        batch=seal.number,
        seal=seal.hash.hex(),
        sealed=rfc3339(seal.sealed),
    )


def receipt_page(made: Receipt, sites: Mapping[str, Site]) -> Page:
    """Return the receipt as a page to read, print and keep."""
    return render("receipt", receipt=made, sites=sites, categories=CATEGORIES)


# --- exports


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which records to export: of one site, and between two times (milliseconds since 1970, the end left out)."""

    site: str | None = None
    since_ms: int = 0
    until_ms: int | None = None

    def wants(self, entry: StoredEntry) -> bool:
        """Whether a stored entry is a record of the selection that has not been erased."""
        return (
            entry.kind == EntryKind.RECORD
            and entry.payload is not None
            and (self.site is None or entry.site == self.site)
            and self.since_ms <= entry.time
            and (self.until_ms is None or entry.time < self.until_ms)
        )


async def records(store: Store, selection: Selection) -> AsyncIterator[tuple[ConsentRecord, bytes]]:
    """Stream the selected records, chain by chain in order, each with its canonical bytes."""
    for writer in await store.writers():
        after = START
        while page := await store.entries(writer, after=after, limit=PAGE):
            after = page[-1].position
            for entry in page:
                if selection.wants(entry) and entry.payload is not None:
                    yield decode_record(entry.payload), entry.payload


async def export_json(store: Store, selection: Selection) -> AsyncIterator[bytes]:
    """Stream ``{"data": [record, …]}``, one record a line, exactly as it was sealed."""
    yield b'{"data": ['
    separator = b"\n"
    async for _, payload in records(store, selection):
        yield separator + payload
        separator = b",\n"
    yield b"\n]}\n"


async def export_csv(store: Store, selection: Selection) -> AsyncIterator[bytes]:
    """Stream CSV (RFC 4180) with a header: the record's fields, and a column for each category."""
    names = [field for field in ConsentRecord.__struct_fields__ if field != "categories"]
    yield _csv_line([*names, *CATEGORIES])
    async for record, _ in records(store, selection):
        cells = [_cell(getattr(record, name)) for name in names]
        yield _csv_line([*cells, *(record.categories[category] for category in CATEGORIES)])


def _csv_line(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def _cell(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula: the browser decided what is in some of them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = " ".join(value) if isinstance(value, tuple) else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
