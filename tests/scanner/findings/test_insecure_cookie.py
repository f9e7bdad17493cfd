from __future__ import annotations

import pytest

from consent.model.categories import Category, Party
from scanner.findings.insecure_cookie import find
from scanner.report import Item
from tests.scanner.factories import item, report


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (item(secure=False), "without Secure"),
        (item(secure=False, same_site="None"), "SameSite=None without Secure"),
        (
            item("PHPSESSID", category=Category.NECESSARY, via="header"),
            "with a session that scripts can read",
        ),
    ],
)
def test_each_missing_attribute_is_told(wrong: Item, problem: str) -> None:
    (finding,) = find(report(items=(wrong,)))
    assert finding.evidence["problem"] == problem
    assert f"Set-Cookie: {wrong.name}=" in finding.fix


@pytest.mark.parametrize(
    "right",
    [
        item(),
        item("PHPSESSID", category=Category.NECESSARY, via="header", http_only=True),
        item("csrf_token", category=Category.NECESSARY, via="header"),
        item("__stripe_sid", category=Category.NECESSARY, via="script"),
        item(secure=False, party=Party.THIRD),
        item(kind="local_storage", secure=False),
    ],
)
def test_what_is_in_order_is_silent(right: Item) -> None:
    assert list(find(report(items=(right,)))) == []


def test_a_site_on_plain_http_is_not_asked_for_secure() -> None:
    seen = report(
        start_url="http://www.larkspur.example/",
        items=(item(secure=False, first_page="http://www.larkspur.example/"),),
    )
    assert list(find(seen)) == []


def test_a_name_cannot_break_out_of_the_header_line() -> None:
    (finding,) = find(report(items=(item("a\r\nX: y;", secure=False),)))
    assert "Set-Cookie: a??X:?y?=" in finding.fix
