"""When a site is scanned by itself: the table ``[sites.<id>.schedule]`` and what its texts mean.

Everything that can be wrong with it is told when sites.toml is read; when it is due is worked out by `consent.schedules`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from cronsim import CronSim, CronSimError
from msgspec import Meta

from consent.model.categories import ConsentState

_UNITS = {"minute": 60, "hour": 3_600, "day": 86_400, "week": 7 * 86_400}
_DURATION = re.compile(r"^(\d{1,6}) (minute|hour|day|week)s?$")
_WINDOW = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$")
LEAST_EVERY_S = 3_600
MOST_S = 366 * 86_400


class ScheduleSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of ``cron`` (five fields) and ``every`` (``7 days``) says how often, in ``timezone`` (IANA).

    ``jitter`` spreads the sites: each begins later by a part of it that is its own. ``window`` (``01:00-05:00``) are the
    hours of the day in which a scan may begin. ``pages`` and ``states`` take the place of those of ``scan``, also for a scan
    that somebody starts without numbers of its own.
    """

    cron: str = ""
    every: str = ""
    timezone: str = "UTC"
    jitter: str = ""
    window: str = ""
    pages: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    states: tuple[ConsentState, ...] = ()


class Window(NamedTuple):
    """Hours of the day: ``start`` is in it, ``end`` is not; where ``end`` is the earlier one it goes past midnight."""

    start: dt.time
    end: dt.time

    def holds(self, time: dt.time) -> bool:
        """Whether a time of the day lies in it."""
        if self.start < self.end:
            return self.start <= time < self.end
        return time >= self.start or time < self.end

    @property
    def length_s(self) -> int:
        """How long it is, in seconds of a day without a change of clocks."""
        start, end = (60 * (60 * time.hour + time.minute) for time in self)
        return (end - start) % 86_400


def duration_s(text: str) -> int | None:
    """Return the seconds of ``7 days`` or ``90 minutes``; None where it is no such text."""
    match = _DURATION.match(text.strip())
    return int(match[1]) * _UNITS[match[2]] if match else None


def window_of(text: str) -> Window | None:
    """Return the window of ``01:00-05:00``; None where it is no such text, or no time at all."""
    match = _WINDOW.match(text.strip())
    if match is None:
        return None
    hour, minute, to_hour, to_minute = map(int, match.groups())
    window = Window(dt.time(hour, minute), dt.time(to_hour, to_minute))
    return None if window.start == window.end else window


def zone_of(name: str) -> ZoneInfo | None:
    """Return the time zone of a name; None where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; no such name can be; a folder of zones
        return None


def schedule_problems(schedule: ScheduleSettings) -> Iterator[str]:
    """Yield what is wrong, each as ``.key: what was expected``, or ``: …`` where it is about the whole table."""
    if bool(schedule.cron.strip()) == bool(schedule.every.strip()):
        yield ': expected one of cron = "0 3 * * 1" and every = "7 days"'
    if schedule.cron.strip():
        yield from _cron_problems(schedule.cron)
    if schedule.every.strip():
        every = duration_s(schedule.every)
        if every is None or not LEAST_EVERY_S <= every <= MOST_S:
            yield f'.every: expected a number of hours, days or weeks up to a year, such as "7 days", got {schedule.every!r}'
    if zone_of(schedule.timezone) is None:
        yield (
            f'.timezone: expected a name of the IANA time zone database, such as "Europe/Dublin", got {schedule.timezone!r}'
        )
    if schedule.jitter:
        jitter = duration_s(schedule.jitter)
        if jitter is None or jitter > MOST_S:
            yield f'.jitter: expected minutes, hours or days, such as "30 minutes", got {schedule.jitter!r}'
    if schedule.window and window_of(schedule.window) is None:
        yield f'.window: expected two different times of the day, such as "01:00-05:00", got {schedule.window!r}'
    if schedule.states and ConsentState.BEFORE not in schedule.states:
        yield '.states: expected "before" among them; the other states are compared with it'


def _cron_problems(text: str) -> Iterator[str]:
    expected = "expected five fields (minute, hour, day of the month, month, day of the week)"
    if len(text.split()) != 5:
        yield f'.cron: {expected}, such as "0 3 * * 1", got {text!r}'
        return
    try:
        next(CronSim(text, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)))
    except CronSimError as error:
        yield f".cron: {expected}, got {text!r}: {str(error).lower()}"
    except StopIteration:
        yield f".cron: expected times that ever come, got {text!r}"
