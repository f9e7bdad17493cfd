from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from consent.model.errors import ConfigError
from scanner.commands.evidence import command
from scanner.reports import Beside
from scanner.reports.pack_report import render
from tests.scanner.factories import report


def test_a_good_pack_ends_with_0_and_tells_what_it_is_and_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "evidence.zip"
    path.write_bytes(render(report(), Beside()))
    said = CliRunner().invoke(command, ["verify", str(path)])
    assert said.exit_code == 0
    assert "All 7 files are as they were packed" in said.output
    assert "https://www.larkspur.example/, 2026-03-02T09:14:05Z" in said.output
    told = json.loads(CliRunner().invoke(command, ["verify", str(path), "--json"]).output)
    assert told["ok"] is True
    assert told["sha256"] in said.output


def test_a_changed_pack_ends_with_1_and_no_pack_with_2(tmp_path: Path) -> None:
    path = tmp_path / "evidence.zip"
    data = bytearray(render(report(), Beside()))
    data[data.index(b"har") if b"har/" in data else len(data) // 3] ^= 0xFF
    path.write_bytes(data)
    said = CliRunner().invoke(command, ["verify", str(path)])
    assert said.exit_code == 1
    assert "WRONG  " in said.output
    problem = CliRunner().invoke(command, ["verify", str(tmp_path / "none.zip")]).exception
    assert isinstance(problem, ConfigError)
