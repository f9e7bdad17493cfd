from __future__ import annotations

import base64

from scanner.har.discretion import WITHHELD, Discretion

LOGIN = base64.b64encode(b"user:hunter2").decode()


def test_what_opened_the_site_is_in_no_header_and_in_no_text() -> None:
    kept = Discretion.of([("X-Token", "s3cret"), ("Authorization", f"Basic {LOGIN}")], logged_in=False)
    assert kept.header("x-token", "s3cret") == WITHHELD
    assert kept.header("AUTHORIZATION", f"Basic {LOGIN}") == WITHHELD
    assert kept.header("X-Echo", f"s3cret {LOGIN} user:hunter2 hunter2") == " ".join([WITHHELD] * 4)
    assert kept.text("https://shop.example/?t=s3cret") == f"https://shop.example/?t={WITHHELD}"


def test_the_cookies_of_a_visitor_who_is_nobody_are_evidence_and_those_of_a_login_are_keys() -> None:
    assert Discretion.of([], logged_in=False).header("Cookie", "a=1; b=2") == "a=1; b=2"
    for kept in (Discretion.of([], logged_in=True), Discretion.of([("X-Token", "s3cret")], logged_in=False)):
        assert kept.header("Cookie", "a=1; b=2") == f"a={WITHHELD}; b={WITHHELD}"
        assert (
            kept.header("Set-Cookie", "a=1; Path=/\nb=2; Secure")
            == f"a={WITHHELD}; Path=/\nb={WITHHELD}; Secure"
        )


def test_authorization_is_withheld_in_any_case_and_a_short_value_is_not_looked_for_everywhere() -> None:
    kept = Discretion.of([("X-Mode", "1")], logged_in=False)
    assert kept.header("Proxy-Authorization", "Bearer abc") == WITHHELD
    assert Discretion().header("authorization", "Bearer abc") == WITHHELD
    assert kept.text("page 1") == "page 1"
    assert kept.header("X-Mode", "1") == WITHHELD
    assert Discretion.of([("X", "Basic %%%")], logged_in=False).text("Basic %%%") == WITHHELD
