"""Read one Set-Cookie line as a browser does (RFC 6265bis, section 5.6), and tell what lifetime it asks for."""

from __future__ import annotations

import datetime as dt
import re

import msgspec

MAX_LIFETIME_S = 400 * 86_400
"""RFC 6265bis, section 5.5: a user agent limits a cookie's lifetime to 400 days; Chromium does since version 104."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = re.compile(r"^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)")
_DAY = re.compile(r"^(\d{1,2})(?:\D|$)")
_YEAR = re.compile(r"^(\d{2,4})(?:\D|$)")
_DELIMITERS = re.compile(r"[\x09\x20-\x2F\x3B-\x40\x5B-\x60\x7B-\x7E]+")


class SetCookie(msgspec.Struct, frozen=True, kw_only=True):
    """One cookie as asked for.

    ``domain`` is empty for a host-only cookie and has no leading dot. ``expires`` is in Unix seconds. ``max_age`` is in
    seconds and outranks ``expires``. ``same_site`` is as written, capitalised, or empty.
    """

    name: str
    value: str
    domain: str = ""
    path: str = ""
    expires: float | None = None
    max_age: int | None = None
    secure: bool = False
    http_only: bool = False
    same_site: str = ""
    partitioned: bool = False

    def lifetime_s(self, now: float) -> float | None:
        """Return the seconds asked for at ``now`` (Unix seconds), zero or less for a deletion, None for the session."""
        if self.max_age is not None:
            return float(self.max_age)
        return None if self.expires is None else self.expires - now


def parse_set_cookie(line: str) -> SetCookie | None:
    """Return the cookie, or None for a line that sets none."""
    pair, *attributes = line.split(";")
    name, equals, value = pair.partition("=")
    if not equals:
        name, value = "", pair
    name, value = name.strip(" \t"), value.strip(" \t")
    if not name and not value:
        return None
    found: dict[str, str] = {}
    for attribute in attributes:
        key, _, content = attribute.partition("=")
        found[key.strip(" \t").lower()] = content.strip(" \t")
    max_age = found.get("max-age", "")
    return SetCookie(
        name=name,
        value=value,
        domain=found.get("domain", "").lstrip(".").lower(),
        path=found.get("path", ""),
        expires=parse_cookie_date(found["expires"]) if "expires" in found else None,
        max_age=int(max_age) if re.fullmatch(r"-?\d{1,12}", max_age) else None,
        secure="secure" in found,
        http_only="httponly" in found,
        same_site=found.get("samesite", "").capitalize(),
        partitioned="partitioned" in found,
    )


def parse_cookie_date(text: str) -> float | None:
    """Return Unix seconds by the lenient algorithm of RFC 6265bis, section 5.1.1; None where it names no time."""
    clock: tuple[int, int, int] | None = None
    day = month = year = None
    for token in _DELIMITERS.split(text):
        if clock is None and (match := _TIME.match(token)):
            clock = (int(match[1]), int(match[2]), int(match[3]))
        elif day is None and (match := _DAY.match(token)):
            day = int(match[1])
        elif month is None and token[:3].lower() in _MONTHS:
            month = _MONTHS.index(token[:3].lower()) + 1
        elif year is None and (match := _YEAR.match(token)):
            year = int(match[1])
    if clock is None or day is None or month is None or year is None:
        return None
    if year < 100:
        year += 1900 if year >= 70 else 2000
    try:
        return dt.datetime(year, month, day, *clock, tzinfo=dt.UTC).timestamp()
    except (ValueError, OverflowError):
        return None


def default_path(path: str) -> str:
    """Return the path of a cookie set without one (RFC 6265bis, section 5.1.4)."""
    return path.rpartition("/")[0] or "/" if path.startswith("/") else "/"
