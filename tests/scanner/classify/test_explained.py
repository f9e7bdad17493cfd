from __future__ import annotations

from scanner.classify import Classifier
from scanner.classify.explain import explain
from scanner.classify.explained import in_words
from scanner.knowledge import Knowledge


def words(subject: str, **more: str) -> str:
    return in_words(explain(Classifier(Knowledge.load()), subject, **more))


def test_the_verdict_comes_first_then_the_rules_with_a_mark_at_the_one_that_decides() -> None:
    text = words("_ga", host="shop.example", site="www.shop.example")
    assert text.startswith("_ga on shop.example: performance (")
    assert "→ 1. name '_ga': performance, worth 0.92" in text
    assert "rule google.analytics._ga, source https://" in text


def test_where_nothing_decides_it_is_said_what_would() -> None:
    assert "consentry knowledge decide SITE NAME" in words("zq8Kd02")
    assert "consentry knowledge update" in words("https://nobody.example/x")


def test_a_host_shows_some_of_its_names_and_says_how_many_more() -> None:
    text = words("doubleclick.net")
    assert "IDE" in text
    assert "more (--json has them)" in text


def test_a_name_cannot_command_a_terminal() -> None:
    text = words("a\x1b[31m\u202eb")
    assert "\x1b" not in text
    assert "\u202e" not in text
