from __future__ import annotations

from scanner.reasons import code_of, plain_reason


def test_reasons_are_plain_words() -> None:
    assert (
        plain_reason("Page.goto: net::ERR_CERT_DATE_INVALID at x")
        == "the TLS certificate or connection is not valid"
    )
    assert plain_reason("Page.goto: something else\nCall log:") == "something else"
    assert plain_reason("net::ERR_UNSAFE_REDIRECT at x").startswith("it redirects to an address")
    assert plain_reason("") == "the navigation failed"


def test_the_code_is_chromiums() -> None:
    assert code_of("Page.goto: net::ERR_TIMED_OUT at https://a.test/") == "ERR_TIMED_OUT"
    assert code_of("Page crashed") == ""
