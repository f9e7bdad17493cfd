"""Set-Cookie lines as a browser reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.set_cookie import default_path, parse_cookie_date, parse_set_cookie


def test_all_attributes_are_read() -> None:
    cookie = parse_set_cookie(
        "id=a=b; Domain=.Shop.example; Path=/x; Max-Age=60; Secure; HttpOnly; SameSite=none; Partitioned; Expires=Wed, 21 Oct 2026 07:28:00 GMT"
    )
    assert cookie is not None
    assert (cookie.name, cookie.value, cookie.domain, cookie.path) == ("id", "a=b", "shop.example", "/x")
    assert (cookie.secure, cookie.http_only, cookie.same_site, cookie.partitioned) == (
        True,
        True,
        "None",
        True,
    )
    assert cookie.lifetime_s(0) == 60, "Max-Age outranks Expires"


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [("a", "", "a"), ("a=", "a", ""), (" a = b ; x", "a", "b"), ("=v", "", "v"), ('q="x y"', "q", '"x y"')],
)
def test_odd_pairs_are_read_as_browsers_do(line: str, name: str, value: str) -> None:
    cookie = parse_set_cookie(line)
    assert cookie is not None
    assert (cookie.name, cookie.value) == (name, value)


def test_an_empty_line_sets_nothing() -> None:
    assert parse_set_cookie(" ; Path=/") is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Thu, 01 Jan 1970 00:00:10 GMT", 10),
        ("Thursday, 01-Jan-70 00:00:10 GMT", 10),
        ("01 jan 2000 0:0:0", 946_684_800),
        ("Tue Jan 1 00:00:00 2002", 1_009_843_200),
        ("never", None),
        ("31 Feb 2026 00:00:00", None),
    ],
)
def test_dates_are_read_leniently(text: str, seconds: float | None) -> None:
    assert parse_cookie_date(text) == seconds


def test_lifetimes() -> None:
    session = parse_set_cookie("a=1")
    gone = parse_set_cookie("a=; expires=Thu, 01 Jan 1970 00:00:00 GMT")
    assert session is not None
    assert gone is not None
    assert session.lifetime_s(100) is None
    assert gone.lifetime_s(100) == -100


@pytest.mark.parametrize(("path", "default"), [("/a/b", "/a"), ("/a", "/"), ("", "/"), ("x", "/")])
def test_the_default_path(path: str, default: str) -> None:
    assert default_path(path) == default


@given(st.text(max_size=200))
def test_no_line_breaks_it(line: str) -> None:
    parse_set_cookie(line)
    parse_cookie_date(line)
