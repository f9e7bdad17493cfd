"""A page that did not show itself is told from one that did."""

from __future__ import annotations

import pytest

from scanner.challenges import challenge_of


@pytest.mark.parametrize(
    ("status", "headers", "title", "markup", "told"),
    [
        (200, {"cf-mitigated": "challenge"}, "", "", "Cloudflare challenge"),
        (
            403,
            {},
            "Just a moment...",
            "<script src='/cdn-cgi/challenge-platform/h/b'>",
            "Cloudflare challenge",
        ),
        (403, {"x-datadome": "protected"}, "", "", "DataDome challenge"),
        (403, {}, "", "<script src=https://geo.captcha-delivery.com/c.js>", "DataDome challenge"),
        (
            403,
            {},
            "Access Denied",
            "You don't have permission to access x. Reference #18.2",
            "Akamai block page",
        ),
        (403, {}, "", "<div id='px-captcha'>", "HUMAN (PerimeterX) challenge"),
        (405, {"x-amzn-waf-action": "captcha"}, "", "", "AWS WAF challenge"),
        (503, {}, "", "Incapsula incident ID: 1-2", "Imperva challenge"),
        (429, {}, "Slow down", "", "rate limit (HTTP 429)"),
        (403, {}, "Are you a human?", "", "bot check titled 'Are you a human?'"),
        (200, {}, "Just a moment...", "<div class='cf-chl-widget'>", "bot check titled 'Just a moment...'"),
    ],
)
def test_a_challenge_is_named(
    status: int, headers: dict[str, str], title: str, markup: str, told: str
) -> None:
    assert challenge_of(status, headers, title, markup) == told


@pytest.mark.parametrize(
    ("status", "title", "markup"),
    [
        (200, "Shop", "<div class='g-recaptcha'></div>"),
        (200, "One more step to good tea", "<a href=1><a href=2><a href=3><a href=4>"),
        (403, "Members only", "Please log in."),
        (404, "Not found", ""),
        (503, "Back soon", "We are at work."),
    ],
)
def test_an_ordinary_page_or_error_is_no_challenge(status: int, title: str, markup: str) -> None:
    assert challenge_of(status, {}, title, markup) == ""
