from __future__ import annotations

import gzip
import hashlib
import json
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import brotli
import pytest
from click.testing import CliRunner, Result

from consent.commands.widget import command
from consent.model.errors import ConfigError, NotFoundError
from consent.model.inventory import encode_inventory
from tests.consent.commands.test_serve import SITES
from tests.consent.factories import database, inventory
from widget import render


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sites.toml").write_text(SITES, encoding="utf-8")
    (tmp_path / "inventory.json").write_bytes(encode_inventory(inventory()))
    (tmp_path / "scan.json").write_bytes(head())
    return tmp_path


def head(scan_id: str = "scan-1") -> bytes:
    """As much of a report.json as publishing looks at."""
    return json.dumps({"schema": 1, "site": "larkspur", "scan_id": scan_id, "findings": [{}]}).encode()


def run(folder: Path, *words: str) -> Result:
    options = ["--sites", str(folder / "sites.toml"), "--database", database(folder)]
    return CliRunner().invoke(command, [*words, *options])


def failed(folder: Path, *words: str) -> Exception:
    result = run(folder, *words)
    assert isinstance(result.exception, Exception)
    return result.exception


def notices(folder: Path) -> list[str]:
    """The versions that are stored, oldest first."""
    with closing(sqlite3.connect(folder / "consentry.db")) as connection:
        rows = connection.execute(
            "SELECT notice_version FROM publication GROUP BY 1 ORDER BY min(id)"
        ).fetchall()
    return [row[0] for row in rows]


def test_publishing_prints_the_notice_version_that_is_stored(folder: Path) -> None:
    result = run(folder, "publish", "larkspur", "--inventory", f"{folder}/inventory.json")
    assert result.exit_code == 0, result.output
    [version] = re.findall(r"^Notice version ([0-9a-f]{64})$", result.output, re.MULTILINE)
    assert notices(folder) == [version]
    assert result.output.endswith(render.snippet("https://consent.larkspur.example/w/larkspur.js"))


def test_an_address_that_only_this_machine_may_know_is_told(folder: Path) -> None:
    words = ("publish", "larkspur", "--inventory", f"{folder}/inventory.json")
    assert "public_url" not in run(folder, *words).stderr
    path = folder / "sites.toml"
    path.write_text(re.sub("public_url.*", "", path.read_text(encoding="utf-8")), encoding="utf-8")
    assert "Set public_url in sites.toml" in run(folder, *words).stderr
    assert not run(folder, *words, "--public-url", "https://consent.larkspur.example").stderr


def test_a_report_stands_for_the_inventory_beside_it(folder: Path) -> None:
    by_report = run(folder, "publish", "larkspur", "--json", "--report", f"{folder}/scan.json")
    by_file = run(folder, "publish", "larkspur", "--json", "--inventory", f"{folder}/inventory.json")
    one, other = (json.loads(result.output)["data"] for result in (by_report, by_file))
    assert one["inventory_sha256"] == other["inventory_sha256"]
    assert one["scan_id"] == "scan-1"
    assert one["snippet"] == render.snippet("https://consent.larkspur.example/w/larkspur.js")


def test_exactly_one_source_is_to_be_given(folder: Path) -> None:
    both = ("--report", f"{folder}/scan.json", "--inventory", f"{folder}/inventory.json")
    for words in ((), both):
        assert "either --report or --inventory" in str(failed(folder, "publish", "larkspur", *words))


def test_a_report_without_an_inventory_or_none_at_all_is_told(folder: Path) -> None:
    (folder / "inventory.json").unlink()
    assert "Scan again" in str(failed(folder, "publish", "larkspur", "--report", f"{folder}/scan.json"))
    assert "no such file" in str(failed(folder, "publish", "larkspur", "--report", f"{folder}/none.json"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"# A report", "is not a report"),
        (b'{"schema": 1, "site": "larkspur", "scan_id": "scan-1", "items": []}', "is not a report"),
        (head("scan-2"), "is of the scan scan-2, but the inventory.json beside it of scan-1"),
    ],
)
def test_a_file_that_is_no_report_of_that_scan_is_not_published(
    folder: Path, content: bytes, told: str
) -> None:
    (folder / "scan.json").write_bytes(content)
    assert told in str(failed(folder, "publish", "larkspur", "--report", f"{folder}/scan.json"))
    assert not (folder / "consentry.db").exists()


