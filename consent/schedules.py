"""When scheduled scans are due, and the queuing of those that are.

Times are worked out by the wall clock of the schedule's own zone. What the clocks skip in spring is done right after, and
what they repeat in autumn is done once (cron's own habit, by cronsim). A schedule that was due while nothing ran, however
often, is caught up once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import msgspec
from cronsim import CronSim

from consent.model.categories import ConsentState
from consent.model.errors import ConfigError
from consent.model.scans import PlannedScan
from consent.model.schedule import ScheduleSettings, Window, duration_s, window_of, zone_of
from consent.model.sites import Site
from consent.scans import new_run
from consent.store import Store

logger = logging.getLogger("consentry.schedules")

_DAY_S = 86_400


class NextScan(msgspec.Struct, frozen=True, kw_only=True):
    """A site's schedule as it is shown: its settings in words, and when it is due next (milliseconds since 1970)."""

    site: str
    schedule: str
    timezone: str
    window: str
    pages: int | None
    states: tuple[ConsentState, ...]
    next_ms: int
    following_ms: tuple[int, ...] = ()


def spec_of(schedule: ScheduleSettings) -> str:
    """Return a schedule in one line; a stored time counts only as long as this stays the same."""
    parts = [
        f"cron {schedule.cron}" if schedule.cron else f"every {schedule.every}",
        schedule.timezone,
        f"jitter {schedule.jitter}" if schedule.jitter else "",
        f"window {schedule.window}" if schedule.window else "",
    ]
    return ", ".join(filter(None, parts))


def first_ms(site: str, schedule: ScheduleSettings, now_ms: int) -> int:
    """Return when a schedule that nothing is known of is due: by ``every`` at once, by ``cron`` at its next time."""
    if schedule.every:
        return _placed(site, schedule, _local(schedule, now_ms))
    return next_ms(site, schedule, now_ms, now_ms)


def next_ms(site: str, schedule: ScheduleSettings, due_ms: int, now_ms: int) -> int:
    """Return when a schedule is due after ``due_ms``, and later than now: missed times count once, as the one that was due."""
    offset_ms = 1_000 * _offset_s(site, schedule)
    if schedule.every:
        return _next_of_every(site, schedule, due_ms - offset_ms, now_ms)
    nominal = _local(schedule, max(due_ms, now_ms))
    if offset_ms:  # begun by its own offset later, so the cron time lies that much back
        nominal = _local(schedule, max(due_ms, now_ms) - offset_ms)
    for time in CronSim(schedule.cron, nominal):
        placed = _placed(site, schedule, time)
        if placed > max(due_ms, now_ms):
            return placed
    raise ConfigError(
        f"schedule of {site}: {schedule.cron!r} never comes again."
    )  # pragma: no cover - told when sites.toml is read


def may_begin_ms(site: str, schedule: ScheduleSettings, now_ms: int) -> int:
    """Return ``now_ms`` where a scan may begin now, else when the schedule's next window opens for the site."""
    return _placed(site, schedule, _local(schedule, now_ms), offset_s=0)


def upcoming(site: Site, planned: PlannedScan | None, now_ms: int, *, count: int = 3) -> NextScan | None:
    """Return when a site is due next, and the times after that; None where it has no schedule."""
    schedule = site.schedule
    if schedule is None:
        return None
    spec = spec_of(schedule)
    known = planned is not None and planned.spec == spec
    times = [planned.next_ms if planned is not None and known else first_ms(site.id, schedule, now_ms)]
    while len(times) < count:
        times.append(next_ms(site.id, schedule, times[-1], max(now_ms, times[-1])))
    return NextScan(
        site=site.id,
        schedule=f"cron {schedule.cron}" if schedule.cron else f"every {schedule.every}",
        timezone=schedule.timezone,
        window=schedule.window,
        pages=schedule.pages,
        states=schedule.states,
        next_ms=times[0],
        following_ms=tuple(times[1:]),
    )


