from __future__ import annotations

import pytest

from scanner.knowledge import Knowledge
from scanner.knowledge.words import words_of


@pytest.mark.parametrize("name", ["lastVisitDate", "last_visit_date", "LAST-VISIT-DATE", "last.visit.date"])
def test_one_name_in_four_spellings_has_the_same_words(name: str) -> None:
    assert words_of(name) == ("last", "visit", "date")


def test_digits_are_words_of_their_own_and_a_long_name_is_cut() -> None:
    assert words_of("ABTest42x") == ("ab", "test", "42", "x")
    assert len(words_of("a_" * 10_000)) == 60


def test_a_vendors_name_outranks_the_words_in_it() -> None:
    rules = Knowledge.load().rules_for("_hjAbsoluteSessionInProgress", "larkspur.example", first_party=True)
    assert rules[0].rule.service.id == "hotjar.analytics"


def test_words_are_asked_only_on_the_sites_own_host_where_the_rule_says_so() -> None:
    knowledge = Knowledge.load()
    assert knowledge.rules_for("my-basket", "larkspur.example", first_party=True)[0].rule.order
    assert knowledge.rules_for("my-basket", "unknown.test", first_party=False) == []
