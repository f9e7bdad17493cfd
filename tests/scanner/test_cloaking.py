from __future__ import annotations

from consent.model.categories import Category, ConsentState
from scanner.classify import Classifier
from scanner.cloaking import cloaked_hosts
from scanner.knowledge import Knowledge
from scanner.observations import Observation

HOME = "https://www.shop.example/"


def request(url: str) -> Observation:
    return Observation(
        kind="request", name=url, host=url.split("/")[2], state=ConsentState.BEFORE, page=HOME, details={}
    )


def found(*urls: str):
    classifier = Classifier(Knowledge.load(), site_host="www.shop.example")
    return cloaked_hosts([request(url) for url in urls], classifier, site_host="www.shop.example")


COLLECT = "/g/collect?v=2&tid=G-ABC123"


def test_one_signature_gives_the_whole_host_away() -> None:
    hosts = found("https://m.shop.example/lib.js", f"https://m.shop.example{COLLECT}")
    assert set(hosts) == {"m.shop.example"}
    assert hosts["m.shop.example"].category is Category.PERFORMANCE
    assert hosts["m.shop.example"].reason.startswith("m.shop.example serves Google Analytics")


def test_a_host_that_serves_pages_is_never_taken_for_one() -> None:
    assert found(f"https://www.shop.example{COLLECT}") == {}


def test_a_third_partys_host_is_no_cloak() -> None:
    assert found("https://www.google-analytics.com/g/collect?v=2&tid=G-1") == {}


def test_an_own_host_without_a_signature_is_the_sites_own() -> None:
    assert found("https://static.shop.example/app.js") == {}
