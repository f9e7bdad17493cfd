from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consent.commands.log import command as log_command
from consent.commands.statistics import command
from consent.model.errors import ConfigError, NotFoundError
from tests.consent.commands.test_serve import SITES
from tests.consent.factories import database, fill, opened_log


@pytest.fixture
async def gone(tmp_path: Path) -> str:
    """Three visitors accepted and two were shown the notice; returns the consent id of one who accepted."""
    (tmp_path / "sites.toml").write_text(SITES, encoding="utf-8")
    async with opened_log(tmp_path) as (log, version):
        first, *_ = await fill(log, version, 3)
        await fill(log, version, 5, event="notice_shown", action="none")
    return first.consent_id


def run(folder: Path, *words: str) -> Result:
    options = ["--sites", str(folder / "sites.toml"), "--database", database(folder)]
    return CliRunner().invoke(command, [*words, *options])


def test_what_the_log_has_is_counted_and_shown(tmp_path: Path, gone: str) -> None:
    result = run(tmp_path, "larkspur", "--by", "language")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["language", "en", "all"]
    assert lines[3].split()[1:6] == ["5", "3", "0", "0", "2"]


def test_programs_get_json_and_spreadsheets_csv(tmp_path: Path, gone: str) -> None:
    data = json.loads(run(tmp_path, "larkspur", "--json").output)["data"]
    assert (data["total"]["accepted"], data["by"], len(data["groups"])) == (3, "day", 30)
    table = list(csv.DictReader(io.StringIO(run(tmp_path, "larkspur", "--csv", "--by", "device").output)))
    assert [(row["device"], row["shown"], row["accepted"]) for row in table] == [("other", "5", "3")]


def test_the_days_asked_for_are_those_told(tmp_path: Path, gone: str) -> None:
    data = json.loads(
        run(tmp_path, "larkspur", "--json", "--from", "2020-01-01", "--to", "2020-01-03").output
    )["data"]
    assert (data["from"], data["to"], data["total"]["shown"]) == ("2020-01-01", "2020-01-03", 0)
    assert isinstance(
        run(tmp_path, "larkspur", "--from", "2020-01-02", "--to", "2020-01-01").exception, ConfigError
    )


@pytest.fixture
async def erased(tmp_path: Path, gone: str) -> None:
    async with opened_log(tmp_path) as (log, _):
        await log.erase(gone, reason="visitor")


def test_counting_anew_keeps_what_was_erased_unless_it_is_told_to(tmp_path: Path, erased: None) -> None:
    refused = run(tmp_path, "larkspur", "--rebuild")
    assert isinstance(refused.exception, ConfigError)
    assert "1 erased record(s)" in refused.exception.message
    assert json.loads(run(tmp_path, "larkspur", "--json").output)["data"]["total"]["accepted"] == 3
    anew = run(tmp_path, "larkspur", "--json", "--rebuild", "--without-erased")
    assert json.loads(anew.output)["data"]["total"]["accepted"] == 2
    audit = CliRunner().invoke(log_command, ["audit", "--database", database(tmp_path)])
    assert "statistics.rebuild" in audit.output


def test_what_cannot_be_is_told_with_what_to_do(tmp_path: Path, gone: str) -> None:
    unknown = run(tmp_path, "larkspurr").exception
    assert isinstance(unknown, NotFoundError)
    assert "known: larkspur" in unknown.message
    for words in (("--csv", "--json"), ("--without-erased",)):
        assert isinstance(run(tmp_path, "larkspur", *words).exception, ConfigError)
