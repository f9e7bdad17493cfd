"""The receipt: the visitor's copy of what the log holds on them, with a proof for each record.

Whether the log is intact is `consent.verification`'s question; `consent.exports` has the exports for an auditor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from consent.log import ConsentLog
from consent.model.categories import CATEGORIES
from consent.model.errors import IntegrityError
from consent.model.records import ConsentRecord, PromptReason
from consent.model.sites import Controller, Site
from consent.pages import Page, render
from consent.store import Store, chain
from consent.store.entries import StoredEntry
from consent.times import now_ms, rfc3339

_REASONS = {
    PromptReason.FIRST: "No decision stood before",
    PromptReason.EXPIRED: "The earlier decision had run out",
    PromptReason.NOTICE_CHANGED: "What is asked for had changed",
    PromptReason.NEW_PURPOSE: "A purpose was new",
    PromptReason.USER: "You opened the settings",
}


def particulars(record: ConsentRecord) -> Iterator[tuple[str, str]]:
    """Yield name and value, in words, of what a record may have besides what each one has."""
    shown = record.ms_since_shown
    named: tuple[tuple[str, object], ...] = (
        ("Why you were asked", _REASONS[record.prompt_reason] if record.prompt_reason else ""),
        ("Decided after", f"{shown / 1000:.1f} seconds" if isinstance(shown, int) else ""),
        ("Country", record.country),
        ("Privacy policy", record.policy_version),
        ("Privacy policy (SHA-256)", record.policy_sha256),
        ("Vendors told", ", ".join(record.signals_sent or ())),
        ("TCF string", record.tc_string),
        ("GPP string", record.gpp_string),
        ("Variant", record.variant),
        ("Regional rule", record.geo_rule),
        ("Your account (hash)", record.external_id_hash),
        ("Driven by a program", "yes" if record.bot else ""),
    )
    yield from ((name, str(value)) for name, value in named if value)


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


def receipt_page(made: Receipt, sites: Mapping[str, Site], **more: Any) -> Page:
    """Return the receipt as a page to read, print and keep; ``more`` is what a live page has besides (`consent.rights_page`)."""
    values: dict[str, Any] = {"asked": None} | more
    return render(
        "receipt", receipt=made, sites=sites, categories=CATEGORIES, particulars=particulars, **values
    )
