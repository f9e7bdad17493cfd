from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from consent.model.scans import PlannedScan
from consent.model.schedule import ScheduleSettings
from consent.model.sites import Site
from consent.schedules import first_ms, may_begin_ms, next_ms, queue_due, spec_of, upcoming
from consent.store import Store, open_store
from tests.consent import factories


def ms(text: str, zone: str = "UTC", *, fold: int = 0) -> int:
    time = dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return round(time.timestamp()) * 1_000


def local(time_ms: int, zone: str) -> str:
    return dt.datetime.fromtimestamp(time_ms / 1_000, ZoneInfo(zone)).isoformat()


def times(schedule: ScheduleSettings, start_ms: int, count: int, site: str = "larkspur") -> list[str]:
    """When a schedule is due from a time on, each after the one before, by its own clock."""
    due, found = first_ms(site, schedule, start_ms), []
    for _ in range(count):
        found.append(local(due, schedule.timezone))
        due = next_ms(site, schedule, due, due)
    return found


def test_cron_goes_by_the_clock_of_its_zone() -> None:
    schedule = ScheduleSettings(cron="0 3 * * 1", timezone="America/New_York")
    assert times(schedule, ms("2026-03-01T00:00"), 3) == [
        "2026-03-02T03:00:00-05:00",
        "2026-03-09T03:00:00-04:00",  # summer time began on the 8th
        "2026-03-16T03:00:00-04:00",
    ]


@pytest.mark.parametrize(
    ("zone", "cron", "night", "expected"),
    [  # 01:00 becomes 02:00 in London on 29 March 2026, 02:00 becomes 03:00 in Berlin
        ("Europe/London", "30 1 * * *", "2026-03-28T00:00", ["28T01:30:00+00:00", "29T02:00:00+01:00", "30T01:30:00+01:00"]),
        ("Europe/Berlin", "15 2 * * *", "2026-03-28T00:00", ["28T02:15:00+01:00", "29T03:00:00+02:00", "30T02:15:00+02:00"]),
    ],
)  # fmt: skip
def test_what_the_clocks_skip_in_spring_is_done_right_after(
    zone: str, cron: str, night: str, expected: list[str]
) -> None:
    found = times(ScheduleSettings(cron=cron, timezone=zone), ms(night, zone), 3)
    assert [time.removeprefix("2026-03-") for time in found] == expected


def test_what_the_clocks_repeat_in_autumn_is_done_once() -> None:
    # 02:00 is 01:00 again in London on 25 October 2026.
    schedule = ScheduleSettings(cron="30 1 * * *", timezone="Europe/London")
    assert times(schedule, ms("2026-10-24T00:00", "Europe/London"), 3) == [
        "2026-10-24T01:30:00+01:00",
        "2026-10-25T01:30:00+01:00",
        "2026-10-26T01:30:00+00:00",
    ]
    # Also for who looks in the repeated hour.
    second = ms("2026-10-25T01:10", "Europe/London", fold=1)
    due = ms("2026-10-25T01:30", "Europe/London")
    assert local(next_ms("larkspur", schedule, due, second), "Europe/London") == "2026-10-26T01:30:00+00:00"


def test_a_scan_of_every_hour_is_done_every_real_hour_when_the_clocks_change() -> None:
    hourly = ScheduleSettings(cron="0 * * * *", timezone="Europe/London")
    for start in ("2026-03-28T22:30", "2026-10-24T22:30"):
        due = first_ms("larkspur", hourly, ms(start))
        for _ in range(6):
            after = next_ms("larkspur", hourly, due, due)
            assert after - due == 3_600_000
            due = after


def test_every_so_many_days_keeps_the_hour_of_the_day() -> None:
    schedule = ScheduleSettings(every="7 days", timezone="Europe/Dublin")
    assert times(schedule, ms("2026-03-20T03:00", "Europe/Dublin"), 3) == [
        "2026-03-20T03:00:00+00:00",
        "2026-03-27T03:00:00+00:00",
        "2026-04-03T03:00:00+01:00",
    ]


