"""Reads lifetimes and dates as policies write them: "two years", "until you close the browser", "17 May 2018"."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

import msgspec

from scanner.policy.language import Language

SESSION_S = 0.0
"""The lifetime of what ends with the browser session."""


class Duration(msgspec.Struct, frozen=True, kw_only=True):
    """A lifetime: its words, their place, and seconds (0 for the session, None for no end)."""

    text: str
    start: int
    end: int
    seconds: float | None


def durations_in(text: str, language: Language) -> list[Duration]:
    """Return the lifetimes in a text, in their order; a session or an unlimited one only where no number is given."""
    found = [
        Duration(text=match[0], start=match.start(), end=match.end(), seconds=_seconds(match, language))
        for match in _pattern(
            language.id, tuple(language.words.units), tuple(language.words.numbers)
        ).finditer(text)
    ]
    merged: list[Duration] = []
    for one in found:  # "1 year and 1 month" is one lifetime
        last = merged[-1] if merged else None
        if (
            last is not None
            and re.fullmatch(r",? (?:and )?", text[last.end : one.start])
            and (last.seconds or 0) > (one.seconds or 0)
        ):
            merged[-1] = Duration(
                text=text[last.start : one.end],
                start=last.start,
                end=one.end,
                seconds=(last.seconds or 0) + (one.seconds or 0),
            )
        else:
            merged.append(one)
    if merged:
        return merged
    for name, seconds in (("session", SESSION_S), ("persistent", None)):
        match = language.alternatives(name).search(text)
        if match is not None:
            return [Duration(text=match[0], start=match.start(), end=match.end(), seconds=seconds)]
    return []


@cache
def _pattern(_language: str, units: tuple[str, ...], numbers: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, numbers), key=len, reverse=True))
    names = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
    return re.compile(
        rf"(?<![\w.])(\d{{1,5}}(?:[.,]\d+)?|{words})(?: ?\(\w+\))?[ -]?({names})(?:s|\(s\))?\b", re.IGNORECASE
    )


def _seconds(match: re.Match[str], language: Language) -> float:
    number = match[1].lower()
    amount = (
        float(language.words.numbers[number])
        if number in language.words.numbers
        else float(number.replace(",", "."))
    )
    return amount * language.words.units[match[2].lower()]


class Dated(msgspec.Struct, frozen=True, kw_only=True):
    """A date in a text: its day (the first where only a month is given) and its place."""

    day: dt.date
    start: int
    end: int


def dates_in(text: str, language: Language) -> list[Dated]:
    """Return the dates in a text: day month year, month day year, month year, ISO, and numbers with points or slashes.

    Numbers with slashes are read day first unless that gives no date; a year of two digits is none.
    """
    found = []
    for match in _date_pattern(language.id, tuple(language.words.months)).finditer(text):
        day = _day(match, language)
        if day is not None:
            found.append(Dated(day=day, start=match.start(), end=match.end()))
    return found


@cache
def _date_pattern(_language: str, months: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    return re.compile(
        rf"(?<![\w/.-])(?:(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})(?!\d)"
        rf"|(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\.? (?:of |day of )?(?P<m1>{names})\.?,? (?P<y1>\d{{4}})"
        rf"|(?P<m2>{names})\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y2>\d{{4}})"
        rf"|(?P<m3>{names})\.?,? (?P<y3>\d{{4}})"
        rf"|(?P<n1>\d{{1,2}})[./-](?P<n2>\d{{1,2}})[./-](?P<y4>\d{{4}}))(?!\w)",
        re.IGNORECASE,
    )


def _day(match: re.Match[str], language: Language) -> dt.date | None:
    part = match.groupdict()
    months = language.words.months
    try:
        if part["iso"]:
            day = dt.date.fromisoformat(part["iso"])
        elif part["m1"]:
            day = dt.date(int(part["y1"]), months[part["m1"].lower()], int(part["d1"]))
        elif part["m2"]:
            day = dt.date(int(part["y2"]), months[part["m2"].lower()], int(part["d2"]))
        elif part["m3"]:
            day = dt.date(int(part["y3"]), months[part["m3"].lower()], 1)
        else:
            first, second, year = int(part["n1"]), int(part["n2"]), int(part["y4"])
            day = dt.date(year, second, first) if second <= 12 else dt.date(year, first, second)
    except ValueError:
        return None
    return day if 1995 <= day.year <= 2100 else None
