from __future__ import annotations

import pytest

from consent.model.categories import Category
from scanner.classify import Classification, Classifier, ItemFacts
from scanner.knowledge import Knowledge
from scanner.knowledge.filter_lists import FilterLists
from scanner.knowledge.imported import Fact, Imported
from scanner.knowledge.local import LocalKnowledge
from tests.scanner.knowledge.lists import stored
from tests.scanner.knowledge.test_imported import source

SITE = "www.larkspur.example"
HASH = "zq8Kd02"
"""A name that no rule knows, and of which the estimate says nothing."""


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> FilterLists:
    found = FilterLists.load(stored(tmp_path_factory.mktemp("lists")))
    assert found is not None
    return found


def classifier(*facts: Fact, lists: FilterLists | None = None) -> Classifier:
    imported = Imported([source(*facts)]) if facts else None
    return Classifier(Knowledge.load(), site_host=SITE, local=LocalKnowledge(imported=imported, lists=lists))


def item(judge: Classifier, name: str, host: str = "larkspur.example", **more: object) -> Classification:
    return judge.item(ItemFacts(name=name, host=host, **more))  # type: ignore[arg-type]


def test_an_imported_fact_ranks_below_every_rule_and_above_the_estimate() -> None:
    judge = classifier(
        Fact(name="_ga", category="necessary"),
        Fact(name=HASH, category="advertising", filed="Marketing", vendor="Teapot Inc.", purpose="Offers."),
    )
    assert item(judge, "_ga").category is Category.PERFORMANCE
    found = item(judge, HASH)
    assert found.category is Category.ADVERTISING
    assert (found.vendor, found.purpose, found.rule) == ("Teapot Inc.", "Offers.", "import:a-list")
    assert found.reason == f"No rule knows it; A list files {HASH} under Marketing."


def test_a_fact_without_a_category_names_the_company_and_decides_nothing() -> None:
    judge = classifier(Fact(name=HASH, filed="Functional", service="Teapot"))
    found = item(judge, HASH)
    assert found.category is Category.UNCLASSIFIED
    assert found.service == "Teapot"
    assert "files zq8Kd02 under Functional, which is none of the four categories" in found.reason


def test_an_import_makes_necessary_only_an_exact_name() -> None:
    assert item(classifier(Fact(name="zq8K*", category="necessary")), HASH).category is Category.UNCLASSIFIED
    exact = classifier(Fact(name=HASH, category="necessary"))
    found = item(exact, HASH)
    assert (found.category, found.criterion) == (Category.NECESSARY, "B")
    assert item(exact, HASH, "other.example").category is not Category.NECESSARY
    there = classifier(Fact(name=HASH, category="necessary", hosts=("pay.example",)))
    assert item(there, HASH, "pay.example").category is Category.NECESSARY


def test_a_list_moves_a_third_partys_item_towards_consent_and_names_its_rule(lists: FilterLists) -> None:
    judge = classifier(lists=lists)
    found = item(judge, HASH, "ads.unheard.example")
    assert (found.category, found.confidence) == (Category.ADVERTISING, 0.7)
    assert "the filter list EasyList stops ads.unheard.example as advertising (||ads.unheard.example^)" in (
        found.reason
    )
    tracking = item(judge, HASH, "stats.unheard.example")
    assert tracking.category is Category.ADVERTISING
    assert "which kind it does not say" in tracking.reason
    assert not item(judge, HASH, "unheard.example").rule.startswith("list:")
    assert item(judge, HASH, SITE).category is Category.UNCLASSIFIED


def test_what_a_name_suggests_tells_the_kind_of_tracking(lists: FilterLists) -> None:
    found = item(classifier(lists=lists), "zqx_analytics_pageviews_visits", "stats.unheard.example")
    assert found.category is Category.PERFORMANCE


def test_an_own_cookie_that_a_listed_script_set_needs_consent(lists: FilterLists) -> None:
    judge = classifier(lists=lists)
    found = item(judge, HASH, setters=("https://ads.unheard.example/a.js",))
    assert found.category is Category.ADVERTISING
    assert "the script of ads.unheard.example that set it" in found.reason
    assert item(judge, HASH, setters=(f"https://{SITE}/unheard-collect?",)).category is Category.UNCLASSIFIED


def test_a_request_that_no_rule_knows_is_judged_by_the_lists(lists: FilterLists) -> None:
    judge = classifier(lists=lists)
    third = judge.request("https://stats.unheard.example/x.js", type="script")
    assert third.category is Category.ADVERTISING
    assert third.rule == "list:easyprivacy"
    assert judge.request("https://cdn.unheard.example/x.js").category is Category.UNCLASSIFIED
    assert judge.request("https://www.google-analytics.com/g/collect").rule.startswith("google.")


def test_of_the_sites_own_requests_a_listed_one_measures_and_a_page_is_no_tracker(lists: FilterLists) -> None:
    judge = classifier(lists=lists)
    url = f"https://{SITE}/unheard-collect?x=1"
    assert judge.request(url, type="xhr").category is Category.PERFORMANCE
    assert judge.request(url, type="document").category is Category.NECESSARY
    assert judge.request(f"https://{SITE}/w/x.js/unheard-collect?").service == "Consentry"
