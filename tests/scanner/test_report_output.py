from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from consent.model.errors import ConfigError, ScanError
from scanner.report import Finding
from scanner.report_output import leave_nothing, make_folder, new_findings, tell, write_reports
from scanner.reports import Beside
from tests.scanner.factories import report as a_report
from tests.scanner.factories import shop_report


def test_what_a_page_wrote_is_shown_as_it_is_and_cannot_steer_the_terminal(tmp_path: Path) -> None:
    told = Finding(
        rule="unclassified", severity="low", subject="x", title="[/red] [bold]x[/bold] \x1b[31m stored"
    )
    seen = a_report(findings=(told,) * 31, summary={"verdict_text": "[/red] was seen"})
    out = StringIO()
    console = Console(file=out, width=120)
    tell(seen, tmp_path, console, as_json=False)
    said = out.getvalue()
    assert "[/red] [bold]x[/bold] \\u001b[31m stored" in said
    assert "[/red] was seen" in said
    assert "… and 1 more findings" in said
    assert "0 items, 31 findings" in said


def test_a_program_gets_one_json_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tell(shop_report(), tmp_path, Console(quiet=True), as_json=True)
    line = json.loads(capsys.readouterr().out)
    assert (line["site"], line["out"]) == ("larkspur", str(tmp_path))
    assert line["summary"]["verdict"] == "violations"


def test_each_format_is_a_file_and_none_is_left_half_written(tmp_path: Path) -> None:
    paths = write_reports(shop_report(), tmp_path, ("json", "csv"))
    assert paths == [tmp_path / "report.json", tmp_path / "report.csv"]
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    with pytest.raises(ConfigError, match="cannot be written"):
        write_reports(shop_report(), tmp_path / "nowhere", ("json",))


def test_the_folder_of_a_scan_that_came_to_nothing_goes_where_it_is_empty(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    make_folder(out)
    (out / "screenshots").mkdir()
    leave_nothing(out)
    assert not out.exists()
    (tmp_path / "a" / "kept").write_text("x")
    leave_nothing(tmp_path / "a")
    assert (tmp_path / "a" / "kept").exists()


def test_only_what_the_baseline_lacks_is_new() -> None:
    seen = shop_report()
    assert new_findings(seen, None) == seen.findings
    assert new_findings(seen, seen) == ()
    assert new_findings(seen, a_report()) == seen.findings


def test_a_format_that_cannot_be_made_costs_no_other(tmp_path: Path) -> None:
    def broken(page: bytes, header: str, footer: str) -> bytes:
        raise ScanError("The browser cannot draw it.")

    with pytest.raises(ScanError, match="cannot draw"):
        write_reports(shop_report(), tmp_path, ("pdf", "json", "pack"), Beside(printer=broken))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evidence.zip", "report.json"]
