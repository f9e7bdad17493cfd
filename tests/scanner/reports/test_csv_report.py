from __future__ import annotations

import csv
import io

import pytest

from scanner.reports.csv_report import COLUMNS, NOTE, render
from tests.scanner.factories import HOSTILE, item, report, shop_report


def all_rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def rows(data: bytes) -> list[dict[str, str]]:
    return [row for row in all_rows(data) if row["kind"] != NOTE]


def test_one_row_an_item_with_every_column() -> None:
    found = rows(render(shop_report()))
    assert len(found) == len(shop_report().items)
    assert tuple(found[0]) == COLUMNS
    ga = next(row for row in found if row["name"] == "_ga")
    assert (ga["category"], ga["vendor"], ga["states"]) == (
        "performance",
        "Google Ireland Limited",
        "before reject accept",
    )
    assert (ga["lifetime"], ga["lifetime_s"], ga["secure"]) == ("13 months", "34560000", "yes")


def test_lines_end_as_rfc_4180_says() -> None:
    data = render(report(items=(item('a"b,c'),)))
    assert data.count(b"\r\n") == 2 + len(all_rows(render(report())))
    assert data.count(b"\n") == data.count(b"\r\n")
    assert b'"a""b,c"' in data


@pytest.mark.parametrize("name", ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "  =1", "\uff1d1"])
def test_no_cell_is_a_formula(name: str) -> None:
    (row,) = rows(render(report(items=(item(name, purpose=name),))))
    assert row["name"] == f"'{name}"
    assert row["purpose"].startswith("'")


def test_line_ends_and_hidden_characters_in_a_name_become_visible() -> None:
    (row,) = rows(render(report(items=(item("a\r\n=b\ud800" + HOSTILE),))))
    assert row["name"].startswith("a\\u000d")
    assert "\u202e" not in row["name"]


def test_a_report_without_items_still_has_its_header_its_coverage_and_its_limits() -> None:
    data = render(report(limits=("=only this",)))
    assert data.decode("utf-8").startswith(",".join(COLUMNS) + "\r\n")
    assert [(row["kind"], row["name"], row["reason"]) for row in all_rows(data)] == [
        ("note", "coverage", "1 of 1 page was measured."),
        ("note", "coverage", "Consent states measured: before, reject, accept. not scanned: withdraw, gpc."),
        ("note", "limit", "'=only this"),
    ]
