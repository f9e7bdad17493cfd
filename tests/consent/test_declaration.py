from __future__ import annotations

import pytest

from consent.declaration import declaration_of, lifetime_text
from consent.model.categories import Category, Party
from consent.model.inventory import InventoryItem
from consent.pages import render
from tests.consent.factories import inventory, site

DAY = 86_400.0


@pytest.mark.parametrize(
    ("lifetime_s", "text"),
    [
        (None, "session"),
        (30, "less than a minute"),
        (60, "1 minute"),
        (1_799.5, "30 minutes"),
        (86_399.2, "1 day"),
        (7 * DAY, "7 days"),
        (90 * DAY, "3 months"),
        (365 * DAY, "1 year"),
        (390 * DAY, "13 months"),
        (400 * DAY, "13 months"),
        (2 * 365 * DAY - 1, "2 years"),
    ],
)
def test_a_cookies_lifetime_is_told_in_words(lifetime_s: float | None, text: str) -> None:
    assert lifetime_text("cookie", lifetime_s) == text


@pytest.mark.parametrize(
    ("kind", "text"), [("session_storage", "session"), ("local_storage", "until deleted")]
)
def test_storage_lasts_until_it_is_deleted_or_the_session_ends(kind: str, text: str) -> None:
    assert lifetime_text(kind, None) == text


def test_every_category_is_declared_in_the_order_of_the_banner() -> None:
    declared = declaration_of(site(), inventory(), "v" * 64)
    assert [one.category for one in declared.categories] == [
        "necessary",
        "performance",
        "functionality",
        "advertising",
    ]
    assert [len(one.items) for one in declared.categories] == [1, 0, 0, 1]
    [item] = declared.categories[3].items
    assert (item.provider, item.lifetime, item.third_party) == ("Google", "13 months", True)


def test_what_is_unclassified_stands_with_advertising_which_it_waits_for() -> None:
    unknown = InventoryItem(
        kind="cookie", name="x", host="x.example", party=Party.THIRD, category=Category.UNCLASSIFIED
    )
    declared = declaration_of(site(), inventory(items=(unknown,)), "v" * 64)
    assert [item.name for item in declared.categories[3].items] == ["x"]


def test_the_page_shows_each_item_and_escapes_what_was_scanned() -> None:
    hostile = InventoryItem(
        kind="cookie", name="<img src=x>", host="x.example", party=Party.THIRD, category=Category.ADVERTISING
    )
    declared = declaration_of(site(), inventory(items=(hostile, *inventory().items)), "v" * 64)
    page = render("declaration", declaration=declared)
    assert "&lt;img src=x&gt;" in page.html
    assert "<img" not in page.html
    assert "DoubleClick (Google, US)" in page.html
