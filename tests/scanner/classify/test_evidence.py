from __future__ import annotations

import pytest

from consent.model.categories import Category, Party
from scanner.classify.evidence import in_days, weigh
from scanner.classify.facts import ItemFacts
from scanner.knowledge import Knowledge


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(30, "30 seconds"), (60, "1 minute"), (7200, "2 hours"), (86400, "1 day"), (730 * 86400, "2 years")],
)
def test_a_duration_is_said_in_the_unit_a_reader_expects(seconds: float, words: str) -> None:
    assert in_days(seconds) == words


def test_a_cookie_that_lives_longer_than_documented_is_less_sure_and_says_so() -> None:
    knowledge = Knowledge.load()
    short = weigh(knowledge, ItemFacts(name="_gid", host="a.example", lifetime_s=86400.0), Party.FIRST)
    long = weigh(knowledge, ItemFacts(name="_gid", host="a.example", lifetime_s=400 * 86400.0), Party.FIRST)
    assert long.confidence < short.confidence
    assert "lives longer than the documented 24 hours" in long.reason


def test_a_third_partys_word_is_no_evidence_about_the_site() -> None:
    found = weigh(Knowledge.load(), ItemFacts(name="my_basket", host="unknown.test"), Party.THIRD)
    assert found.category is Category.UNCLASSIFIED


def test_one_of_many_in_a_collective_file_is_told_by_its_domain() -> None:
    found = weigh(Knowledge.load(), ItemFacts(name="zzq9", host="cdn.mgid.com"), Party.THIRD)
    assert (found.category, found.vendor) == (Category.ADVERTISING, "mgid.com")
    assert "which belongs to other advertising services" in found.reason
