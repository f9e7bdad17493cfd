from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from consent.model.errors import ConfigError, NotFoundError
from scanner.commands import knowledge
from scanner.report import encode_report
from tests.scanner.factories import DAY, item, report
from tests.scanner.knowledge.lists import ADVERTISING

KLARO = "var c = {services: [{name: 'x', purposes: ['analytics'], cookies: ['zq8Kd02']}]}"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a sites file, and a data folder of this test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONSENTRY_DATA", str(tmp_path / "data"))
    (tmp_path / "sites.toml").write_text('[sites.larkspur]\nurl = "https://www.larkspur.example/"\n')
    return tmp_path


def run(*arguments: str) -> str:
    result = CliRunner().invoke(knowledge.command, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def data(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json"))["data"]


def test_show_explains_in_words_and_as_json() -> None:
    assert "Known name _ga of Google Analytics" in run("show", "_ga")
    found = data("show", "_ga", "--host", "shop.example", "--site", "www.shop.example")
    assert found["verdict"]["category"] == "performance"
    assert [one["decides"] for one in found["reasons"]][:1] == [True]


def test_an_import_is_shown_with_its_licence_listed_used_and_removed(folder: Path) -> None:
    (folder / "klaro.js").write_text(KLARO)
    said = run("import", "klaro.js", "--licence", "CC0-1.0")
    assert "1 name as klaro-configuration-klaro-js" in said
    assert "licence: CC0-1.0" in said
    assert data("show", "zq8Kd02")["verdict"]["rule"] == "import:klaro-configuration-klaro-js"
    assert "licence: CC0-1.0" in run("sources")
    assert data("import", "klaro.js")["categories"] == {"performance": 1}
    assert run("sources", "--remove", "klaro-configuration-klaro-js").startswith("Removed")
    assert data("sources") == []
    assert "Nothing beyond the shipped rules" in run("sources")
    with pytest.raises(NotFoundError, match="no source 'klaro'"):
        run("sources", "--remove", "klaro")


def test_a_filter_list_is_loaded_listed_used_and_removed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "list.txt").write_text(ADVERTISING)
    said = run("update", "--list", "list.txt")
    assert "EasyList, version 24 Nov 2026 00:00 UTC: 1 rules, taken as advertising" in said
    assert "licence: not stated" in said
    assert data("show", "zq8Kd02", "--host", "ads.unheard.example")["verdict"]["rule"] == "list:easylist"
    assert [one["id"] for one in data("update")] == ["easylist"]
    monkeypatch.setattr(knowledge, "can_match", lambda: False)
    assert "pip install 'consentry[lists]'" in run("sources")
    assert "pip install 'consentry[lists]'" in run("update")
    assert data("sources", "--remove", "easylist") == []


def test_a_decision_is_made_on_the_scan_listed_exported_and_taken_over(folder: Path) -> None:
    scanned = folder / "reports" / "larkspur"
    scanned.mkdir(parents=True)
    seen = item("lk_basket_7", lifetime_s=20 * DAY, set_by=("https://www.larkspur.example/a.js",))
    (scanned / "report.json").write_bytes(encode_report(report(items=(seen,))))
    arguments = ("--category", "necessary", "--reviewer", "M. Keane", "--purpose", "Keeps the basket.")
    with pytest.raises(ConfigError, match=r"criterion: .*; reason: "):
        run("decide", "larkspur", "lk_basket_*", *arguments)
    said = run("decide", "larkspur", "lk_basket_*", *arguments, "--criterion", "B", "--reason", "Asked for.")
    assert "made on: up to a month, set by larkspur.example" in said
    assert "lk_basket_* (cookie): necessary, exempt by criterion B" in run("decisions", "larkspur")
    run("decisions", "larkspur", "--export", "out.toml")
    (table,) = tomllib.loads((folder / "out.toml").read_text())["sites"]["larkspur"]["decisions"]
    assert (table["lifetime"], table["set_by"], table["reviewer"]) == (
        "up to a month",
        "larkspur.example",
        "M. Keane",
    )
    other = ("--database", "sqlite:///other.db")
    assert "Took over 1 decision(s)" in run("decisions", "larkspur", "--import", "out.toml", *other)
    assert data("decisions", "larkspur", *other) == data("decisions", "larkspur")


def test_a_decision_can_be_made_without_a_scan_and_taken_back() -> None:
    said = run("decide", "larkspur", "x", "--category", "advertising", "--reviewer", "M. Keane")
    assert "made without a scan" in said
    assert "Taken back" in run("decide", "larkspur", "x", "--take-back", "--reviewer", "M. Keane")
    assert "Nothing is decided about larkspur" in run("decisions", "larkspur")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("decide", "larkspur", "x"), ConfigError, "--category: expected what the item is"),
        (("decide", "larkspr", "x", "--category", "advertising"), NotFoundError, "has no site 'larkspr'"),
        (("decide", "Larkspur!", "x", "--category", "advertising"), ConfigError, "is no site id"),
        (("decide", "larkspur", "*", "--category", "advertising"), ConfigError, r"\* alone"),
        (("decide", "larkspur", "x", "--take-back"), ConfigError, "no such database"),
    ],
)
def test_what_cannot_be_decided_is_told(
    arguments: tuple[str, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        run(*arguments, "--reviewer", "M. Keane")


def test_a_report_that_was_named_must_have_the_item(folder: Path) -> None:
    (folder / "r.json").write_bytes(encode_report(report(items=(item("_ga"),))))
    with pytest.raises(ConfigError, match="has no cookie 'x'"):
        run("decide", "larkspur", "x", "--category", "advertising", "--reviewer", "K", "--report", "r.json")
