"""Times as the log writes them: RFC 3339 in UTC with milliseconds."""

from __future__ import annotations

import datetime as dt
import re
import time
from functools import lru_cache

DAY_MS = 86_400_000


def now_ms() -> int:
    """Return the machine's time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def rfc3339(milliseconds: int) -> str:
    """Return for instance ``2026-11-24T10:00:00.123Z``."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{_second(seconds)}.{rest:03d}Z"


_CANONICAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", re.ASCII)
is_canonical = _CANONICAL.fullmatch
"""Whether a text has the form that `rfc3339` writes, which is also what browsers write."""


def parse_rfc3339(text: str) -> int:
    """Return milliseconds since 1970; raises `ValueError` where it is no time or has no zone."""
    if is_canonical(text):
        return _milliseconds(f"{text[:19]}Z") + int(text[20:23])
    return _milliseconds(text)


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@lru_cache(maxsize=1024)
def _milliseconds(text: str) -> int:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    # Not through a float: 0.123 seconds would come back as 0.122.
    since = moment - _EPOCH
    return since.days * DAY_MS + since.seconds * 1000 + since.microseconds // 1000


@lru_cache(maxsize=1024)
def _second(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")
