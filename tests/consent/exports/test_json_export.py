from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given, settings

from consent.exports.json_export import export
from consent.log import decode_record, encode_record
from consent.model.records import ConsentRecord
from tests.consent.exports.exporting import exported, records, stream_of
from tests.consent.factories import fill, opened_log


async def test_the_json_export_has_every_record_as_it_was_sealed(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        made = await fill(log, version, 2)
        text = await exported(log, "json")
    assert [one["record_id"] for one in json.loads(text)["data"]] == [one.record_id for one in made]
    assert encode_record(made[0]).decode() in text


async def test_an_export_of_nothing_is_valid_json(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, _):
        assert json.loads(await exported(log, "json")) == {"data": []}


@given(records())
@settings(max_examples=50, deadline=None)
async def test_a_record_comes_back_from_the_json_export(record: ConsentRecord) -> None:
    text = b"".join([part async for part in export(stream_of(record), None)])  # type: ignore[arg-type]  # unused
    [line] = text.splitlines()[1:-1]
    assert decode_record(line) == record
