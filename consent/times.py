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


def parse_rfc3339(text: str) -> int:
    """Return milliseconds since 1970; raises `ValueError` where it is no time or has no zone."""
    milliseconds = canonical_ms(text)
    return _milliseconds(text) if milliseconds is None else milliseconds


def canonical_ms(text: str) -> int | None:
    """Return milliseconds since 1970 where a text has the form that `rfc3339` writes, as browsers do too; else None."""
    if len(text) == 24 and text[19] == "." and text[23] == "Z" and text[20:23].isdecimal() and text.isascii():
        seconds = _canonical_s(text[:19])
        return None if seconds is None else seconds * 1000 + int(text[20:23])
    return None


@lru_cache(maxsize=1024)
def _canonical_s(text: str) -> int | None:
    if not _SECONDS.fullmatch(text):
        return None
    return _milliseconds(f"{text}Z") // 1000


_SECONDS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
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
