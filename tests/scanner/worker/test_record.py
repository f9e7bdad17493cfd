from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from consent.model.errors import ConfigError
from consent.model.scans import ScanRun
from consent.store import open_store
from scanner.commands import scan
from scanner.report import Report
from scanner.worker.record import record_report
from tests.scanner.worker.made import a_report, left_in, settings

ID = "018f0000-0000-7000-8000-000000000001"


def runs_in(url: str) -> list[ScanRun]:
    async def read() -> list[ScanRun]:
        store = await open_store(url)
        try:
            return await store.scans(None, limit=9)
        finally:
            await store.close()

    return asyncio.run(read())


def test_a_commands_scan_is_stored_with_reports_of_its_own(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/log.db"
    assert runs_in(url) == []
    report = left_in(tmp_path, a_report(scan_id=ID))
    (tmp_path / "report.json").write_text("of an earlier scan")
    record_report(url, report, settings().site("larkspur"), tmp_path)
    [run] = runs_in(url)
    assert (run.scan_id, run.trigger, run.status, run.number) == (ID, "command", "finished", 1)
    assert run.requested_by.startswith("cli:")

    async def artefact() -> tuple[bytes, bytes]:
        store = await open_store(url)
        try:
            return await store.scan_artefact(ID, "report.json") or b"", await store.scan_artefact(
                ID, "report.html"
            ) or b""
        finally:
            await store.close()

    as_json, as_page = asyncio.run(artefact())
    assert ID.encode() in as_json
    assert b"Larkspur" in as_page or b"larkspur" in as_page


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    report = left_in(tmp_path, a_report(scan_id=ID))
    with pytest.raises(ConfigError, match="no such database"):
        record_report(f"sqlite:///{tmp_path}/none.db", report, settings().site("larkspur"), tmp_path)


@pytest.mark.parametrize(
    ("words", "stored"), [(("--database",), True), ((), False)], ids=["named", "not named"]
)
def test_the_scan_command_stores_where_a_database_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], *, stored: bool
) -> None:
    url = f"sqlite:///{tmp_path}/log.db"
    runs_in(url)
    (tmp_path / "sites.toml").write_text(
        f'[server]\ndatabase = "{url}"\n[sites.larkspur]\nurl = "https://www.larkspur.example/"\n'
    )

    def scanned(*_: object, out: Path, **__: object) -> Report:
        return left_in(out, a_report(scan_id=ID))

    monkeypatch.setattr(scan, "scan_site", scanned)
    given = [*words, url] if words else []
    result = CliRunner().invoke(
        scan.command,
        ["larkspur", "--sites", str(tmp_path / "sites.toml"), "--out", str(tmp_path / "out"), *given],
    )
    assert result.exit_code == 0, result.output
    assert bool(runs_in(url)) is stored
    assert (f"Stored as the scan {ID}" in result.output) is stored
