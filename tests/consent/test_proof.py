from __future__ import annotations

from pathlib import Path

import pytest

from consent.log import RequestContext, encode_record
from consent.model.errors import NotFoundError
from consent.proof import receipt, receipt_page
from consent.store import chain
from tests.consent.factories import consent_id, event, fill, opened_log, settings


async def test_a_receipt_holds_each_record_and_a_proof_that_the_visitor_can_compute(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        visitor = consent_id()
        made = await fill(log, version, 2, consent_id=visitor)
        await fill(log, version, 1)
        copy = await receipt(log, visitor, settings().sites)
        seals = {
            seal.number: seal
            for seal in await log.store.seals((await log.store.writers())[0], after=0, limit=9)
        }
    assert [entry.record for entry in copy.records] == made
    assert copy.receipt_id == made[-1].record_id
    assert copy.controllers["larkspur"] == settings().sites["larkspur"].controller
    for entry in copy.records:
        proof = entry.proof
        assert proof.payload.encode() == encode_record(entry.record)
        assert chain.commitment(bytes.fromhex(proof.salt), proof.payload.encode()).hex() == proof.commitment
        assert seals[proof.batch].hash.hex() == proof.seal
        assert bytes.fromhex(proof.commitment)[:8] == seals[proof.batch].locators


async def test_there_is_no_receipt_without_a_record(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, _):
        with pytest.raises(NotFoundError):
            await receipt(log, consent_id(), {})


async def test_the_receipts_page_tells_the_decision_and_escapes_what_browsers_sent(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        visitor = consent_id()
        hostile = event(version, consent_id=visitor, not_removed=("<script>alert(1)</script>",))
        await log.append(hostile, RequestContext())
        page = receipt_page(await receipt(log, visitor, settings().sites), settings().sites)
    assert "Consent given" in page.html
    assert visitor in page.html
    assert "<script" not in page.html
    assert "script-src" not in page.policy
    assert "default-src 'none'" in page.policy
