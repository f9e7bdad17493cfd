"""The time in which a controller must answer somebody who uses a right (GDPR Art. 12(3)), and how much of it is left.

One month from receipt, extended once by two further months where requests are complex or many, if the person is told so and
why within the first. A month ends on the day of the same number, or on the month's last day where it has none (Regulation
(EEC, Euratom) 1182/71, Art. 3(2)(c)). That regulation lets it run to the end of that day, and on over a weekend or holiday;
here it ends at the hour of receipt, in UTC, and never later than that.
"""

from __future__ import annotations

import calendar
import datetime as dt

from consent.times import DAY_MS

MONTHS = 1
MONTHS_EXTENDED = 3
SOON_DAYS = 7
"""So many days before its deadline a request is said to be due soon."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def months_after(time_ms: int, months: int) -> int:
    """Return the time so many calendar months later, both in milliseconds since 1970: 31 January gives 28 or 29 February."""
    at = _EPOCH + dt.timedelta(milliseconds=time_ms)
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    since = at.replace(year=year, month=month + 1, day=day) - _EPOCH
    return since // dt.timedelta(milliseconds=1)


def days_left(due_ms: int, now_ms: int) -> int:
    """Return the whole days that are left: 0 on the last one, negative where the deadline has passed."""
    return (due_ms - now_ms) // DAY_MS


def in_words(due_ms: int, now_ms: int) -> str:
    """Return how a deadline stands: ``12 days left``, ``less than a day left``, ``overdue by 3 days``."""
    left = days_left(due_ms, now_ms)
    if left < 0:
        late = (now_ms - due_ms) // DAY_MS
        return f"overdue by {_days(late)}" if late else "overdue since today"
    return f"{_days(left)} left" if left else "less than a day left"


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
