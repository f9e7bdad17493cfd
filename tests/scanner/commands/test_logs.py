from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consent.model.errors import ConfigError
from scanner.commands.logs import command
from tests.scanner.accesslogs import samples
from tests.scanner.accesslogs.samples import written


def run(*arguments: object, text: str | None = None) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments], input=text)


def test_a_log_is_told_in_words_with_a_paragraph_for_the_policy(tmp_path: Path) -> None:
    result = run(written(tmp_path, samples.COMBINED), "--out", tmp_path / "copy.log")
    assert result.exit_code == 0, result.output
    for words in (
        "IP addresses (IPv4)",
        "user names",
        "Entries from 2026-03-02",
        "token (1)",
        "Server logs.",
        "Anonymised copy",
    ):
        assert words in result.output
    assert "203.0.113.77" not in result.output + (tmp_path / "copy.log").read_text()


def test_programs_get_one_json_line_a_log_and_standard_input_is_one(tmp_path: Path) -> None:
    log = written(tmp_path, samples.W3C)
    lines = run(log, log, "--json").output.splitlines()
    assert [json.loads(line)["format"] for line in lines] == ["w3c", "w3c"]
    assert json.loads(run("-", "--json", text=samples.COMMON + "\n").output)["file"] == "standard input"


def test_hashes_with_a_key_are_the_same_in_two_runs(tmp_path: Path) -> None:
    log = written(tmp_path, samples.COMBINED)
    (tmp_path / "key").write_text("0123456789abcdef0123")
    for name in ("one", "two"):
        run(log, "--out", tmp_path / name, "--addresses", "hash", "--key-file", tmp_path / "key")
    assert (tmp_path / "one").read_text() == (tmp_path / "two").read_text()
    assert (tmp_path / "one").read_text().startswith("fd")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("a", "b", "--out", "c"), "one FILE"), (("a", "--key-file", "k"), "--addresses hash")],
)
def test_options_that_do_not_fit_are_refused(arguments: tuple[str, ...], told: str) -> None:
    assert told in run(*arguments).output


def test_a_key_that_can_be_guessed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("short")
    result = run(written(tmp_path, samples.COMMON), "--addresses", "hash", "--key-file", tmp_path / "key")
    assert isinstance(result.exception, ConfigError)
    assert "expected 16 or more" in str(result.exception)
