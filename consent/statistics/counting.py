"""What a consent record counts as: the dimensions that it belongs to, and the numbers that it adds to.

Nothing but the record and its notice decides about that, so the same log gives the same numbers again.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from consent.model.categories import CONSENT_CATEGORIES
from consent.model.records import EventKind, Surface
from consent.store.statistics_store import COUNTS, Tally
from consent.user_agents import AUTOMATED

WHOLE = ""
"""The dimension in which nothing is told apart but day and notice."""
DEVICES = ("desktop", "phone", "tablet", "other")
OTHER = "other"
LEAST_SHARE = 0.001
"""A record stands for at most a thousand displays: whatever is configured, one record can sway no figure for long."""

_EPOCH = dt.date(1970, 1, 1).toordinal()
_COLUMN = {name: number for number, name in enumerate(COUNTS)}
_ANSWERS = {EventKind.GIVEN: "accepted", EventKind.REFUSED: "refused", EventKind.PARTIAL: "partial"}
_LATER = {
    EventKind.CHANGED: "changed",
    EventKind.WITHDRAWN: "withdrawn",
    EventKind.RENEWED: "renewed",
    EventKind.OPT_OUT_SIGNAL: "opt_out",
}


Decisions = msgspec.defstruct("Decisions", [(str(name), str | None, None) for name in CONSENT_CATEGORIES])
"""The answers that a record has for the categories that are a choice."""
_decisions = attrgetter(*CONSENT_CATEGORIES)


class CountedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a `consent.model.records.ConsentRecord` that decide what it counts as."""

    site: str
    event: EventKind
    surface: str
    categories: Decisions  # type: ignore[valid-type]  # made of the categories' names
    notice_version: str
    language: str
    jurisdiction: str
    gpc_header: bool
    gpc_js: bool | None
    user_agent: str
    server_time: str
    variant: str = ""
    country: str = ""
    bot: bool = False
    shown_share: float = 1.0


class Kind(NamedTuple):
    """All that tells records apart here, as it stands in them: a log has millions of records and some hundred kinds."""

    site: str
    day: int
    notice: str
    language: str
    user_agent: str
    country: str
    jurisdiction: str
    variant: str
    event: EventKind
    surface: str
    signal: bool
    bot: bool
    share: float
    decisions: tuple[str | None, ...]


_decode = msgspec.json.Decoder(CountedRecord).decode


def read(payloads: Iterable[bytes | None]) -> tuple[dict[Kind, int], int]:
    """Return how many records of each kind are in payloads, and how many cannot be read.

    Those that were erased (None) are neither.
    """
    kinds: dict[tuple[Any, ...], int] = defaultdict(int)
    unreadable = 0
    for payload in payloads:
        if payload is None:
            continue
        try:
            record = _decode(payload)
            kinds[_fields(record)] += 1
        except (msgspec.DecodeError, ValueError):  # `consentry log verify` names it
            unreadable += 1
    return {Kind._make(fields): times for fields, times in kinds.items()}, unreadable


def _fields(record: CountedRecord) -> tuple[Any, ...]:
    """Return the fields of a record's `Kind`. A plain tuple takes half as long to make, and this is done for every record."""
    return (
        record.site,
        day_of(record.server_time),
        record.notice_version,
        record.language,
        record.user_agent,
        record.country,
        record.jurisdiction,
        record.variant,
        record.event,
        record.surface,
        record.gpc_header or record.gpc_js is True,
        record.bot,
        record.shown_share,
        _decisions(record.categories),
    )


@lru_cache(maxsize=1024)
def _day(date: str) -> int:
    return dt.date.fromisoformat(date).toordinal() - _EPOCH


def day_of(server_time: str) -> int:
    """Return the UTC day of a record's time, in days since 1970; raises `ValueError`."""
    return _day(server_time[:10])


def day_number(day: dt.date) -> int:
    """Return a day in days since 1970."""
    return day.toordinal() - _EPOCH


def date_of(day: int) -> dt.date:
    """Return the date of a day that counts from 1970."""
    return dt.date.fromordinal(day + _EPOCH)


def tallies(kinds: Mapping[Kind, int], languages: Mapping[str, frozenset[str]]) -> list[Tally]:
    """Return what records add to the numbers, sorted. ``languages`` are those of each notice, by its version.

    A language that the notice was not written in counts as ``other``: a client may send any. What says that it is a
    program counts as a device of its own, and in nothing else.
    """
    sums: dict[tuple[str, str, int, str, str], list[int]] = {}
    for kind, times in kinds.items():
        added = _added(kind, times)
        for dimension, key in _places(kind, languages.get(kind.notice, frozenset())):
            found = sums.setdefault((kind.site, dimension, kind.day, kind.notice, key), [0] * len(COUNTS))
            for name, number in added:
                found[_COLUMN[name]] += number
    return [Tally(*key, tuple(counts)) for key, counts in sorted(sums.items())]


def _places(kind: Kind, languages: frozenset[str]) -> list[tuple[str, str]]:
    """Return the dimensions and keys that a kind belongs to; it has none in what was not recorded."""
    form = kind.user_agent.rpartition("; ")[2]
    if kind.bot or form == AUTOMATED:
        return [("device", AUTOMATED)]
    named = {
        "language": kind.language if kind.language in languages else OTHER,
        "device": form if form in DEVICES else OTHER,
        "country": kind.country,
        "jurisdiction": kind.jurisdiction,
        "variant": kind.variant,
    }
    return [(WHOLE, ""), *((dimension, key) for dimension, key in named.items() if key)]


def _added(kind: Kind, times: int) -> list[tuple[str, int]]:
    """Return the names of the numbers that a kind adds to, with what so many of it add."""
    if kind.event is EventKind.NOTICE_SHOWN:
        # Without a share to go by (0: an old page told of it all the same) it stands for itself.
        share = min(1.0, max(kind.share or 1.0, LEAST_SHARE))
        return [
            ("shown", times),
            ("shown_weight", times * round(1000 / share)),
            # Of n tells of N displays, each told with probability s, n / s is N with the variance n (1 - s) / s².
            ("shown_variance", times * round(1000 * (1 - share) / share**2)),
            ("shown_signal", times * kind.signal),
        ]
    if later := _LATER.get(kind.event):
        return [(later, times)]
    if kind.surface == Surface.NONE:
        return [("by_code", times)]
    decided = [
        (f"{category}_{decision}", times)
        for category, decision in zip(CONSENT_CATEGORIES, kind.decisions, strict=True)
        if decision in {"granted", "denied"}
    ]
    return [(_ANSWERS[kind.event], times), *decided]
