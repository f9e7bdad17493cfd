from __future__ import annotations

import pytest

from consent.model.categories import CATEGORIES, CONSENT_CATEGORIES, Category, ConsentState, Party


def test_the_four_categories_have_the_words_of_the_product() -> None:
    assert [str(category) for category in CATEGORIES] == [
        "necessary",
        "performance",
        "functionality",
        "advertising",
    ]


def test_unclassified_is_a_status_and_no_category_that_a_visitor_decides_about() -> None:
    assert Category.UNCLASSIFIED not in CATEGORIES


@pytest.mark.parametrize("category", list(Category))
def test_everything_but_the_necessary_needs_consent(category: Category) -> None:
    assert category.needs_consent is (category is not Category.NECESSARY)


def test_the_categories_that_need_consent_are_those_that_a_visitor_can_refuse() -> None:
    assert tuple(category for category in CATEGORIES if category.needs_consent) == CONSENT_CATEGORIES


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_category_is_unlocked_by_its_own_consent(category: Category) -> None:
    assert category.unlocked_by is category


def test_what_is_unclassified_waits_for_the_consent_to_advertising() -> None:
    assert Category.UNCLASSIFIED.unlocked_by is Category.ADVERTISING


def test_states_and_parties_have_the_words_of_the_report() -> None:
    assert list(ConsentState) == ["before", "reject", "accept", "withdraw", "gpc"]
    assert list(Party) == ["first", "third"]
