from __future__ import annotations

from consent.model.categories import Category, Party
from scanner.findings.essential_doubtful import find
from tests.scanner.factories import DAY, item, report


def test_a_third_partys_long_lived_necessary_cookie_is_doubted() -> None:
    doubtful = item("cid", category=Category.NECESSARY, party=Party.THIRD, lifetime_s=300 * DAY, service="S")
    (finding,) = find(report(items=(doubtful,)))
    assert finding.severity == "low"
    assert finding.title == "S: 1 cookie called necessary, though a third party's and kept over 6 months"
    assert 'criterion = "B"' in finding.fix


def test_a_recorded_criterion_settles_it() -> None:
    doubtful = {"category": Category.NECESSARY, "lifetime_s": 300 * DAY}
    items = (
        item("a", criterion="A", **doubtful),
        item("b", reason="It is exempt from consent by criterion B of WP194.", **doubtful),
    )
    assert list(find(report(items=items))) == []


def test_a_short_first_party_necessary_cookie_is_not_doubted() -> None:
    assert (
        list(find(report(items=(item(category=Category.NECESSARY), item("o", lifetime_s=300 * DAY))))) == []
    )


def test_a_criterion_that_only_a_rule_proposes_settles_nothing() -> None:
    proposed = item("a", criterion="B", rule="x.y.a", category=Category.NECESSARY, party=Party.THIRD)
    assert len(list(find(report(items=(proposed,))))) == 1
    decided = item("a", criterion="B", rule="decision", category=Category.NECESSARY, party=Party.THIRD)
    assert list(find(report(items=(decided,)))) == []
