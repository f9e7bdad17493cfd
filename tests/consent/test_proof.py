from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from consent.log import RequestContext, encode_record
from consent.model.errors import NotFoundError
from consent.proof import Selection, export_csv, export_json, receipt, receipt_page
from consent.store import chain
from consent.times import parse_rfc3339
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


async def text_of(stream: object) -> str:
    return b"".join([part async for part in stream]).decode()  # type: ignore[attr-defined]  # a stream of bytes


async def test_the_json_export_has_every_record_once_and_as_it_was_sealed(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        made = await fill(log, version, 3)
        await log.erase(made[1].consent_id, reason="visitor")
        text = await text_of(export_json(log.store, Selection()))
    assert [one["record_id"] for one in json.loads(text)["data"]] == [made[0].record_id, made[2].record_id]
    assert encode_record(made[0]).decode() in text


async def test_an_export_of_nothing_is_valid_json(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, _):
        assert json.loads(await text_of(export_json(log.store, Selection()))) == {"data": []}


async def test_the_csv_export_has_a_row_for_each_record_and_a_column_for_each_category(
    tmp_path: Path,
) -> None:
    async with opened_log(tmp_path) as (log, version):
        made = await fill(log, version, 2)
        rows = list(csv.DictReader(io.StringIO(await text_of(export_csv(log.store, Selection())))))
    assert [row["record_id"] for row in rows] == [one.record_id for one in made]
    assert {row["advertising"] for row in rows} == {"granted"}
    assert rows[0]["gpc_js"] == ""
    assert rows[0]["client_time_clamped"] == "true" if made[0].client_time_clamped else "false"


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
async def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path, start: str) -> None:
    async with opened_log(tmp_path) as (log, version):
        hostile = f"{start}cmd|' /C calc'!A0"
        await fill(log, version, 1, not_removed=(hostile,))
        [row] = csv.DictReader(io.StringIO(await text_of(export_csv(log.store, Selection()))))
    assert row["not_removed"] == f"'{hostile}"


async def test_an_export_can_be_of_one_site_and_of_one_span(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        first, second = await fill(log, version, 2)
        cut = parse_rfc3339(second.server_time)
        for selection, expected in (
            (Selection(site="larkspur"), 2),
            (Selection(site="thyme"), 0),
            (Selection(since_ms=cut + 1), 0),
            (Selection(until_ms=parse_rfc3339(first.server_time)), 0),
            (Selection(since_ms=parse_rfc3339(first.server_time), until_ms=cut + 1), 2),
        ):
            data = json.loads(await text_of(export_json(log.store, selection)))["data"]
            assert len(data) == expected, selection