def test_every_so_many_hours_counts_real_hours() -> None:
    schedule = ScheduleSettings(every="36 hours", timezone="Europe/Dublin")
    start = ms("2026-03-28T12:00", "Europe/Dublin")
    assert next_ms("larkspur", schedule, start, start) - start == 36 * 3_600_000


@pytest.mark.parametrize("schedule", [ScheduleSettings(cron="0 3 * * *"), ScheduleSettings(every="1 day")])
def test_what_was_missed_counts_once(schedule: ScheduleSettings) -> None:
    due, now = ms("2026-05-01T03:00"), ms("2026-05-09T11:00")
    assert local(next_ms("larkspur", schedule, due, now), "UTC") == "2026-05-10T03:00:00+00:00"


def test_each_site_has_its_own_part_of_the_jitter_which_stays_the_same() -> None:
    schedule = ScheduleSettings(cron="0 3 * * *", jitter="2 hours")
    begin = ms("2026-05-01T03:00")
    offsets = {
        site: first_ms(site, schedule, ms("2026-05-01T00:00")) - begin for site in map(str, range(200))
    }
    assert all(0 <= offset < 2 * 3_600_000 for offset in offsets.values())
    hours = [offset // 3_600_000 for offset in offsets.values()]
    assert 70 < sum(hours) < 130, "they are spread evenly"
    for site, offset in offsets.items():
        after = next_ms(site, schedule, begin + offset, begin + offset)
        assert after == begin + offset + 86_400_000


def test_jitter_longer_than_the_time_between_two_scans_loses_none() -> None:
    schedule = ScheduleSettings(cron="0 * * * *", jitter="5 hours")
    for site in ("a", "b", "c", "d"):
        due = first_ms(site, schedule, ms("2026-05-01T00:10"))
        assert 0 < due - ms("2026-05-01T00:10") <= 3_600_000
        assert next_ms(site, schedule, due, due) - due == 3_600_000


def test_a_scan_begins_in_its_window_and_what_comes_outside_waits_for_the_next() -> None:
    schedule = ScheduleSettings(cron="0 12 * * *", window="22:00-05:00", timezone="Europe/Dublin")
    assert times(schedule, ms("2026-03-27T13:00", "Europe/Dublin"), 2) == [
        "2026-03-28T22:00:00+00:00",
        "2026-03-29T22:00:00+01:00",
    ]
    inside = ScheduleSettings(cron="30 23,4 * * *", window="22:00-05:00")
    assert [time[11:16] for time in times(inside, ms("2026-05-01T00:00"), 3)] == ["04:30", "23:30", "04:30"]


def test_sites_that_wait_for_a_window_do_not_all_begin_with_it() -> None:
    schedule = ScheduleSettings(every="1 day", window="01:00-03:00", jitter="6 hours")
    begins = {first_ms(site, schedule, ms("2026-05-01T12:00")) for site in map(str, range(50))}
    assert len(begins) > 40
    assert min(begins) >= ms("2026-05-02T01:00")
    assert max(begins) < ms("2026-05-02T03:00")


def test_a_window_that_the_clocks_skip_opens_right_after() -> None:
    schedule = ScheduleSettings(cron="0 12 * * *", window="01:00-01:30", timezone="Europe/London")
    saturday = ms("2026-03-28T13:00", "Europe/London")
    assert (
        local(first_ms("a", schedule, saturday - 7_200_000), "Europe/London") == "2026-03-29T02:00:00+01:00"
    )


def test_who_comes_late_waits_for_the_window_too() -> None:
    schedule = ScheduleSettings(cron="0 3 * * *", window="01:00-05:00")
    assert may_begin_ms("a", schedule, ms("2026-05-01T04:59")) == ms("2026-05-01T04:59")
    assert may_begin_ms("a", schedule, ms("2026-05-01T05:00")) == ms("2026-05-02T01:00")
    assert may_begin_ms("a", ScheduleSettings(cron="0 3 * * *"), 5_000) == 5_000


# ------------------------------------------------------------------------------------------------------ the queue ---


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{tmp_path}/log.db")
    yield store
    await store.close()


def scheduled(**fields: Any) -> Site:
    return factories.site(schedule=ScheduleSettings(**fields))


async def test_a_due_scan_is_queued_once_and_the_next_is_planned(store: Store) -> None:
    site = scheduled(cron="0 3 * * *", pages=7)
    assert await queue_due(store, [site], ms("2026-05-01T02:00")) == []
    assert (await store.planned_scans())[0].next_ms == ms("2026-05-01T03:00")
    now = ms("2026-05-01T03:00") + 500
    answers = await asyncio.gather(*(queue_due(store, [site], now) for _ in range(3)))
    assert sorted(answers) == [[], [], ["larkspur"]]
    [run] = await store.open_scans()
    assert (run.trigger, run.pages, run.due_ms) == ("schedule", 7, now)
    assert await queue_due(store, [site], now + 60_000) == []


async def test_a_server_that_was_down_for_a_week_catches_up_with_one_scan(store: Store) -> None:
    site = scheduled(cron="0 3 * * *")
    await queue_due(store, [site], ms("2026-05-01T02:00"))
    back = ms("2026-05-08T10:00")
    assert await queue_due(store, [site], back) == ["larkspur"]
    assert await queue_due(store, [site], back + 1_000) == []
    assert (await store.planned_scans())[0].next_ms == ms("2026-05-09T03:00")
    assert len(await store.scans("larkspur", limit=10)) == 1


async def test_what_was_missed_waits_for_its_window(store: Store) -> None:
    site = scheduled(cron="0 3 * * *", window="01:00-05:00")
    await queue_due(store, [site], ms("2026-05-01T02:00"))
    assert await queue_due(store, [site], ms("2026-05-01T10:00")) == []
    assert (await store.planned_scans())[0].next_ms == ms("2026-05-02T01:00")
    assert await queue_due(store, [site], ms("2026-05-02T01:00")) == ["larkspur"]
    assert (await store.planned_scans())[0].next_ms == ms("2026-05-02T03:00")


async def test_a_changed_schedule_is_planned_anew_and_one_that_is_gone_is_forgotten(store: Store) -> None:
    now = ms("2026-05-01T02:00")
    await queue_due(store, [scheduled(cron="0 3 * * *")], now)
    await queue_due(store, [scheduled(cron="0 4 * * *")], now)
    assert (await store.planned_scans())[0].next_ms == ms("2026-05-01T04:00")
    await queue_due(store, [factories.site()], now)
    assert await store.planned_scans() == []


async def test_a_new_site_by_every_is_scanned_at_once(store: Store) -> None:
    assert await queue_due(store, [scheduled(every="7 days")], ms("2026-05-01T02:00")) == ["larkspur"]
    assert (await store.planned_scans())[0].next_ms == ms("2026-05-08T02:00")


def test_what_is_shown_of_a_schedule_is_what_will_be_done() -> None:
    site = scheduled(cron="0 3 * * 1", timezone="Europe/Dublin", window="01:00-05:00")
    assert site.schedule is not None
    now = ms("2026-05-01T02:00")
    stored = PlannedScan(site="larkspur", spec=spec_of(site.schedule), next_ms=ms("2026-05-03T01:00"))
    shown = upcoming(site, stored, now)
    assert shown is not None
    assert (shown.schedule, shown.window, shown.next_ms) == ("cron 0 3 * * 1", "01:00-05:00", stored.next_ms)
    assert [local(one, "Europe/Dublin") for one in shown.following_ms] == [
        "2026-05-04T03:00:00+01:00",
        "2026-05-11T03:00:00+01:00",
    ]
    fresh = upcoming(site, None, now)
    assert fresh is not None
    assert fresh.next_ms == ms("2026-05-04T02:00")
    assert upcoming(factories.site(), None, now) is None
