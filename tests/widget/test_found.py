from __future__ import annotations

from tests.widget.conftest import config, item
from widget import found
from widget.config import Rule


def test_items_travel_without_the_names_of_their_fields() -> None:
    one = item("c", "_ga", "p", service="Google Analytics")
    assert found.shown((one,)) == [("c", "_ga", "p", "Google", "Counts visits.", 34_128_000)]


def test_what_is_not_classified_stands_with_advertising() -> None:
    items = (item("c", "_ga", "p"), item("c", "lk", "u"), item("l", "ads", "a"), item("c", "sid", "n"))
    assert found.counts(items) == {"p": 1, "a": 2, "n": 1}
    assert found.counts(()) == {}


def test_a_category_with_one_service_has_no_choice_of_services() -> None:
    one = Rule("a.example", "", "p", 0, "A")
    assert found.services(config(rules=(one,), items=())) == {}
    several = (one, Rule("b.example", "", "u", 0, "Z"), Rule("c.example", "", "n", 0, "C"))
    items = (
        item("c", "_b", "p", service="B"),
        item("c", "_z", "a", service="Y"),
        item("c", "_n", "n", service="N"),
    )
    assert found.services(config(rules=several, items=items)) == {"p": ["A", "B"], "a": ["Y", "Z"]}


def test_only_what_the_site_itself_stores_for_a_service_to_choose_is_removed_with_it() -> None:
    rules = (
        Rule("a.example", "", "p", 0, "A"),
        Rule("b.example", "", "p", 0, "B"),
        Rule("x.example", "", "f", 0, "X"),
    )
    items = (
        item("c", "_a", "p", service="A"),
        item("c", "_a", "p", service="A", purpose="Another page."),
        item("c", "_theirs", "p", service="A", own=0),
        item("c", "_x", "f", service="X"),
        item("c", "_n", "n", service="A"),
    )
    assert found.stored(config(rules=rules, items=items)) == [("c", "_a", "A")]
