"""Ways to make a choice are found in their folder, surest first."""

from __future__ import annotations

import tomllib
from pathlib import Path

from scanner.consent_actions import way_types

FOLDER = Path(__file__).parents[3] / "scanner" / "consent_actions"


def test_ways_are_found_in_the_order_in_which_they_are_tried() -> None:
    assert [way.id for way in way_types()] == ["own_widget", "autoconsent", "wording"]


def test_every_language_has_every_list() -> None:
    words = tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))
    assert len(words) >= 15
    for language, lists in words.items():
        assert set(lists) == {"accept", "reject", "settings", "save", "banner", "related"}, language
        assert all(lists[name] for name in lists), language
        assert all(word == word.lower() for name in lists for word in lists[name]), language
