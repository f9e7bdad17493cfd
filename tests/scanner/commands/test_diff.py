from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from consent.model.errors import ConfigError
from scanner.commands.diff import command
from scanner.report import Report, encode_report
from tests.scanner.factories import HOSTILE, SHOP, item, judged, page, report, shop_report


def write(path: Path, content: Report) -> str:
    path.write_bytes(encode_report(content))
    return str(path)


def test_something_worse_ends_with_1_and_says_what(tmp_path: Path) -> None:
    old = write(tmp_path / "old.json", judged(report()))
    new = write(tmp_path / "new.json", judged(report(items=(item("_ga"),))))
    result = CliRunner().invoke(command, [old, new])
    assert result.exit_code == 1
    assert "new before consent: _ga (performance) on larkspur.example" in result.output


def test_the_same_and_the_better_end_with_0(tmp_path: Path) -> None:
    old = write(tmp_path / "old.json", judged(report(items=(item("_ga"),))))
    new = write(tmp_path / "new.json", judged(report()))
    same = CliRunner().invoke(command, [old, old])
    assert (same.exit_code, "Nothing changed." in same.output) == (0, True)
    better = CliRunner().invoke(command, [old, new])
    assert (better.exit_code, "Nothing got worse." in better.output) == (0, True)


def test_scans_of_unlike_pages_are_told_to_be_so(tmp_path: Path) -> None:
    old = write(tmp_path / "old.json", judged(report()))
    new = write(tmp_path / "new.json", judged(report(pages=(page(), page(f"{SHOP}b")))))
    result = CliRunner().invoke(command, [old, new])
    assert "The scans visited unlike pages (both: 1, the older alone: 0, the newer alone: 1)" in " ".join(
        result.output.split()
    )
    assert result.exit_code == 0


def test_json_is_one_object_with_every_change(tmp_path: Path) -> None:
    old = write(tmp_path / "old.json", shop_report(protected=True))
    new = write(tmp_path / "new.json", shop_report())
    result = CliRunner().invoke(command, ["--json", old, new])
    changes = json.loads(result.output)
    assert result.exit_code == 1
    assert changes["site"] == "larkspur"
    assert len(changes["worse"]) > 10
    assert {"items_new", "items_changed", "services_gone", "findings_new"} <= set(changes)


def test_a_hostile_name_reaches_the_terminal_only_in_the_open(tmp_path: Path) -> None:
    name = f"[bold]\x1b]0;owned\x07{HOSTILE}"
    old = write(tmp_path / "old.json", judged(report()))
    new = write(tmp_path / "new.json", judged(report(items=(item(name),))))
    result = CliRunner().invoke(command, [old, new])
    assert result.exit_code == 1
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output
    assert "[bold]" in result.output


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"tool": {}, "site": 3}'])
def test_a_file_that_is_no_report_is_named(tmp_path: Path, content: bytes) -> None:
    bad = tmp_path / "bad.json"
    bad.write_bytes(content)
    result = CliRunner().invoke(command, [str(bad), str(bad)])
    assert isinstance(result.exception, ConfigError)
    assert result.exception.exit_code == 2
    assert "bad.json" in str(result.exception)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [str(tmp_path / "none.json"), str(tmp_path / "none.json")])
    assert isinstance(result.exception, ConfigError)
    assert "none.json" in str(result.exception)
