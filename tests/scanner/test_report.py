from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from consent.model.errors import ConfigError
from scanner.report import SCHEMA, Finding, Item, Page, Pass, Report, Request, encode_report, load_report

REPORT = Report(
    tool={"version": "0.1.0"},
    site="larkspur",
    started="2026-01-31T12:00:00Z",
    finished="2026-01-31T12:00:09Z",
)

# Programs outside this project read these fields: one may be added, none renamed or taken away.
PROMISED = {
    Report: "schema tool site started finished pages items requests findings summary",
    Page: "url status states",
    Item: "kind name host party category vendor service confidence reason states set_by first_page http_only secure "
    "same_site partitioned lifetime_s size",
    Request: "url host party type state page initiators tracker category vendor",
    Finding: "rule severity title subject state page evidence law fix",
    Pass: "state applied banner_found",
}


@pytest.mark.parametrize("kind", PROMISED, ids=lambda kind: kind.__name__)
def test_the_promised_fields_of_schema_1_are_there(kind: type[msgspec.Struct]) -> None:
    assert set(PROMISED[kind].split()) <= {field.name for field in msgspec.structs.fields(kind)}
    assert SCHEMA == 1


def test_a_report_reads_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(encode_report(REPORT))
    assert load_report(path) == REPORT


def test_a_report_is_written_for_people_too() -> None:
    assert encode_report(REPORT).startswith(b'{\n  "schema": 1,\n')
    assert encode_report(REPORT).endswith(b"}\n")


def test_a_field_of_a_later_version_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(json.dumps(json.loads(encode_report(REPORT)) | {"weather": "fine"}), encoding="utf-8")
    assert load_report(path) == REPORT


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not a report"),
        (b"<html>", "is not a report"),
        (b'{"site": "larkspur"}', "missing required field `tool`"),
        (encode_report(REPORT).replace(b'"larkspur"', b"7"), r"Expected `str`, got `int` - at `\$\.site`"),
    ],
)
def test_what_is_no_report_is_told_with_file_and_field(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=told) as caught:
        load_report(path)
    assert str(path) in caught.value.message


def test_a_missing_report_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"report\.json: cannot be read: No such file") as caught:
        load_report(tmp_path / "report.json")
    assert caught.value.hint


def test_a_report_of_another_schema_is_not_guessed_at(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(encode_report(msgspec.structs.replace(REPORT, schema=2)))
    with pytest.raises(ConfigError, match="has schema 2, expected 1"):
        load_report(path)
