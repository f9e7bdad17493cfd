from __future__ import annotations

import pytest

from scanner.knowledge.model import is_regex, name_pattern, path_pattern, seconds


def test_a_star_stands_for_any_characters_or_none_and_the_rest_is_literal() -> None:
    pattern = name_pattern("_a.b_*")
    assert pattern.match("_a.b_1")
    assert pattern.match("_a.b_")
    assert not pattern.match("_axb_1")


def test_a_regular_expression_is_anchored() -> None:
    assert is_regex("^x[0-9]+$")
    assert not is_regex("^x")
    assert not name_pattern("^x[0-9]+$").match("x1y")


def test_a_path_is_open_at_its_end() -> None:
    assert path_pattern("/*/sdk.js")("/en_GB/sdk.js/more")
    assert not path_pattern("/a+b")("/aab")


@pytest.mark.parametrize(
    ("lifetime", "expected"),
    [("30 minutes", 1800.0), ("1 day", 86400.0), ("session", None), ("persistent", None), ("", None)],
)
def test_a_documented_lifetime_is_read(lifetime: str, expected: float | None) -> None:
    assert seconds(lifetime) == expected


def test_another_lifetime_is_an_error() -> None:
    with pytest.raises(ValueError, match="expected"):
        seconds("forever")
