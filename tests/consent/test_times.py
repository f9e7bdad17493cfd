from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.times import canonical_ms, now_ms, parse_rfc3339, rfc3339


@given(st.integers(min_value=0, max_value=253_402_300_799_999))
def test_every_time_comes_back_as_it_was(milliseconds: int) -> None:
    assert parse_rfc3339(rfc3339(milliseconds)) == milliseconds


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("1970-01-01T00:00:00.000Z", 0),
        ("1970-01-01T00:00:01Z", 1_000),
        ("1970-01-01T01:00:00.123456+01:00", 123),
        ("1970-01-01T00:00:00.5Z", 500),
    ],
)
def test_other_spellings_and_zones_are_understood(text: str, milliseconds: int) -> None:
    assert parse_rfc3339(text) == milliseconds


@pytest.mark.parametrize(
    "text", ["", "x", "2026-11-24T10:00:00.000", "2026-02-30T10:00:00.000Z", "2026-11-24T10:00:00.x00Z"]
)
def test_what_is_no_time_or_has_no_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_rfc3339(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-W48-2T10:00:00.000Z",
        "2026-11-24 10:00:00.000Z",
        "2026-11-24T10:00:00.000z",
        "2026-11-24T10:00:00.\u0661\u0662\u0663Z",
        "2026-11-24T10:00:00Z",
    ],
)
def test_only_the_form_that_is_written_here_counts_as_canonical(text: str) -> None:
    assert canonical_ms(text) is None


def test_a_canonical_time_has_its_milliseconds() -> None:
    assert canonical_ms("1970-01-01T00:00:01.023Z") == 1_023


def test_now_is_now() -> None:
    assert abs(now_ms() / 1000 - dt.datetime.now(tz=dt.UTC).timestamp()) < 5
