from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consent.commands.log import command as log
from consent.commands.widget import command as widget
from consent.model.errors import ConfigError, IntegrityError, NotFoundError
from consent.model.inventory import encode_inventory
from tests.consent.commands.test_serve import SITES
from tests.consent.factories import database, inventory

MADE = {"desktop": b"a wide picture", "phone": b"a narrow picture"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One site, published where there is no browser."""
    (tmp_path / "sites.toml").write_text(SITES, encoding="utf-8")
    (tmp_path / "inventory.json").write_bytes(encode_inventory(inventory()))
    run(tmp_path, widget, "publish", "larkspur", "--inventory", f"{tmp_path}/inventory.json", "--no-pictures")
    return tmp_path


def run(folder: Path, command: object, *words: str) -> Result:
    options = ["--sites", str(folder / "sites.toml"), "--database", database(folder)]
    return CliRunner().invoke(command, [*words, *options])  # type: ignore[arg-type]  # groups of both kinds


def version(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "consentry.db")) as connection:
        found: str = connection.execute("SELECT version FROM notice").fetchone()[0]
    return found


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def there() -> None:
        monkeypatch.setattr("consent.pictures.drawer", lambda: draw)

    def draw(_: object) -> Mapping[str, bytes]:
        return MADE

    return there


def test_what_was_published_without_a_browser_is_drawn_once(
    folder: Path, browser: Callable[[], None]
) -> None:
    browser()
    assert run(folder, widget, "pictures").output == "larkspur: drew desktop, phone\n"
    assert run(folder, widget, "pictures", "larkspur").output == "larkspur: are there already\n"


def test_where_nothing_can_draw_it_fails_and_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consent.pictures.drawer", lambda: None)
    result = run(folder, widget, "pictures")
    assert "larkspur: none were made" in result.output
    assert isinstance(result.exception, ConfigError)
    assert "the extra [scan] brings a browser" in str(result.exception)


def test_a_notice_that_is_not_published_yet_is_not_drawn(folder: Path, browser: Callable[[], None]) -> None:
    browser()
    sites = folder / "sites.toml"
    sites.write_text(SITES + '[sites.larkspur.banner]\nposition = "center"\n', encoding="utf-8")
    error = run(folder, widget, "pictures").exception
    assert isinstance(error, ConfigError)
    assert "is not published" in str(error)


def test_kept_pictures_are_written_to_files_that_name_notice_form_and_widget(
    folder: Path, browser: Callable[[], None]
) -> None:
    browser()
    run(folder, widget, "pictures")
    notice = version(folder)
    result = run(folder, log, "pictures", notice[:12], "--out", f"{folder}/out", "--json")
    written = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    assert sorted(written.values()) == sorted(MADE.values())
    assert all(name.startswith(f"{notice[:16]}-") and name.endswith(".png") for name in written)
    told = json.loads(result.output)["data"]
    assert told == {name: hashlib.sha256(content).hexdigest() for name, content in written.items()}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE picture SET content = x'00' WHERE form = 'phone'",
        f"UPDATE picture SET content = x'00', sha256 = '{hashlib.sha256(bytes(1)).hexdigest()}' WHERE form = 'phone'",
    ],
)
def test_a_picture_that_is_not_the_sealed_one_is_not_handed_out(
    folder: Path, browser: Callable[[], None], change: str
) -> None:
    browser()
    run(folder, widget, "pictures")
    with closing(sqlite3.connect(folder / "consentry.db")) as connection, connection:
        connection.execute(change)
    result = run(folder, log, "pictures", version(folder), "--out", f"{folder}/out")
    assert isinstance(result.exception, IntegrityError)
    assert not (folder / "out").exists()


@pytest.mark.parametrize("notice", ["0123456789", "abc", ""])
def test_a_notice_that_is_not_there_is_said_so(folder: Path, notice: str) -> None:
    assert isinstance(run(folder, log, "pictures", notice, "--out", f"{folder}/out").exception, NotFoundError)


def test_a_notice_that_nobody_has_drawn_is_said_so(folder: Path) -> None:
    error = run(folder, log, "pictures", version(folder), "--out", f"{folder}/out").exception
    assert "nobody has drawn it yet" in str(error)


def test_publishing_keeps_what_is_known_of_the_policy(folder: Path) -> None:
    (folder / "policy.html").write_text("We keep nothing.", encoding="utf-8")
    words = ("publish", "larkspur", "--inventory", f"{folder}/inventory.json", "--no-pictures")
    assert (
        run(folder, widget, *words, "--policy", f"{folder}/policy.html", "--policy-version", "3").exit_code
        == 0
    )
    with closing(sqlite3.connect(folder / "consentry.db")) as connection:
        rows = connection.execute("SELECT content FROM inventory ORDER BY created").fetchall()
    known = json.loads(rows[-1][0])
    assert (known["policy_version"], known["policy_sha256"]) == (
        "3",
        hashlib.sha256(b"We keep nothing.").hexdigest(),
    )
    missing = run(folder, widget, *words, "--policy", f"{folder}/none.html").exception
    assert isinstance(missing, ConfigError)
