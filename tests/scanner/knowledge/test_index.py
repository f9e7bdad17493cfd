from __future__ import annotations

import pytest

from consent.model.categories import Category
from consent.model.errors import NotFoundError
from consent.model.inventory import BlockingRule
from scanner.knowledge import Knowledge, Service
from scanner.knowledge.model import Hosts, under_any_suffix


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge.load()


def test_the_knowledge_is_read_once(knowledge: Knowledge) -> None:
    assert Knowledge.load() is knowledge


def test_a_host_belongs_to_the_service_of_its_longest_suffix(knowledge: Knowledge) -> None:
    assert knowledge.services_of_host("stats.g.doubleclick.net")[0].id == "google.ads"
    assert knowledge.services_of_host("px.ads.linkedin.com")[0].id == "linkedin.insight"
    assert knowledge.services_of_host("www.linkedin.com")[0].id == "linkedin.linkedin"
    assert knowledge.services_of_host("larkspur.example") == ()


def test_a_host_under_any_suffix_is_known(knowledge: Knowledge) -> None:
    assert under_any_suffix("maps.google.co.uk") == ("maps.google.*", "google.*")
    assert Hosts(["google.*"]).cover("www.google.co.uk")
    assert not Hosts(["google.*"]).cover("google.evil.example")
    assert knowledge.services_of_host("www.google.co.uk")[0].id == "google.account"


def test_a_suffix_is_whole_labels(knowledge: Knowledge) -> None:
    assert knowledge.services_of_host("notdoubleclick.net") == ()
    assert knowledge.services_of_host("doubleclick.net.evil.example") == ()


def test_an_unknown_service_is_told(knowledge: Knowledge) -> None:
    with pytest.raises(NotFoundError, match=r"no service 'google\.tea'"):
        knowledge.service("google.tea")


def test_the_longest_name_comes_first(knowledge: Knowledge) -> None:
    assert knowledge.rules_for("_gat_gtag_UA_1_2")[0].rule.name == "_gat_*"
    assert knowledge.rules_for("_ga")[0].rule.exact


def test_a_vendor_scoped_name_needs_the_vendors_host(knowledge: Knowledge) -> None:
    assert knowledge.rules_for("fr", "facebook.com")[0].rule.service.vendor.id == "meta"
    assert not [
        m for m in knowledge.rules_for("fr", "larkspur.example") if m.rule.service.vendor.id == "meta"
    ]


@pytest.mark.parametrize(
    ("url", "service_id", "category"),
    [
        ("https://www.google.com/recaptcha/api.js", "google.recaptcha", Category.NECESSARY),
        ("https://www.google.com/maps/embed?pb=1", "google.maps", Category.FUNCTIONALITY),
        ("https://www.google.de/pagead/1p-user-list/1/", "google.ads", Category.ADVERTISING),
        ("https://www.googletagmanager.com/gtag/js?id=AW-123", "google.ads", Category.ADVERTISING),
        ("https://www.googletagmanager.com/gtm.js?id=GTM-A", "google.tag-manager", Category.PERFORMANCE),
        ("https://connect.facebook.net/en_GB/fbevents.js", "meta.pixel", Category.ADVERTISING),
        ("https://connect.facebook.net/de_DE/sdk.js", "meta.facebook", Category.FUNCTIONALITY),
        ("https://www.facebook.com/tr?id=1&ev=PageView", "meta.pixel", Category.ADVERTISING),
        ("https://metrics.larkspur.example/g/collect?v=2&tid=G-A1", "google.analytics", Category.PERFORMANCE),
    ],
)
def test_one_host_serves_several_services(
    knowledge: Knowledge, url: str, service_id: str, category: Category
) -> None:
    found = knowledge.request(url)
    assert found is not None
    service = found if isinstance(found, Service) else found.service
    assert (service.id, found.category) == (service_id, category)


@pytest.mark.parametrize(
    "url", ["https://larkspur.example/", "http://[", "data:,x", "", "https://x.test/g/collect?x=tid=G-1"]
)
def test_nothing_is_known_of_other_addresses(knowledge: Knowledge, url: str) -> None:
    assert knowledge.request(url) is None


def test_a_services_blocking_rules_cover_its_hosts_and_its_paths_on_shared_hosts(
    knowledge: Knowledge,
) -> None:
    rules = knowledge.blocking_rules(knowledge.service("google.recaptcha"))
    assert (
        BlockingRule(host="recaptcha.net", category=Category.NECESSARY, service="Google reCAPTCHA") in rules
    )
    assert (
        BlockingRule(
            host="www.google.com", path="/recaptcha/", category=Category.NECESSARY, service="Google reCAPTCHA"
        )
        in rules
    )
    assert not [rule for rule in rules if "*" in rule.host + rule.path]


def test_a_seen_address_gets_a_rule_that_a_page_can_apply(knowledge: Knowledge) -> None:
    assert knowledge.blocking_rule_for("https://connect.facebook.net/de_DE/sdk.js?x=1") == BlockingRule(
        host="connect.facebook.net", path="/de_DE/sdk.js", category=Category.FUNCTIONALITY, service="Facebook"
    )
    assert knowledge.blocking_rule_for(
        "https://metrics.larkspur.example/g/collect?v=2&tid=G-A"
    ) == BlockingRule(
        host="metrics.larkspur.example",
        path="/g/collect",
        category=Category.PERFORMANCE,
        service="Google Analytics",
        exact_host=True,
    )
    assert knowledge.blocking_rule_for("https://unknown.test/") is None
