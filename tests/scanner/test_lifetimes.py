from __future__ import annotations

import pytest

from scanner.lifetimes import DAY_S, lifetime_class, lifetime_text


@pytest.mark.parametrize(
    ("lifetime_s", "expected"),
    [
        (None, "session"),
        (60, "up to a day"),
        (30 * DAY_S, "up to a month"),
        (183 * DAY_S, "up to 6 months"),
        (395 * DAY_S, "up to 13 months"),
        (396 * DAY_S, "over 13 months"),
    ],
)
def test_a_lifetime_falls_into_one_class(lifetime_s: float | None, expected: str) -> None:
    assert lifetime_class(lifetime_s) == expected


def test_storage_without_a_lifetime_stays_until_it_is_deleted() -> None:
    assert lifetime_class(None, kind="local_storage") == "until deleted"
    assert lifetime_class(None, kind="session_storage") == "session"


@pytest.mark.parametrize(
    ("lifetime_s", "expected"),
    [
        (None, "session"),
        (0, "none"),
        (1, "1 second"),
        (60, "1 minute"),
        (1_800, "30 minutes"),
        (86_399, "1 day"),
        (30 * DAY_S, "30 days"),
        (90 * DAY_S, "3 months"),
        (400 * DAY_S, "13 months"),
        (730 * DAY_S, "2 years"),
    ],
)
def test_a_lifetime_is_told_as_one_would_say_it(lifetime_s: float | None, expected: str) -> None:
    assert lifetime_text(lifetime_s) == expected
