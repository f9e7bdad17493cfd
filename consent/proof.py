"""The receipt: the visitor's copy of what the log holds on them, with a proof for each record.

Whether the log is intact is `consent.verification`'s question; `consent.exports` has the exports for an auditor.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from consent.log import ConsentLog
from consent.model.categories import CATEGORIES
from consent.model.errors import IntegrityError
from consent.model.records import ConsentRecord
from consent.model.sites import Controller, Site
from consent.pages import Page, render
from consent.store import Store, chain
from consent.store.entries import StoredEntry
from consent.times import now_ms, rfc3339


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
