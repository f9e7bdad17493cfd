from __future__ import annotations

import pytest

from consent.model.categories import CATEGORIES, Category, Party
from scanner.classify import Classifier, ItemFacts, fallback
from scanner.classify.fallback import Model, estimate, load_model
from scanner.knowledge import Knowledge


def test_the_stored_model_has_the_four_categories_and_says_what_it_was_trained_on() -> None:
    model = load_model()
    assert model.categories == CATEGORIES
    assert all(len(row) == len(CATEGORIES) for row in model.weights.values())
    assert "MIT" in model.trained_on
    assert fallback.WEIGHTS.stat().st_size < 100_000


def test_probabilities_add_up_and_follow_the_weights() -> None:
    model = Model(categories=CATEGORIES, bias=(0, 0, 0, 0), weights={"a": (0, 0, 0, 3)})
    assert sum(model.probabilities(["a", "unknown"])) == pytest.approx(1)
    assert model.probabilities(["a"])[3] > 0.8
    cool = Model(categories=CATEGORIES, bias=(0, 0, 0, 0), weights={"a": (0, 0, 0, 3)}, temperature=3)
    assert cool.probabilities(["a"])[3] < model.probabilities(["a"])[3]


def test_an_estimate_is_never_necessary(monkeypatch: pytest.MonkeyPatch) -> None:
    sure = Model(categories=CATEGORIES, bias=(9, 0, 0, 0), weights={})
    monkeypatch.setattr(fallback, "load_model", lambda: sure)
    assert estimate(ItemFacts(name="anything"), Party.FIRST) is None


def test_an_estimate_says_that_it_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    sure = Model(categories=CATEGORIES, bias=(0, 3, 0, 0), weights={})
    monkeypatch.setattr(fallback, "load_model", lambda: sure)
    found = estimate(ItemFacts(name="zzq_5f14e45fceea167a"), None)
    assert found is not None
    assert found.category is Category.PERFORMANCE
    assert found.reason.startswith("Statistical estimate, no rule knows it")
    assert found.rule == "statistical"
    assert found.pattern == "zzq_*"
    assert found.vendor == ""


def test_the_classifier_asks_it_last_and_can_leave_it_out(monkeypatch: pytest.MonkeyPatch) -> None:
    sure = Model(categories=CATEGORIES, bias=(0, 0, 0, 5), weights={})
    monkeypatch.setattr(fallback, "load_model", lambda: sure)
    knowledge = Knowledge.load()
    facts = ItemFacts(name="zzq9", host="a.example", site="a.example")
    assert Classifier(knowledge).item(facts).category is Category.ADVERTISING
    assert Classifier(knowledge, statistics=False).item(facts).category is Category.UNCLASSIFIED
    known = ItemFacts(name="_ga", host="a.example", site="a.example")
    assert Classifier(knowledge).item(known).rule == "google.analytics._ga"


def test_an_unsure_estimate_stays_unclassified(monkeypatch: pytest.MonkeyPatch) -> None:
    unsure = Model(categories=CATEGORIES, bias=(0, 1.4, 0, 0), weights={})
    monkeypatch.setattr(fallback, "load_model", lambda: unsure)
    assert max(unsure.probabilities([])) == pytest.approx(0.57, abs=0.01)
    found = Classifier(Knowledge.load()).item(ItemFacts(name="zzq9", host="a.example", site="a.example"))
    assert found.category is Category.UNCLASSIFIED
    assert "the statistical estimate points nowhere clearly" in found.reason
    sure = Model(categories=CATEGORIES, bias=(0, 2.0, 0, 0), weights={})
    monkeypatch.setattr(fallback, "load_model", lambda: sure)
    strict = Classifier(Knowledge.load(), threshold=0.9)
    found = strict.item(ItemFacts(name="zzq9", host="a.example", site="a.example"))
    assert found.category is Category.UNCLASSIFIED
    assert "performance would be 71% sure" in found.reason
