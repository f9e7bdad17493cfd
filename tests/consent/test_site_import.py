from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from consent import site_import
from consent.model.categories import Category
from consent.model.configurations import Configuration, ConfiguredItem
from consent.model.errors import ConfigError
from consent.model.sites import Decision, decision_problems
from consent.model.tables import read_table
from consent.site_import import read_configuration, taken

TODAY = dt.date(2026, 11, 25)
FOUND = Configuration(
    tool="Klaro",
    settings={"languages": ["de"], "banner": {"consent_days": 90, "position": "center"}},
    items=(
        ConfiguredItem(
            name="_ga*", category=Category.PERFORMANCE, purpose="Counts visits.", filed="analytics"
        ),
        ConfiguredItem(name="lk_basket", category=Category.NECESSARY, filed="required"),
        ConfiguredItem(name="x", category=Category.UNCLASSIFIED, filed="social"),
    ),
    left=("styling: has no counterpart.",),
)


def test_settings_and_decisions_are_added_and_the_rest_is_told() -> None:
    made = taken(FOUND, {}, criterion=None, today=TODAY)
    assert made.table["languages"] == ["de"]
    [decision] = made.table["decisions"]
    assert decision == {
        "name": "_ga*",
        "category": "performance",
        "kind": "cookie",
        "purpose": "Counts visits.",
        "reason": "From the site's Klaro configuration, where it is filed under analytics.",
        "decided": TODAY,
    }
    assert [line.partition(":")[0] for line in made.left] == ["styling", "cookie lk_basket", "cookie x"]


def test_what_is_called_necessary_needs_somebody_who_says_why() -> None:
    made = taken(FOUND, {}, criterion="B", today=TODAY)
    problems: list[str] = []
    for table in made.table["decisions"]:
        read = read_table(table, Decision, "decisions", problems)
        assert read is not None
        assert decision_problems(read) == []
    assert [one["category"] for one in made.table["decisions"]] == ["performance", "necessary"]
    assert problems == []


def test_what_the_site_says_already_stays() -> None:
    site = {
        "languages": ["en"],
        "banner": {"consent_days": 90},
        "decisions": [{"name": "_ga*", "category": "advertising"}],
    }
    made = taken(FOUND, site, criterion=None, today=TODAY)
    assert made.table == {"banner": {"position": "center"}}
    assert "languages: is set already and stays." in made.left
    assert "cookie _ga*: is decided already." in made.left
    assert not any(line.startswith("banner.consent_days") for line in made.left)  # it says the same


def test_without_anything_that_reads_such_files_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_import, "entry_points", lambda group: ())
    with pytest.raises(ConfigError, match=r"consentry\[scan\]"):
        read_configuration(tmp_path / "klaro.js")


def test_languages_without_texts_are_left_out_and_told() -> None:
    settings = {"languages": ["de", "zz"], "banner": {"texts": {"zz": {"title": "Zz"}}}}
    made = taken(Configuration(tool="Klaro", settings=settings, items=()), {}, criterion=None, today=TODAY)
    assert made.table == {"languages": ["de"]}
    assert made.left == ("zz: there are no texts in this language.",)
