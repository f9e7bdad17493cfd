from __future__ import annotations

import pytest

from consent.event_values import CLOCK_AHEAD_MS, CLOCK_BEHIND_MS, clamped, cut
from consent.model.errors import RecordError
from consent.times import parse_rfc3339, rfc3339

NOW = parse_rfc3339("2026-11-24T10:00:00.000Z")


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        ("https://www.larkspur.example/tea?q=secret#part", ("https://www.larkspur.example", "/tea")),
        ("https://ada:word@www.larkspur.example/", ("https://www.larkspur.example", "/")),
        ("https://www.larkspur.example", ("https://www.larkspur.example", "")),
        ("https://www.larkspur.example?q=/secret", ("https://www.larkspur.example", "")),
    ],
)
def test_of_a_page_origin_and_path_are_kept(page: str, kept: tuple[str, str]) -> None:
    assert cut(page) == kept


@pytest.mark.parametrize(
    ("off", "kept"),
    [
        (0, 0),
        (CLOCK_AHEAD_MS, CLOCK_AHEAD_MS),
        (CLOCK_AHEAD_MS + 1, CLOCK_AHEAD_MS),
        (-CLOCK_BEHIND_MS, -CLOCK_BEHIND_MS),
        (-CLOCK_BEHIND_MS - 1, -CLOCK_BEHIND_MS),
    ],
)
def test_a_clock_is_moved_to_where_it_is_plausible_and_what_was_sent_is_told(off: int, kept: int) -> None:
    sent = rfc3339(NOW + off)
    assert clamped(sent, NOW) == (rfc3339(NOW + kept), None if off == kept else sent)


def test_a_time_with_another_zone_is_written_in_utc_and_one_without_is_refused() -> None:
    assert clamped("2026-11-24T11:00:00+01:00", NOW) == ("2026-11-24T10:00:00.000Z", None)
    with pytest.raises(RecordError, match="RFC 3339"):
        clamped("2026-11-24T11:00:00", NOW)
