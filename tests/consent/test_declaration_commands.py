from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consent.declaration_commands import declaration_command, policy_command
from consent.model.errors import ConfigError, NotFoundError
from tests.consent.commands.test_serve import SITES
from tests.consent.factories import database, published


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    (tmp_path / "sites.toml").write_text(SITES, encoding="utf-8")
    async with published(tmp_path):
        return tmp_path


def run(folder: Path, *words: str, policy: bool = False) -> Result:
    options = ["--sites", str(folder / "sites.toml"), "--database", database(folder)]
    return CliRunner().invoke(policy_command if policy else declaration_command, [*words, *options])


@pytest.mark.parametrize(
    ("kind", "told"), [("html", "Cookie-Erklärung"), ("md", "# Cookie-Erklärung"), ("js", "Cookie-Erklärung")]
)
def test_the_declaration_is_written_in_the_language_that_is_named(folder: Path, kind: str, told: str) -> None:
    out = folder / f"cookies.{kind}"
    result = run(folder, "larkspur", "--lang", "de", "--format", kind, "--out", str(out))
    assert result.exit_code == 0, result.output
    text = out.read_text(encoding="utf-8")
    assert told in text
    assert "IDE" in text
    assert ('"fixed":true' in text) == (kind == "js")


def test_data_goes_to_the_output_and_names_the_first_publication(folder: Path) -> None:
    data = json.loads(run(folder, "larkspur", "--format", "json").stdout)["data"]
    assert data["language"] == "en"
    assert data["published"]


def test_the_policy_is_a_page_or_markdown(folder: Path) -> None:
    assert run(folder, "larkspur", policy=True).stdout.startswith("<!doctype html>")
    assert run(folder, "larkspur", "--format", "md", "--lang", "fr", policy=True).stdout.startswith(
        "# Politique relative aux cookies"
    )


def test_what_cannot_be_written_is_told(folder: Path) -> None:
    wrong = run(folder, "larkspur", "--lang", "xx").exception
    assert isinstance(wrong, ConfigError)
    assert "--lang xx" in wrong.message
    assert isinstance(run(folder, "thyme").exception, NotFoundError)