async def queue_due(store: Store, sites: Iterable[Site], now_ms: int) -> list[str]:
    """Queue a scan of each site whose schedule is due, and plan its next; returns the sites.

    Any number of processes may do this at once: each due time is queued by one of them. A schedule that was changed is
    planned anew, one that is gone from the settings is forgotten.
    """
    with_schedule = {site.id: site for site in sites if site.schedule is not None}
    planned = {one.site: one for one in await store.planned_scans()}
    for gone in planned.keys() - with_schedule.keys():
        await store.unplan_scan(gone)
    queued = []
    for site_id, site in with_schedule.items():
        schedule = site.schedule
        assert schedule is not None  # noqa: S101 - chosen so above
        due = planned.get(site_id)
        if due is None or due.spec != spec_of(schedule):
            first = first_ms(site_id, schedule, now_ms)
            due = PlannedScan(site=site_id, spec=spec_of(schedule), next_ms=first)
            await store.plan_scan(due)
        if due.next_ms > now_ms:
            continue
        opens_ms = may_begin_ms(site_id, schedule, now_ms)
        if opens_ms > now_ms:  # it was missed, and its window has closed
            await store.plan_scan(msgspec.structs.replace(due, next_ms=opens_ms))
            continue
        run = new_run(
            site_id, trigger="schedule", now_ms=now_ms, pages=schedule.pages, states=schedule.states
        )
        if await store.queue_planned(due, next_ms(site_id, schedule, due.next_ms, now_ms), run):
            logger.info("The scan of %s is due and waits", site_id)
            queued.append(site_id)
    return queued


# ------------------------------------------------------------------------------------------------------- the clock ---


def _next_of_every(site: str, schedule: ScheduleSettings, nominal_ms: int, now_ms: int) -> int:
    every = duration_s(schedule.every) or _DAY_S
    last = _local(schedule, nominal_ms)
    count = max(1, int((now_ms - nominal_ms) / 1_000 // every))
    while True:
        placed = _placed(site, schedule, _later(last, every * count))
        if placed > max(now_ms, nominal_ms):
            return placed
        count += 1


def _later(time: dt.datetime, seconds: int) -> dt.datetime:
    """Add a duration: whole days by the wall clock, so that 03:00 stays 03:00; hours by the real time that passes."""
    if seconds % _DAY_S == 0:
        return (
            time.replace(tzinfo=None, fold=0)
            .__add__(dt.timedelta(seconds=seconds))
            .replace(tzinfo=time.tzinfo)
        )
    return (time.astimezone(dt.UTC) + dt.timedelta(seconds=seconds)).astimezone(time.tzinfo)


def _placed(site: str, schedule: ScheduleSettings, time: dt.datetime, *, offset_s: int | None = None) -> int:
    """Return when a scan for that time begins: later by the site's own offset, and inside the window."""
    offset_s = _offset_s(site, schedule) if offset_s is None else offset_s
    begins = (time.astimezone(dt.UTC) + dt.timedelta(seconds=offset_s)).astimezone(time.tzinfo)
    window = window_of(schedule.window) if schedule.window else None
    if window is not None and not window.holds(begins.time()):
        opens = _opening(window, begins)
        # Spread again, or all that were late would begin with the window.
        later = _offset_s(site, schedule) % max(window.length_s, 1)
        begins = (opens.astimezone(dt.UTC) + dt.timedelta(seconds=later)).astimezone(time.tzinfo)
        if not window.holds(begins.time()):  # the clocks were changed in it
            begins = opens
    return round(begins.timestamp()) * 1_000


def _opening(window: Window, time: dt.datetime) -> dt.datetime:
    """Return the next opening of a window after a time outside of it; what the clocks skip opens right after."""
    day = time.date() if time.time() < window.start else time.date() + dt.timedelta(days=1)
    opens = dt.datetime.combine(day, window.start, tzinfo=time.tzinfo)
    return opens.astimezone(dt.UTC).astimezone(time.tzinfo)


def _offset_s(site: str, schedule: ScheduleSettings) -> int:
    """Return a site's own part of the jitter, always the same: the load is spread, and every process knows how."""
    jitter = (duration_s(schedule.jitter) or 0) if schedule.jitter else 0
    share = int.from_bytes(hashlib.sha256(site.encode()).digest()[:4]) / 2**32
    return int(share * jitter)


def _local(schedule: ScheduleSettings, time_ms: int) -> dt.datetime:
    zone = zone_of(schedule.timezone) or ZoneInfo("UTC")
    return dt.datetime.fromtimestamp(time_ms // 1_000, tz=zone)