def test_an_unknown_site_and_anothers_inventory_are_told(folder: Path) -> None:
    source = ("--inventory", f"{folder}/inventory.json")
    assert isinstance(failed(folder, "publish", "larkspurr", *source), NotFoundError)
    (folder / "inventory.json").write_bytes(encode_inventory(inventory(site="thyme")))
    assert isinstance(failed(folder, "publish", "larkspur", *source), ConfigError)


def test_building_writes_the_widget_plain_compressed_and_by_hash(folder: Path) -> None:
    run(folder, "publish", "larkspur", "--inventory", f"{folder}/inventory.json")
    result = run(folder, "build", "larkspur", "--out", f"{folder}/cdn")
    assert result.exit_code == 0, result.output
    names = sorted(path.name for path in (folder / "cdn").iterdir())
    plain = (folder / "cdn" / "larkspur.js").read_bytes()
    twin = f"larkspur.{hashlib.sha256(plain).hexdigest()[:16]}.js"
    scripts = [path.read_text() for path in (folder / "cdn").glob("*.js")]
    further = {name for script in scripts for name in re.findall(r'"(larkspur\.[0-9a-f]{16}\.js)"', script)}
    assert len(further) == 3  # the settings, what is looked up there, and what waits
    assert names == sorted(
        f"{base}{end}" for base in ("larkspur.js", twin, *further) for end in ("", ".br", ".gz")
    )
    assert (folder / "cdn" / twin).read_bytes() == plain
    assert brotli.decompress((folder / "cdn" / "larkspur.js.br").read_bytes()) == plain
    assert gzip.decompress((folder / "cdn" / "larkspur.js.gz").read_bytes()) == plain
    assert b"https://consent.larkspur.example" in plain


def test_what_the_files_show_is_among_the_notices(folder: Path) -> None:
    run(folder, "publish", "larkspur", "--inventory", f"{folder}/inventory.json")
    changed = SITES + 'policy_url = "https://www.larkspur.example/privacy"\n'
    (folder / "sites.toml").write_text(changed, encoding="utf-8")
    run(folder, "build", "larkspur", "--out", f"{folder}/cdn", "--json")
    plain = (folder / "cdn" / "larkspur.js").read_text(encoding="utf-8")
    before, after = notices(folder)
    assert after in plain
    assert before not in plain


def test_nothing_is_built_before_something_is_published(folder: Path) -> None:
    assert isinstance(failed(folder, "build", "larkspur", "--out", f"{folder}/cdn"), NotFoundError)
    assert not (folder / "cdn").exists()


def test_publishing_tells_whether_pictures_were_made_and_goes_on_without(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("publish", "larkspur", "--inventory", f"{folder}/inventory.json")
    monkeypatch.setattr("consent.pictures.drawer", lambda: None)
    without = run(folder, *words, "--pictures")
    assert (without.exit_code, "No picture of the banner was made" in without.output) == (0, True)
    monkeypatch.setattr("consent.pictures.drawer", lambda: lambda _: {"desktop": b"d", "phone": b"p"})
    made = run(folder, *words, "--pictures")
    assert "Pictures of the banner are kept: desktop, phone" in made.output
    again = run(folder, *words, "--pictures", "--json")
    assert json.loads(again.output)["data"]["pictures"] == {}, "they are there already"


def test_what_pages_met_is_listed_and_where_none_tells_the_setting_is_named(folder: Path) -> None:
    run(folder, "publish", "larkspur", "--inventory", f"{folder}/inventory.json", "--no-pictures")
    result = run(folder, "discovered", "larkspur")
    assert "Nothing that the inventory of larkspur does not know" in result.output
    assert "Set self_check under [sites.larkspur.banner]" in result.output
    with closing(sqlite3.connect(folder / "consentry.db")) as connection, connection:
        day = int(time.time()) // 86_400
        connection.executemany(
            "INSERT INTO discovered VALUES ('larkspur', ?, 'resource', 'new.example/t.js', ?)",
            [(day, 3), (day - 40, 5)],
        )
    assert re.search(
        r"^resource +3 .* new\.example/t\.js$", run(folder, "discovered", "larkspur").output, re.MULTILINE
    )
    [one] = json.loads(run(folder, "discovered", "larkspur", "--days", "60", "--json").output)["data"]
    assert one["reports"] == 8
