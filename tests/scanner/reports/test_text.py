from __future__ import annotations

import pytest

from consent.model.categories import Category, ConsentState
from scanner.reports import text


def test_every_category_and_state_has_its_words() -> None:
    assert set(text.CATEGORY_NAMES) == set(text.CATEGORY_TEXTS) == set(Category)
    assert set(text.STATE_NAMES) == set(text.STATE_SHORT) == set(text.STATE_TEXTS) == set(ConsentState)


@pytest.mark.parametrize("hidden", ["\x00", "\x1b", "\x7f", "\u202e", "\u200b", "\u2066", "\ufeff", "\ud800"])
def test_hidden_characters_are_spelt_out(hidden: str) -> None:
    assert text.visible(f"a{hidden}b") == f"a\\u{ord(hidden):04x}b"


def test_ordinary_text_of_any_script_is_left_alone() -> None:
    assert text.visible("Größe 茶 چای\n\t") == "Größe 茶 چای\n\t"


def test_a_long_text_keeps_both_ends() -> None:
    shortened = text.short("start" + "x" * 500 + "end", 40)
    assert len(shortened) == 40
    assert shortened.startswith("start")
    assert shortened.endswith("end")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://user:secret@www.shop.example/a/b.js?token=1#x", "www.shop.example/a/b.js"),
        ("https://[broken/", "https://[broken/"),
        ("inline script", "inline script"),
        ("", ""),
    ],
)
def test_an_address_is_shown_without_query_and_credentials(url: str, expected: str) -> None:
    assert text.short_url(url) == expected


def test_an_address_of_the_site_itself_is_its_path() -> None:
    assert text.short_url("https://www.shop.example/a/b.js?v=1", own_host="www.shop.example") == "/a/b.js"
    assert text.short_url("https://www.shop.example", own_host="www.shop.example") == "www.shop.example"
