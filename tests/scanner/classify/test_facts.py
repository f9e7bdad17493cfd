from __future__ import annotations

import msgspec
import pytest

from consent.model.categories import Category
from scanner.classify.facts import Classification, ItemFacts


def test_an_item_needs_only_a_name_and_its_party_is_open() -> None:
    facts = ItemFacts(name="_ga")
    assert (facts.kind, facts.party, facts.lifetime_s, facts.setters) == ("cookie", None, None, ())


def test_facts_and_judgement_cannot_be_changed() -> None:
    for frozen, field in (
        (ItemFacts(name="_ga"), "name"),
        (Classification(category=Category.NECESSARY), "reason"),
    ):
        with pytest.raises(AttributeError, match="immutable"):
            setattr(frozen, field, "x")


def test_a_judgement_is_written_as_json() -> None:
    judged = Classification(category=Category.PERFORMANCE, confidence=0.92, reason="Known name _ga.")
    assert msgspec.json.decode(msgspec.json.encode(judged))["category"] == "performance"
