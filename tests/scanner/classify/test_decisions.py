from __future__ import annotations

from typing import get_args

import pytest

from consent.model.categories import Category, ConsentState
from consent.model.sites import Decision, LifetimeClass
from scanner.classify import ItemFacts
from scanner.classify.decisions import changes, decision_for
from scanner.lifetimes import lifetime_class

DAY = 86_400.0
BEFORE = (ConsentState.BEFORE,)


def decision(name: str = "x", **fields: object) -> Decision:
    return Decision(name=name, category=Category.FUNCTIONALITY, **fields)


def test_the_first_decision_that_fits_holds() -> None:
    first, second = decision("x*", host=".Shop.example"), decision("xy")
    facts = ItemFacts(name="xy", host="www.shop.example")
    assert decision_for((first, second), facts) is first
    assert decision_for((first, second), ItemFacts(name="xy", host="other.example")) is second
    assert decision_for((first, second), ItemFacts(name="xy", host="a.example", kind="local_storage")) is None


def test_only_the_star_of_a_name_is_special() -> None:
    assert decision_for((decision("^a.*$"),), ItemFacts(name="^a.b$")) is not None
    assert decision_for((decision("a.*"),), ItemFacts(name="axb")) is None


@pytest.mark.parametrize(
    ("lifetime_s", "changed"), [(None, []), (DAY, ["it stays up to a day, and stayed for the session then"])]
)
def test_another_class_of_lifetime_reopens_a_decision(lifetime_s: float | None, changed: list[str]) -> None:
    facts = ItemFacts(name="x", lifetime_s=lifetime_s, states=BEFORE)
    assert changes(decision(lifetime="session"), facts) == changed


def test_what_no_scan_saw_reopens_nothing() -> None:
    assert changes(decision(lifetime="up to a day", set_by="a.example"), ItemFacts(name="x")) == []
    assert changes(decision(), ItemFacts(name="x", lifetime_s=DAY, states=BEFORE)) == []
    assert changes(decision(set_by="a.example"), ItemFacts(name="x", states=BEFORE)) == []


def test_the_classes_that_a_decision_may_name_are_those_that_a_scan_tells() -> None:
    kinds = ("cookie", "local_storage")
    seconds = (None, *(days * DAY for days in (1, 31, 183, 395, 396)))
    told = {lifetime_class(one, kind=kind) for one in seconds for kind in kinds}
    assert {"", *told} == set(get_args(LifetimeClass))
