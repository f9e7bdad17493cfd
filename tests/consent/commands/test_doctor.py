from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from consent import diagnosis
from consent.commands.doctor import command
from consent.model.checks import Check, Outcome

SITES = '[server]\ndatabase = "sqlite:///{folder}/log.db"\n[sites.larkspur]\nurl = "https://www.larkspur.example/"\n'


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser has tests of its own; here it is always well."""
    browser = Check(name="browser", outcome=Outcome.OK, detail="headless-shell")
    monkeypatch.setattr(diagnosis, "plugin_checks", lambda: [browser])


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    path = tmp_path / "sites.toml"
    path.write_text(SITES.format(folder=tmp_path), encoding="utf-8")
    return path


def doctor(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, list(map(str, arguments)))


def outcomes(result: Result) -> dict[str, str]:
    answer: dict[str, Any] = json.loads(result.output)
    return {check["name"]: check["outcome"] for check in answer["checks"]}


def test_an_installation_that_is_well_ends_with_success(sites: Path) -> None:
    result = doctor("--sites", sites)
    assert result.exit_code == 0
    assert "0 failed" in result.output
    for name in ("python", "extra [scan]", "browser", "sites", "database", "disk", "clock"):
        assert name in result.output


def test_a_failed_check_ends_with_1_and_names_the_command_that_mends_it(tmp_path: Path) -> None:
    result = doctor("--sites", tmp_path / "sites.toml")
    assert result.exit_code == 1
    assert "FAILED  sites" in result.output
    assert "[sites.shop]" in result.output


def test_every_check_that_is_not_well_says_what_to_do(tmp_path: Path) -> None:
    result = doctor(
        "--sites", tmp_path / "no.toml", "--database", f"sqlite:///{tmp_path}/no/log.db", "--json"
    )
    checks = json.loads(result.output)["checks"]
    bad = [check for check in checks if check["outcome"] != "ok"]
    assert {check["name"] for check in bad} >= {"sites", "database"}
    assert all(check["mend"] for check in bad)


def test_json_says_whether_all_is_well(sites: Path, tmp_path: Path) -> None:
    well = doctor("--sites", sites, "--json")
    assert json.loads(well.output)["ok"] is True
    assert set(outcomes(well).values()) == {"ok"}
    ill = doctor("--sites", tmp_path / "no.toml", "--json")
    assert json.loads(ill.output)["ok"] is False
    assert outcomes(ill)["sites"] == "failed"


def test_the_database_of_the_sites_file_is_checked(sites: Path, tmp_path: Path) -> None:
    (tmp_path / "log.db").write_bytes(b"no database at all, yet long enough to look like a file of one" * 40)
    assert outcomes(doctor("--sites", sites, "--json"))["database"] == "failed"


def test_a_named_database_outranks_the_sites_file(sites: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/missing/log.db"
    assert outcomes(doctor("--sites", sites, "--database", url, "--json"))["database"] == "failed"


def test_without_a_sites_file_a_warning_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = doctor()
    assert result.exit_code == 0
    assert "warning sites" in result.output


def test_every_line_of_a_message_stands_in_its_column(tmp_path: Path) -> None:
    path = tmp_path / "sites.toml"
    path.write_text('[sites.a]\nurl = "https://a.example"\nhots = []\n', encoding="utf-8")
    lines = doctor("--sites", path).output.splitlines()
    [first] = [line for line in lines if "1 mistake:" in line]
    [second] = [line for line in lines if "unknown key" in line]
    assert second.index("sites.a.hots") >= first.index(str(path))


def test_brackets_in_a_message_are_shown_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "sites.toml"
    path.write_text('[sites.a]\nurl = "https://a.example"\nlanguages = []\n', encoding="utf-8")
    assert "got []" in doctor("--sites", path).output
