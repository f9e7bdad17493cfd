from __future__ import annotations

from pathlib import Path

from scanner.report import load_report
from scanner.reports.json_report import render
from tests.scanner.factories import shop_report


def test_the_json_report_is_the_report(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(render(shop_report()))
    assert load_report(path) == shop_report()
