from __future__ import annotations

from consent.model.categories import Category
from consent.model.sites import decision_problems
from scanner.demo.officer import DECISIONS
from scanner.demo.truth import ITEMS


def test_every_decision_can_stand_and_states_a_purpose() -> None:
    assert [problem for one in DECISIONS for problem in decision_problems(one)] == []
    assert all(one.purpose and one.reason and one.reviewer for one in DECISIONS)


def test_what_is_decided_is_what_the_shop_really_stores_and_no_rule_is_sure_of() -> None:
    truth = {(one.kind, one.name): {one.category, *one.also} for one in ITEMS}
    for decision in DECISIONS:
        assert Category.UNCLASSIFIED in truth[decision.kind, decision.name], decision.name
        assert decision.category in truth[decision.kind, decision.name], decision.name
