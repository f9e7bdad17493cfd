from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.categories import Category
from scanner.classify import Classifier
from scanner.classify.explain import explain
from scanner.knowledge import Knowledge
from scanner.knowledge.imported import Fact, Imported
from scanner.knowledge.local import LocalKnowledge
from tests.scanner.knowledge.lists import stored
from tests.scanner.knowledge.test_imported import source


@pytest.fixture(scope="module")
def plain() -> Classifier:
    return Classifier(Knowledge.load())


def test_a_name_is_explained_by_every_rule_in_order_and_the_one_that_decides(plain: Classifier) -> None:
    found = explain(plain, "JSESSIONID", host="nr-data.net", site="shop.example")
    assert [one.rank for one in found.reasons] == list(range(1, len(found.reasons) + 1))
    assert sum(one.decides for one in found.reasons) == 1
    deciding = next(one for one in found.reasons if one.decides)
    assert deciding.id == found.verdict.rule
    assert deciding.source.startswith("https://")
    assert {"name", "host"} <= {one.kind for one in found.reasons}


def test_an_unknown_name_is_explained_by_nothing(plain: Classifier) -> None:
    found = explain(plain, "zq8Kd02")
    assert found.taken_as == "name"
    assert found.reasons == ()
    assert found.verdict.category is Category.UNCLASSIFIED


def test_a_host_is_explained_with_the_names_it_is_known_for(plain: Classifier) -> None:
    found = explain(plain, "doubleclick.net")
    assert found.taken_as == "host"
    assert found.reasons[0].decides
    assert "IDE" in {one["name"] for one in found.names}


def test_a_name_with_a_dot_is_a_name_where_a_rule_knows_it(plain: Classifier) -> None:
    assert explain(plain, "cookie.test", host="shop.example").taken_as == "name"
    assert explain(plain, "connect.sid").taken_as == "name"


def test_a_url_is_explained_by_the_most_exact_rule_first(plain: Classifier) -> None:
    found = explain(plain, "https://www.google-analytics.com/g/collect?v=2")
    assert found.taken_as == "url"
    assert found.reasons[0].decides
    known = plain.knowledge.request("https://www.google-analytics.com/g/collect?v=2")
    assert known is not None
    assert found.reasons[0].id == known.id


def test_what_the_user_brought_is_explained_with_its_licence(tmp_path: Path) -> None:
    imported = Imported([source(Fact(name="zq8Kd02", category="performance", filed="Analytics"))])
    from_list = LocalKnowledge.load(stored(tmp_path))
    assert from_list is not None
    judge = Classifier(Knowledge.load(), local=LocalKnowledge(imported=imported, lists=from_list.lists))
    found = explain(judge, "zq8Kd02", host="ads.unheard.example")
    assert [(one.kind, one.decides) for one in found.reasons] == [("imported", True), ("filter list", False)]
    assert found.reasons[0].source == "A list; licence: CC0"
    url = explain(judge, "https://ads.unheard.example/x.js")
    assert [(one.kind, one.rule, one.decides) for one in url.reasons] == [
        ("filter list", "||ads.unheard.example^", True)
    ]
