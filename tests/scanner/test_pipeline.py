from __future__ import annotations

from typing import Any

from consent.model.categories import Category, ConsentState, Party
from consent.model.sites import Decision, Site
from scanner.classify import Classifier
from scanner.knowledge import Knowledge
from scanner.observations import Crawl, Observation, PageVisit, StatePass
from scanner.pipeline import MAX_URL, report_of
from scanner.report import encode_report

HOME = "https://www.shop.example/"
NEXT = "https://www.shop.example/next"
BEFORE, REJECT = ConsentState.BEFORE, ConsentState.REJECT


def cookie(name: str, host: str, **changes: Any) -> Observation:
    details = {"path": "/", "via": "script", "in_jar": True, "lifetime_s": 3.0e6, "size": 30, "secure": True}
    return Observation(
        kind=changes.pop("kind", "cookie"),
        name=name,
        host=host,
        state=changes.pop("state", BEFORE),
        page=changes.pop("page", HOME),
        details=details | changes.pop("details", {}),
        **changes,
    )


def request(url: str, host: str, **changes: Any) -> Observation:
    return cookie(url, host, kind="request", details={"type": "image", "status": 200}, **changes)


def document(url: str, host: str) -> Observation:
    return Observation(
        kind="request", name=url, host=host, state=BEFORE, page=NEXT, details={"type": "document"}
    )


def crawl(*observations: Observation, visits: tuple[PageVisit, ...] = ()) -> Crawl:
    return Crawl(
        site="shop",
        start_url=HOME,
        started="2026-01-01T00:00:00Z",
        finished="2026-01-01T00:01:00Z",
        tool={"name": "consentry"},
        passes=(StatePass(state=BEFORE, applied=True, banner_found=False),),
        visits=visits or (PageVisit(url=HOME, state=BEFORE, status="ok"),),
        observations=observations,
    )


def report(*observations: Observation, decisions: tuple[Decision, ...] = (), **rest: Any):
    classifier = Classifier(Knowledge.load(), decisions=decisions, site_host="www.shop.example")
    return report_of(crawl(*observations, **rest), Site(id="shop", url=HOME), classifier)


def test_one_cookie_in_two_states_and_on_two_pages_is_one_item_with_both_states() -> None:
    made = report(
        cookie("_ga", "shop.example", state=REJECT, page=NEXT),
        cookie("_ga", "shop.example", initiators=("https://www.googletagmanager.com/gtag/js",)),
        visits=(
            PageVisit(url=HOME, state=BEFORE, status="ok"),
            PageVisit(url=NEXT, state=BEFORE, status="ok"),
        ),
    )
    (item,) = made.items
    assert item.states == (BEFORE, REJECT)
    assert item.first_page == HOME
    assert item.set_by == ("https://www.googletagmanager.com/gtag/js",)
    assert (item.category, item.party, item.service) == (
        Category.PERFORMANCE,
        Party.FIRST,
        "Google Analytics",
    )


def test_the_same_name_on_two_hosts_or_in_two_partitions_stays_apart() -> None:
    made = report(
        cookie("id", "a.example"),
        cookie("id", "b.example"),
        cookie("id", "b.example", details={"partition_key": "https://shop.example"}),
    )
    assert [(item.host, item.partitioned) for item in made.items] == [
        ("a.example", False),
        ("b.example", False),
        ("b.example", True),
    ]


def test_a_cookie_set_before_the_action_and_gone_afterwards_does_not_count_in_that_state() -> None:
    made = report(
        cookie("_ga", "shop.example"),
        cookie("_ga", "shop.example", state=REJECT, after_action=False, details={"in_jar": False}),
    )
    assert made.items[0].states == (BEFORE,)


def test_a_cookie_set_after_the_action_is_told_apart_from_one_that_stayed() -> None:
    made = report(
        cookie("_ga", "shop.example", state=REJECT, after_action=True),
        cookie("_gid", "shop.example", state=REJECT, after_action=False),
    )
    assert {item.name: item.set_after_action for item in made.items} == {"_ga": (REJECT,), "_gid": ()}


def test_third_party_requests_are_kept_and_own_ones_are_not() -> None:
    made = report(
        request("https://www.google-analytics.com/g/collect?v=2&tid=G-1", "www.google-analytics.com"),
        request("https://www.shop.example/logo.png", "www.shop.example"),
    )
    (kept,) = made.requests
    assert (kept.host, kept.tracker, kept.category) == (
        "www.google-analytics.com",
        True,
        Category.PERFORMANCE,
    )


def test_equal_requests_are_counted_and_requests_before_another_states_action_left_out() -> None:
    url = "https://www.google-analytics.com/g/collect?v=2&tid=G-1"
    made = report(
        request(url, "www.google-analytics.com"),
        request(url, "www.google-analytics.com"),
        request(url, "www.google-analytics.com", state=REJECT, after_action=False),
    )
    assert [(one.state, one.count) for one in made.requests] == [(BEFORE, 2)]


def test_a_request_that_the_browser_refused_to_send_did_not_happen() -> None:
    url = "https://www.google-analytics.com/g/collect?v=2&tid=G-1"
    refused = Observation(
        kind="request",
        name=url,
        host="www.google-analytics.com",
        state=BEFORE,
        page=HOME,
        details={"type": "image", "failed": "csp"},
    )
    assert report(refused).requests == ()


def test_a_hostile_url_is_cut() -> None:
    made = report(request("https://evil.example/?" + "x" * 100_000, "evil.example"))
    assert len(made.requests[0].url) == MAX_URL


