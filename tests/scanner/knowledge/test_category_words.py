from __future__ import annotations

import pytest

from consent.model.categories import Category
from scanner.knowledge.category_words import category_of_words


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Strictly Necessary Cookies", Category.NECESSARY),
        ("essential", Category.NECESSARY),
        ("non-essential", None),
        ("Notwendige Cookies", Category.NECESSARY),
        ("performance_cookies", Category.PERFORMANCE),
        ("Statistics and marketing", Category.ADVERTISING),
        ("Functional", Category.FUNCTIONALITY),
        ("Préférences", Category.FUNCTIONALITY),
        ("targeting", Category.ADVERTISING),
        ("Social media", None),
        ("unclassified", None),
        ("", None),
    ],
)
def test_a_word_names_its_category_and_of_several_the_strictest(text: str, category: Category | None) -> None:
    assert category_of_words(text) is category
