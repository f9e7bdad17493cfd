from __future__ import annotations

from consent.model.categories import Category, ConsentState, Party
from consent.model.scans import ItemFilter, ItemKey, ScanChange, ScanFindings, ScanItem, ScanRun
from consent.store.scan_rows import (
    ITEM_COLUMNS,
    RESULT_COLUMNS,
    RUN_COLUMNS,
    conditions,
    item_of,
    item_row,
    key_of,
    result_row,
    run_of,
    run_row,
    stored_artefacts,
    unpacked,
)

RUN = ScanRun(
    scan_id="1",
    site="larkspur",
    states=(ConsentState.BEFORE, ConsentState.GPC),
    number=4,
    verdict="clean",
    items=3,
    findings=ScanFindings(high=1, info=2),
)


def test_a_run_comes_back_from_its_row_as_it_was() -> None:
    assert len(run_row(RUN)) == len(RUN_COLUMNS)
    assert run_of(run_row(RUN)) == RUN


def test_the_values_of_a_result_stand_in_the_order_of_its_columns() -> None:
    values = dict(zip(RESULT_COLUMNS, result_row(RUN), strict=True))
    assert (values["number"], values["verdict"], values["items"]) == (4, "clean", 3)
    assert (values["high"], values["info"]) == (1, 2)


def test_an_item_is_named_by_kind_name_and_host() -> None:
    item = ScanItem(
        kind="cookie", name="_ga", host="a.example", party=Party.FIRST, category=Category.PERFORMANCE
    )
    row = item_row(item)
    assert len(row) == len(ITEM_COLUMNS)
    assert key_of(row) == ("cookie", "_ga", "a.example")
    assert item_of(row[-1]) == item


def test_what_is_typed_into_a_filter_stays_a_value() -> None:
    parts = conditions(ItemFilter(text="' OR 1=1 --", kind="x'"), ItemKey("a", "b", "c"))
    assert all("OR 1" not in part.sql and "x'" not in part.sql for part in parts)
    assert all(part.sql.count("{}") == len(part.parameters) for part in parts)
    assert conditions(ItemFilter(), None) == []


def test_reports_take_a_fraction_of_their_size() -> None:
    report = b'{"url": "https://www.larkspur.example/tea/green"}' * 1_000
    stored = stored_artefacts(ScanChange(), {"report.json": report})
    assert len(stored["report.json"]) < len(report) / 50
    assert unpacked(stored["report.json"]) == report
