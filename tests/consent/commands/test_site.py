"""What rows, files and imports are is tested in their own modules; here the commands as a journey."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consent.commands.site import command
from consent.model.errors import ConfigError
from consent.model.sites import load_sites
from tests.consent.test_site_files import FILE
from tests.scanner.knowledge.test_site_configurations import COOKIEBOT, KLARO


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sites.toml").write_text(FILE, encoding="utf-8")
    (tmp_path / "rows.csv").write_text("id,url,group\nthyme,https://thyme.example/,teas\n", encoding="utf-8")
    (tmp_path / "klaro.js").write_text(KLARO, encoding="utf-8")
    (tmp_path / "cc.js").write_text(COOKIEBOT, encoding="utf-8")
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(command, [*words, "--sites", str(folder / "sites.toml")])


def data(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)["data"]
    return found


def test_sites_of_a_spreadsheet_are_tried_added_and_listed(folder: Path) -> None:
    rows = ("--csv", str(folder / "rows.csv"))
    tried = run(folder, "add", *rows, "--dry-run")
    assert "1 site would be added" in tried.output
    assert (folder / "sites.toml").read_text(encoding="utf-8") == FILE
    assert data(run(folder, "add", *rows, "--json")) == {"added": ["thyme"], "sites": 2, "written": True}
    listed = data(run(folder, "list", "--group", "teas", "--json"))["sites"]
    assert [one["id"] for one in listed] == ["larkspur", "thyme"]  # type: ignore[attr-defined]  # a list
    again = run(folder, "add", *rows)
    assert isinstance(again.exception, ConfigError)
    assert "is in the sites file already" in again.exception.message


def test_a_group_that_there_is_not_cannot_be_listed(folder: Path) -> None:
    refused = run(folder, "list", "--group", "tea").exception
    assert isinstance(refused, ConfigError)
    assert "Groups: teas." in refused.hint


def test_a_configuration_is_taken_over_without_changing_what_the_file_says(folder: Path) -> None:
    result = run(folder, "import", str(folder / "klaro.js"), "--site", "larkspur")
    assert result.exit_code == 0, result.output
    assert "left: cookie lk_basket: is called necessary" in result.output
    assert "languages: is set already" in result.output  # its group says it
    site = load_sites(folder / "sites.toml").site("larkspur")
    assert (site.languages, site.banner.accent, site.banner.consent_days) == (("en",), "#0a7d4f", 395)
    assert [one.name for one in site.decisions] == ["_ga", "_ga*", "_gid"]


def test_a_site_that_is_new_needs_its_address(folder: Path) -> None:
    words = ("import", str(folder / "cc.js"), "--site", "rose")
    assert isinstance(run(folder, *words).exception, ConfigError)
    tried = data(run(folder, *words, "--url", "https://rose.example/", "--dry-run", "--json"))
    assert (tried["tool"], tried["written"]) == ("Cookiebot", False)
    assert "rose" not in (folder / "sites.toml").read_text(encoding="utf-8")
    assert run(folder, *words, "--url", "https://rose.example/", "--criterion", "B").exit_code == 0
    site = load_sites(folder / "sites.toml").site("rose")
    assert [str(one.category) for one in site.decisions] == ["necessary", "performance", "performance"]
    assert site.banner.shims == ("cookiebot",)
    wrong = run(
        folder, "import", str(folder / "cc.js"), "--site", "A B", "--url", "https://x.example/"
    ).exception
    assert isinstance(wrong, ConfigError)
