from __future__ import annotations

from consent.model.categories import Party
from scanner.classify.facts import ItemFacts
from scanner.classify.features import features_of


def test_features_name_words_parts_party_and_kind() -> None:
    found = features_of(ItemFacts(name="lastVisit", host="a.example"), Party.FIRST)
    assert {"w:last", "w:visit", "g:^la", "g:it$", "p:first", "k:cookie"} <= set(found)
    assert len(found) == len(set(found))


def test_no_identifier_becomes_a_feature() -> None:
    found = features_of(ItemFacts(name="id_8f14e45fceea167a", host="a.example"), Party.FIRST)
    assert "n:changing" in found
    assert not [feature for feature in found if "8f1" in feature or "167" in feature]


def test_a_strangers_host_counts_and_the_sites_own_does_not() -> None:
    facts = ItemFacts(name="x", host="ads.tracker.test")
    assert "h:ads" in features_of(facts, Party.THIRD)
    assert not [feature for feature in features_of(facts, Party.FIRST) if feature.startswith("h:")]


def test_value_and_lifetime_count_only_where_there_is_a_value() -> None:
    bare = features_of(ItemFacts(name="x"), None)
    assert not [feature for feature in bare if feature.startswith(("v:", "t:"))]
    full = features_of(ItemFacts(name="x", value="de", lifetime_s=3e7, http_only=True), None)
    assert {"v:language", "t:year", "c:http_only"} <= set(full)
    assert "t:session" in features_of(ItemFacts(name="x", value="de"), None)
