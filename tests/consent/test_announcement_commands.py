from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consent.commands.widget import command
from consent.model.errors import ConfigError, NotFoundError
from consent.model.inventory import encode_inventory
from scanner.commands.policy import command as policy_command
from tests.consent.commands.test_serve import SITES
from tests.consent.factories import database, inventory

UNTIL = (dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=30)).isoformat()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sites.toml").write_text(SITES, encoding="utf-8")
    (tmp_path / "inventory.json").write_bytes(encode_inventory(inventory()))
    done = run(tmp_path, "publish", "larkspur", "--no-pictures", "--inventory", f"{tmp_path}/inventory.json")
    assert done.exit_code == 0, done.output
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    options = ["--sites", str(folder / "sites.toml"), "--database", database(folder)]
    return CliRunner().invoke(command, [*words, *options])


def notice(folder: Path, *words: str) -> str:
    done = run(folder, "notice", "larkspur", *words)
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(folder: Path, *words: str) -> str:
    error = run(folder, "notice", "larkspur", *words).exception
    assert isinstance(error, (ConfigError, NotFoundError)), error
    return str(error)


def built(folder: Path) -> str:
    done = run(folder, "build", "larkspur", "--out", str(folder / "cdn"))
    assert done.exit_code == 0, done.output
    return (folder / "cdn" / "larkspur.js").read_text(encoding="utf-8")


def versions(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "consentry.db")) as connection:
        return [row[0] for row in connection.execute("SELECT DISTINCT notice_version FROM publication")]


@pytest.mark.parametrize("form", ["json", "md"])
def test_what_the_policy_notice_writes_is_announced_shown_built_and_taken_back(
    folder: Path, form: str
) -> None:
    file = folder / f"notice.{form}"
    words = [
        "notice",
        "--change",
        "We add (films).",
        "--contact",
        "privacy@larkspur.example",
        "--format",
        form,
    ]
    words += ["--policy-url", "https://www.larkspur.example/next", "--out", str(file)]
    made = CliRunner().invoke(policy_command, words)
    assert made.exit_code == 0, made.output
    assert "consentry_read" not in built(folder)
    told = notice(folder, "--file", str(file), *(("--until", UNTIL) if form == "md" else ()))
    assert f"until {UNTIL}" in told
    shown = json.loads(notice(folder, "--json"))["data"]["announcement"]
    assert shown["until"] == UNTIL
    assert shown["link"] == "https://www.larkspur.example/next"
    assert shown["texts"]["en"]["title"] == "Our privacy policy changes"
    assert "- We add (films).\n\n" in shown["texts"]["en"]["text"]
    assert "privacy@larkspur.example" in shown["texts"]["en"]["text"]
    script = built(folder)
    assert "consentry_read" in script
    [name] = re.findall(r'\{"en":"(larkspur\.[0-9a-f]{16}\.js)"\}', script)
    assert "We add (films)." in (folder / "cdn" / name).read_text(encoding="utf-8")
    assert "announces nothing any more" in notice(folder, "--take-back")
    assert "consentry_read" not in built(folder)
    assert notice(folder) == "larkspur announces nothing.\n"
    assert len(versions(folder)) == 1  # nobody was asked again


def test_a_text_of_the_command_line_and_one_file_a_language(folder: Path) -> None:
    assert "[en] Soon" in notice(folder, "--text", "From May on.", "--title", "Soon", "--until", UNTIL)
    path = folder / "sites.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[sites.larkspur]", '[sites.larkspur]\nlanguages = ["en", "de", "fr"]'), encoding="utf-8")  # fmt: skip
    for tag, text in (("en", "# Soon\n\nFrom May on."), ("de", "# Bald\n\nAb Mai.")):
        (folder / f"{tag}.md").write_text(text, encoding="utf-8")
    words = ("--file", f"{folder}/en.md", "--file", f"de={folder}/de.md", "--until", UNTIL)
    done = run(folder, "notice", "larkspur", *words)
    assert "[de] Bald" in done.stdout
    assert "visitors who read fr see it in en" in done.stderr


def test_what_does_not_go_together_or_is_missing_is_told(folder: Path) -> None:
    file = folder / "n.md"
    file.write_text("Write to [address].", encoding="utf-8")
    data = folder / "n.json"
    data.write_text("{}", encoding="utf-8")
    assert "exclude each other" in refused(folder, "--text", "a", "--take-back")
    assert "--until: missing" in refused(folder, "--text", "a")
    assert "There is no text" in refused(folder, "--until", UNTIL)
    assert "[address] is still to be filled in" in refused(folder, "--file", str(file), "--until", UNTIL)
    assert "a text in 'en' already" in refused(folder, "--file", str(file), "--file", str(file))
    assert "Give it alone" in refused(folder, "--file", str(data), "--file", str(file))
    assert "is no announcement" in refused(folder, "--file", str(data))
    assert "announces nothing" in refused(folder, "--take-back")
    assert notice(folder) == "larkspur announces nothing.\n"
