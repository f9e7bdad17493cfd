from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget.colours import DARK_SURFACE, LIGHT_SURFACE, contrast, legible, text_on

COLOURS = st.from_regex(r"\A#[0-9a-f]{6}\Z")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(COLOURS)
def test_any_accent_gets_legible_text_and_links(accent: str) -> None:
    assert contrast(text_on(accent), accent) >= 4.5
    for surface in (LIGHT_SURFACE, DARK_SURFACE):
        assert contrast(legible(accent, surface), surface) >= 4.5


def test_an_accent_that_is_legible_already_stays() -> None:
    assert legible("#1f4fd8", LIGHT_SURFACE) == "#1f4fd8"
