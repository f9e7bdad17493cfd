from __future__ import annotations

import pytest

from consent.lifetimes import shown_lifetime


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, None), (0.2, 1), (59.7, 60), (86_399.0, 86_400), (34_127_999.4, 13 * 30 * 86_400)],
)
def test_lifetimes_are_kept_as_precisely_as_they_are_shown(seconds: float | None, shown: int | None) -> None:
    assert shown_lifetime(seconds) == shown