def test_a_page_that_failed_in_one_state_is_told_with_that_state() -> None:
    made = report(
        visits=(
            PageVisit(url=HOME, state=BEFORE, status="ok", title="Shop"),
            PageVisit(url=HOME, state=REJECT, status="timeout", error="did not load in 30 s"),
        )
    )
    (page,) = made.pages
    assert (page.status, page.error, page.title) == ("timeout", "did not load in 30 s", "Shop")
    assert page.outcomes == {"before": "ok", "reject": "timeout"}


def test_a_decision_outranks_the_rules() -> None:
    decided = Decision(name="_ga", category=Category.ADVERTISING, reason="we send it to the ads team")
    (item,) = report(cookie("_ga", "shop.example"), decisions=(decided,)).items
    assert item.category is Category.ADVERTISING
    assert "we send it to the ads team" in item.reason


def test_a_decision_made_on_another_lifetime_or_setter_still_holds_and_is_reopened() -> None:
    decided = Decision(
        name="basket",
        category=Category.NECESSARY,
        criterion="B",
        reason="the visitor fills a basket",
        lifetime="session",
        set_by="shop.example",
    )
    same = cookie(
        "basket", "shop.example", details={"lifetime_s": None}, initiators=("https://www.shop.example/a.js",)
    )
    (item,) = report(same, decisions=(decided,)).items
    assert (item.category, item.criterion, item.reopened) == (Category.NECESSARY, "B", "")
    longer = cookie(
        "basket",
        "shop.example",
        details={"lifetime_s": 300 * 86_400.0},
        initiators=("https://ads.example/x.js",),
    )
    made = report(longer, decisions=(decided,))
    assert made.items[0].category is Category.NECESSARY
    assert made.items[0].reopened == (
        "it stays up to 13 months, and stayed for the session then; ads.example sets it, and shop.example did then"
    )
    assert "decision-reopened" in {one.rule for one in made.findings}


def test_lifetimes_do_not_change_with_the_clock() -> None:
    first = report(cookie("_ga", "shop.example", details={"lifetime_s": 34_559_999.2}))
    second = report(cookie("_ga", "shop.example", details={"lifetime_s": 34_560_001.9}))
    assert first.items[0].lifetime_s == second.items[0].lifetime_s == 34_560_000


def test_what_another_site_does_after_a_redirect_is_not_this_sites_doing() -> None:
    away = PageVisit(url=NEXT, state=BEFORE, status="redirected", final_url="https://partner.example/")
    made = report(
        cookie("theirs", "partner.example", page=NEXT),
        cookie("ours", "shop.example", page=NEXT),
        request("https://cdn.other.example/x.js", "cdn.other.example", page=NEXT),
        document("https://go.tracker.example/?to=partner", "go.tracker.example"),
        document("https://partner.example/", "partner.example"),
        visits=(away,),
    )
    assert [item.name for item in made.items] == ["ours"]
    assert [one.host for one in made.requests] == ["go.tracker.example"]


def test_half_a_surrogate_pair_in_a_name_does_not_spoil_the_report() -> None:
    made = report(
        cookie("half\ud800", "shop.example", kind="local_storage", value="x\udfff"),
        request("https://evil.example/\ud800", "evil.example"),
        visits=(PageVisit(url=HOME, state=BEFORE, status="ok", title="\udc00"),),
    )
    assert made.items[0].name == "half\ufffd"
    assert encode_report(made).decode().count("\ufffd") >= 3


def test_a_cookie_keeps_its_attributes_the_place_that_set_it_and_when_in_each_state() -> None:
    facts = {
        "domain": "shop.example",
        "priority": "High",
        "source_scheme": "Secure",
        "source_port": 443,
        "partition_key": "https://shop.example",
        "stack": ["https://t.example/a.js:1:2", "async https://t.example/b.js:3:4"],
        "on_action_page": True,
    }
    (item,) = report(
        cookie("_ga", "shop.example", time_ms=900.0, details=facts),
        cookie("_ga", "shop.example", time_ms=12.0, state=REJECT, after_action=False, details=facts),
        cookie("_ga", "shop.example", time_ms=2_100.0, state=REJECT, details=facts),
    ).items
    assert (item.domain, item.host_only, item.partition_key) == (
        "shop.example",
        True,
        "https://shop.example",
    )
    assert (item.priority, item.source_scheme, item.source_port) == ("High", "Secure", 443)
    assert item.stack == ("https://t.example/a.js:1:2", "async https://t.example/b.js:3:4")
    assert [(one.state, one.time_ms, one.on_action_page) for one in item.writes] == [
        (BEFORE, 900.0, True),
        (REJECT, 2_100.0, True),
    ]


def test_a_request_keeps_the_place_that_sent_it_and_where_it_was_redirected_from() -> None:
    seen = request("https://px.example/b", "px.example")
    seen.details.update(redirected_from="https://px.example/a", stack=["https://t.example/a.js:1:2"] * 99)
    (made,) = report(seen).requests
    assert made.redirected_from == "https://px.example/a"
    assert len(made.stack) == 12


def test_what_the_pages_own_answer_sets_is_set_at_its_start_and_what_nobody_timed_has_no_time() -> None:
    made = report(
        cookie("session", "shop.example", details={"via": "header"}),
        cookie("unknown", "shop.example", details={"via": "unknown"}),
    )
    assert {item.name: [one.time_ms for one in item.writes] for item in made.items} == {
        "session": [0.0],
        "unknown": [],
    }
