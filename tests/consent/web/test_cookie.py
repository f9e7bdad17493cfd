from __future__ import annotations

import pytest

from consent.model.categories import Category
from consent.web.cookie import cookie_domain, cookie_value, expire_cookie, parse_cookie, set_cookie
from tests.consent.factories import site
from tests.consent.test_log import record


@pytest.mark.parametrize(
    ("url", "public_url", "domain"),
    [
        ("https://www.larkspur.example/", "https://consent.larkspur.example", "larkspur.example"),
        ("https://larkspur.example/", "https://larkspur.example:8443", "larkspur.example"),
        ("https://www.shop.co.uk/", "https://consent.shop.co.uk", "shop.co.uk"),
        ("https://www.larkspur.example/", "https://consent.thyme.example", None),
        ("https://one.github.io/", "https://two.github.io", None),
        ("http://localhost:8080/", "http://localhost:8081", None),
        ("http://127.0.0.1/", "http://127.0.0.1:8080", None),
    ],
)
def test_the_cookies_domain_is_what_site_and_server_share(
    url: str, public_url: str, domain: str | None
) -> None:
    assert cookie_domain(site(url=url), public_url) == domain


def test_the_value_comes_back_as_it_was() -> None:
    made = record()
    cookie = parse_cookie(cookie_value(made))
    assert cookie is not None
    assert (cookie.v, cookie.id, cookie.n, cookie.r) == (
        1,
        made.consent_id,
        made.notice_version[:16],
        made.record_id,
    )
    assert cookie.t == 1_795_514_400


def test_services_refused_by_name_are_in_the_cookie_and_in_no_other() -> None:
    refused = record(services={"Hotjar": "denied", "Maps": "granted"})
    cookie = parse_cookie(cookie_value(refused))
    assert cookie is not None
    assert cookie.x == ("Hotjar",)
    assert "x%22" not in cookie_value(record())


@pytest.mark.parametrize(
    ("denied", "letters"),
    [
        ((), "npfa"),
        ((Category.ADVERTISING,), "npf"),
        ((Category.PERFORMANCE, Category.FUNCTIONALITY, Category.ADVERTISING), "n"),
    ],
)
def test_the_letters_are_those_of_the_granted_categories(denied: tuple[Category, ...], letters: str) -> None:
    made = record()
    decided = dict(made.categories) | dict.fromkeys(denied, "denied")
    cookie = parse_cookie(cookie_value(record(categories=decided)))
    assert cookie is not None
    assert cookie.c == letters


@pytest.mark.parametrize("value", ["", "x", "%7B%7D", "%FF%FE", "%7B%22v%22%3A%22x%22%7D"])
def test_a_cookie_that_is_not_ours_is_none(value: str) -> None:
    assert parse_cookie(value) is None


def test_a_notice_that_was_only_shown_sets_no_cookie() -> None:
    shown = record(event="notice_shown", action="none", valid_until=None)
    assert set_cookie(shown, "larkspur.example", None) is None


def test_the_cookie_lives_as_long_as_the_decision() -> None:
    header = set_cookie(record(), "larkspur.example", None)
    assert header is not None
    assert "Max-Age=15552000;" in header
    assert header.startswith("consentry=%7B%22v%22%3A1%2C")


def test_a_late_event_does_not_bring_an_older_decision_back() -> None:
    newer = cookie_value(record(server_time="2026-11-24T12:00:00.000Z"))
    late = record(client_time="2026-11-24T10:00:00.000Z", server_time="2026-11-24T12:05:00.000Z")
    assert set_cookie(late, "larkspur.example", newer) is None
    next_one = record(client_time="2026-11-24T12:01:00.000Z", server_time="2026-11-24T12:01:00.000Z")
    assert set_cookie(next_one, "larkspur.example", newer) is not None
    assert set_cookie(late, "larkspur.example", "broken") is not None


def test_an_erased_visitors_cookie_is_removed() -> None:
    assert "Max-Age=0" in expire_cookie("larkspur.example")
