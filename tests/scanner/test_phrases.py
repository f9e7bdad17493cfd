"""Texts as they are compared."""

from __future__ import annotations

import pytest

from scanner.phrases import normalised


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  Accept   ALL! ", "accept all"),
        ("J\u2019accepte…", "jaccepte"),
        ("Schließen", "schliessen"),
        ("cookie_settings", "cookie settings"),
        ("", ""),
    ],
)
def test_case_punctuation_and_apostrophes_do_not_count(text: str, plain: str) -> None:
    assert normalised(text) == plain
