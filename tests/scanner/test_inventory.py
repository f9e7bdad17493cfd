from __future__ import annotations

from typing import Any

from consent.model.categories import Category, ConsentState, Party
from scanner.inventory import inventory_of
from scanner.knowledge import Knowledge
from scanner.report import Item, Report, Request

BEFORE, ACCEPT = ConsentState.BEFORE, ConsentState.ACCEPT


def item(name: str, **changes: Any) -> Item:
    given: dict[str, Any] = {
        "kind": "cookie",
        "host": "shop.example",
        "party": Party.FIRST,
        "category": Category.PERFORMANCE,
        "pattern": name,
        "states": (BEFORE,),
    }
    return Item(name=name, **(given | changes))


def request(url: str, **changes: Any) -> Request:
    given: dict[str, Any] = {
        "host": url.split("/")[2],
        "party": Party.THIRD,
        "type": "script",
        "state": BEFORE,
        "page": "https://www.shop.example/",
    }
    return Request(url=url, **(given | changes))


def inventory(*, items: tuple[Item, ...] = (), requests: tuple[Request, ...] = ()):
    report = Report(
        tool={},
        site="shop",
        scan_id="abc",
        start_url="https://www.shop.example/",
        started="2026-01-01T00:00:00Z",
        finished="2026-01-01T00:01:00Z",
        items=items,
        requests=requests,
    )
    return inventory_of(report, Knowledge.load())


def rule_of(made: Any, host: str, path: str = "") -> Any:
    return next(rule for rule in made.rules if rule.host == host and rule.path == path)


def test_names_with_a_changing_part_become_one_pattern_with_all_states_and_the_longest_life() -> None:
    made = inventory(
        items=(
            item("_ga_AAA", pattern="_ga_*", lifetime_s=100.0),
            item("_ga_BBB", pattern="_ga_*", lifetime_s=200.0, states=(ACCEPT,)),
        )
    )
    (one,) = made.items
    assert (one.name, one.lifetime_s, set(one.states)) == ("_ga_*", 200.0, {BEFORE, ACCEPT})


def test_a_service_that_was_seen_brings_hosts_that_the_scan_did_not_meet() -> None:
    made = inventory(requests=(request("https://www.googletagmanager.com/gtag/js?id=G-1"),
                               request("https://www.google-analytics.com/g/collect?v=2&tid=G-1")))  # fmt: skip
    hosts = {rule.host for rule in made.rules}
    assert {"google-analytics.com", "analytics.google.com"} <= hosts
    assert {service.service for service in made.services} >= {"Google Analytics"}


def test_a_service_known_only_by_its_cookie_is_listed() -> None:
    rule = Knowledge.load().rules_for("_ga")[0].rule
    made = inventory(items=(item("_ga", rule=rule.id),))
    assert [service.service for service in made.services] == [rule.service.name]
    assert made.services[0].vendor
    assert made.services[0].policy_url.startswith("https://")


def test_a_host_that_nobody_knows_waits_as_unclassified() -> None:
    made = inventory(requests=(request("https://cdn.unheard-of.test/x.js"),))
    rule = rule_of(made, "cdn.unheard-of.test")
    assert rule.category is Category.UNCLASSIFIED
    assert not rule.exact_host


def test_a_cloaked_host_is_held_back_as_a_whole_without_its_parent_domain() -> None:
    made = inventory(
        requests=(
            request(
                "https://metrics.shop.example/app.js",
                party=Party.FIRST,
                category=Category.PERFORMANCE,
                service="Adobe Analytics",
            ),
        )
    )
    rule = rule_of(made, "metrics.shop.example")
    assert rule.exact_host
    assert (rule.category, rule.service) == (Category.PERFORMANCE, "Adobe Analytics")


def test_a_collector_under_the_page_s_own_host_is_held_back_by_its_path_alone() -> None:
    made = inventory(requests=(request("https://www.shop.example/g/collect?v=2&tid=G-1", party=Party.FIRST),))
    (rule,) = [rule for rule in made.rules if rule.host == "www.shop.example"]
    assert rule.path == "/g/collect"
    assert rule.exact_host


def test_what_only_a_filter_list_knows_of_the_own_host_waits_by_its_path_and_never_the_whole_host() -> None:
    own = {"party": Party.FIRST, "category": Category.PERFORMANCE}
    made = inventory(
        requests=(
            request("https://www.shop.example/zq-collect?x=1", **own),
            request("https://www.shop.example/?zq-collect", **own),
            request("https://zq-unheard.example/x.js", category=Category.ADVERTISING),
        )
    )
    assert [(rule.host, rule.path, rule.exact_host) for rule in made.rules] == [
        ("www.shop.example", "/zq-collect", True),
        ("zq-unheard.example", "", False),
    ]
    assert [rule.category for rule in made.rules] == [Category.PERFORMANCE, Category.ADVERTISING]


def test_an_unchanged_site_gives_an_unchanged_digest() -> None:
    one = request("https://www.google-analytics.com/g/collect?v=2&tid=G-1")
    other = request("https://connect.facebook.net/en_US/fbevents.js")
    assert inventory(requests=(one, other)).digest == inventory(requests=(other, one)).digest
    assert inventory(requests=(one,)).digest != inventory(requests=(other,)).digest
