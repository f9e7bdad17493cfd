from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator

import msgspec
import pytest

from consent.model.errors import ConfigError
from consent.statistics.counting import day_number
from consent.statistics.queries import MOST_DAYS, MOST_GROUPS, By, Span, Statistics, span_of, statistics_of
from consent.store import Store, open_store
from consent.store.statistics_store import Tally
from tests.consent.statistics.grouping import counts

TODAY = dt.date(2026, 11, 24)
WEEK = Span(dt.date(2026, 11, 18), TODAY)


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    store = await open_store(sqlite_url)
    yield store
    await store.close()


async def fill(store: Store, *tallies: Tally) -> None:
    [chain] = await store.counted()
    assert await store.count(chain, chain.counted + 1, tallies)


def tally(
    dimension: str = "", key: str = "", day: str = "2026-11-24", notice: str = "n1", **numbers: int
) -> Tally:
    return Tally(
        "larkspur", dimension, day_number(dt.date.fromisoformat(day)), notice, key, counts(**numbers)
    )


def keys(found: Statistics) -> list[str]:
    return [group.key for group in found.groups]


async def test_days_come_one_by_one_also_those_on_which_nothing_happened(store: Store) -> None:
    await fill(
        store,
        tally(day="2026-11-20", accepted=3, shown=9),
        tally(accepted=4, notice="n2", shown=5),
        tally(day="2026-11-01", accepted=99),
    )
    found = await statistics_of(store, "larkspur", WEEK, By.DAY)
    assert keys(found) == [f"2026-11-{day}" for day in range(18, 25)]
    assert [group.accepted for group in found.groups] == [0, 0, 3, 0, 0, 0, 4]
    assert (found.total.accepted, found.total.shown, found.total.no_decision) == (7, 14, 7)
    assert found.comparisons == ()


async def test_notices_come_in_the_order_in_which_they_were_shown(store: Store) -> None:
    await fill(
        store,
        tally(day="2026-11-23", notice="aa", accepted=50, refused=50),
        tally(day="2026-11-19", notice="zz", accepted=50, refused=50),
        tally(day="2026-11-21", notice="zz", accepted=50, refused=50),
    )
    found = await statistics_of(store, "larkspur", WEEK, By.NOTICE)
    assert keys(found) == ["zz", "aa"]
    assert (found.groups[0].first_day, found.groups[0].last_day) == (
        dt.date(2026, 11, 19),
        dt.date(2026, 11, 21),
    )
    assert [(one.one, one.other) for one in found.comparisons] == [("aa", "zz")] * 2


async def test_devices_keep_their_order_and_languages_come_by_size(store: Store) -> None:
    await fill(
        store,
        *(
            tally("device", key, accepted=number)
            for number, key in enumerate(("automated", "phone", "desktop"), 1)
        ),
        *(tally("language", key, accepted=number) for key, number in (("de", 5), ("en", 9), ("other", 99))),
        tally("country", "DE", accepted=1),
    )
    assert keys(await statistics_of(store, "larkspur", WEEK, By.DEVICE)) == ["desktop", "phone", "automated"]
    assert keys(await statistics_of(store, "larkspur", WEEK, By.LANGUAGE)) == ["en", "de", "other"]
    assert keys(await statistics_of(store, "larkspur", WEEK, By.COUNTRY)) == ["DE"]
    assert keys(await statistics_of(store, "larkspur", WEEK, By.VARIANT)) == []


async def test_what_is_over_the_limit_is_one_group_and_nothing_is_lost(store: Store) -> None:
    await fill(store, *(tally("variant", f"v{number:03}", accepted=number) for number in range(1, 101)))
    found = await statistics_of(store, "larkspur", WEEK, By.VARIANT)
    assert len(found.groups) == MOST_GROUPS
    assert keys(found)[:2] == ["v100", "v099"]
    assert keys(found)[-1] == "other"
    assert sum(group.accepted for group in found.groups) == sum(range(1, 101))


async def test_an_unknown_site_has_zeros(store: Store) -> None:
    found = await statistics_of(store, "thyme", WEEK, By.LANGUAGE)
    assert (found.total.shown, found.groups) == (0, ())


async def test_the_answer_says_its_days_and_what_waits_in_json_too(store: Store) -> None:
    found = await statistics_of(store, "larkspur", WEEK, By.DAY)
    built = msgspec.to_builtins(found)
    assert (built["from"], built["to"], built["time_zone"]) == ("2026-11-18", "2026-11-24", "UTC")
    assert (built["waiting"], built["confidence"]) == (0, 0.95)


def test_a_span_without_ends_is_the_last_thirty_days() -> None:
    assert span_of(None, None, today=TODAY) == (dt.date(2026, 10, 26), TODAY)
    assert span_of(dt.date(2026, 1, 1), None, today=TODAY) == (dt.date(2026, 1, 1), TODAY)
    assert span_of(None, dt.date(2026, 1, 30), today=TODAY) == (dt.date(2026, 1, 1), dt.date(2026, 1, 30))
    assert span_of(None, dt.date.min, today=TODAY) == (dt.date.min, dt.date.min)
    later = dt.date(2027, 1, 1)
    assert span_of(later, None, today=TODAY) == (later, later)


def test_a_span_that_cannot_be_is_refused() -> None:
    with pytest.raises(ConfigError, match="2026-11-24 comes after 2026-11-01"):
        span_of(TODAY, dt.date(2026, 11, 1), today=TODAY)
    with pytest.raises(ConfigError, match=f"longer than {MOST_DAYS} days"):
        span_of(dt.date(1970, 1, 1), TODAY, today=TODAY)
    assert span_of(TODAY - dt.timedelta(days=MOST_DAYS - 1), TODAY, today=TODAY).days[1] == day_number(TODAY)
