from __future__ import annotations

import csv
import io
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings

from consent.exports.csv_export import export
from consent.model.categories import CATEGORIES
from consent.model.records import ConsentRecord
from tests.consent.exports.exporting import exported, records, stream_of
from tests.consent.factories import fill, opened_log


async def test_the_csv_export_has_a_row_for_each_record_and_a_column_for_each_category(
    tmp_path: Path,
) -> None:
    async with opened_log(tmp_path) as (log, version):
        made = await fill(log, version, 2)
        rows = list(csv.DictReader(io.StringIO(await exported(log, "csv"))))
    assert [row["record_id"] for row in rows] == [one.record_id for one in made]
    assert {row["advertising"] for row in rows} == {"granted"}
    assert rows[0]["gpc_js"] == ""


async def test_the_choice_for_services_is_one_cell(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        await fill(log, version, 1, services={"Hotjar": "denied", "Maps": "granted"})
        [row] = csv.DictReader(io.StringIO(await exported(log, "csv")))
    assert row["services"] == "Hotjar: denied; Maps: granted"


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
async def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path, start: str) -> None:
    async with opened_log(tmp_path) as (log, version):
        hostile = f"{start}cmd|' /C calc'!A0"
        await fill(log, version, 1, not_removed=(hostile,))
        [row] = csv.DictReader(io.StringIO(await exported(log, "csv")))
    assert row["not_removed"] == f"'{hostile}"


FIELDS = ConsentRecord.__struct_fields__
DEFAULTS = [field.default for field in msgspec.structs.fields(ConsentRecord)]


def read_back(row: dict[str, str]) -> dict[str, object]:
    """The fields of a record from its row, as a program would read them; ``not_removed`` is joined with spaces."""
    plain = {name: text[1:] if text[:2] in {"'=", "'+", "'-", "'@"} else text for name, text in row.items()}
    fields: dict[str, object] = {name: text for name, text in plain.items() if name not in set(CATEGORIES)}
    for name in ("gpc_header", "gpc_js", "gpc_honoured", "client_time_clamped"):
        fields[name] = {"true": True, "false": False, "": None}[plain[name]]
    for name in ("valid_until", "client_time_sent", "previous_record_id"):
        fields[name] = plain[name] or None
    for name, default in zip(FIELDS, DEFAULTS, strict=True):
        if default is msgspec.UNSET and not fields[name]:  # a record with nothing to say has no such field
            del fields[name]
    for name, made in (("ms_since_shown", int), ("shown_share", float), ("bot", bool)):
        if name in fields:
            fields[name] = made(plain[name])
    return fields | {"categories": {name: plain[name] for name in CATEGORIES}}


@given(records())
@settings(max_examples=50, deadline=None)
async def test_a_record_comes_back_from_its_row(record: ConsentRecord) -> None:
    text = b"".join([part async for part in export(stream_of(record), None)]).decode()  # type: ignore[arg-type]  # unused
    [row] = csv.DictReader(io.StringIO(text, newline=""))
    back = read_back(row)
    expected = msgspec.to_builtins(record)
    joined = " ".join(expected.pop("not_removed"))
    told = " ".join(expected.pop("signals_sent", ())).removeprefix("'")
    assert str(back.pop("signals_sent", "")).removeprefix("'") == told
    assert str(back.pop("not_removed")).removeprefix("'") == joined.removeprefix("'")
    assert back == expected
