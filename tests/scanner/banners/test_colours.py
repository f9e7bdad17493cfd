"""Colours through transparent layers, and contrasts as WCAG gives them."""

from __future__ import annotations

import pytest

from scanner.banners.colours import WHITE, Paint, contrast, hexadecimal, seen

BLACK, GREY = (0.0, 0.0, 0.0), (118.0, 118.0, 118.0)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(BLACK, WHITE, 21.0), (WHITE, WHITE, 1.0), (GREY, WHITE, 4.54), (WHITE, (26.0, 79.0, 122.0), 8.59)],
)
def test_contrast_is_that_of_wcag(
    one: tuple[float, float, float], other: tuple[float, float, float], expected: float
) -> None:
    assert contrast(one, other) == contrast(other, one) == expected


def test_contrast_with_an_unknown_colour_is_unknown() -> None:
    assert contrast(None, WHITE) is None


def test_a_half_transparent_surface_is_mixed_with_what_lies_below() -> None:
    assert seen([Paint(0, 0, 0, 1), Paint(255, 255, 255, 0.5)]) == (127.5, 127.5, 127.5)


def test_opacity_of_an_ancestor_makes_text_pale_with_all_that_holds_it() -> None:
    page, button, text = Paint(255, 255, 255, 1), Paint(0, 0, 0, 1, opacity=0.2), Paint(255, 255, 255, 1)
    assert hexadecimal(seen([page, button])) == "#cccccc"
    assert hexadecimal(seen([page, button], text)) == "#ffffff"
    assert contrast(seen([page, button], text), seen([page, button])) == 1.61


def test_nothing_painted_is_the_browsers_white() -> None:
    assert seen([Paint(0, 0, 0, 0)]) == WHITE


def test_a_picture_hides_the_colour_unless_something_opaque_lies_over_it() -> None:
    picture = Paint(0, 0, 0, 0, picture=True)
    assert seen([picture]) is None
    assert seen([picture, Paint(10, 20, 30, 1)]) == (10, 20, 30)
    assert seen([picture, Paint(10, 20, 30, 1, opacity=0.5)]) is None
    assert hexadecimal(seen([picture])) == ""
