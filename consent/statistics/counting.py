"""What a consent record counts as: the dimensions that it belongs to, and the numbers that it adds to.

Nothing but the record and its notice decides about that, so the same log gives the same numbers again.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec

from consent.model.categories import CONSENT_CATEGORIES
from consent.model.records import EventKind, Surface
from consent.store.statistics_store import COUNTS, Tally
from consent.user_agents import AUTOMATED

WHOLE = ""
"""The dimension in which nothing is told apart but day and notice."""
DIMENSIONS = ("language", "device", "country", "jurisdiction", "variant")
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


class CountedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a `consent.model.records.ConsentRecord` that decide what it counts as."""

    site: str
    event: EventKind
    surface: str
    categories: dict[str, str]
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


class _Kind(NamedTuple):
    """All that tells records apart here: a log has millions of records and some hundred kinds."""

    site: str
    day: int
    notice: str
    language: str
    device: str
    country: str
    jurisdiction: str
    variant: str
    event: EventKind
    asked: bool
    signal: bool
    decisions: tuple[str | None, ...]
    share: float


_decode = msgspec.json.Decoder(CountedRecord).decode


def read(payloads: Iterable[bytes | None]) -> tuple[list[CountedRecord], int]:
    """Return the records in payloads, and how many cannot be read; those that were erased (None) are neither."""
    records: list[CountedRecord] = []
    unreadable = 0
    for payload in payloads:
        if payload is None:
            continue
        try:
            record = _decode(payload)
            day_of(record.server_time)
        except (msgspec.DecodeError, ValueError):  # `consentry log verify` names it
            unreadable += 1
        else:
            records.append(record)
    return records, unreadable


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


def tallies(records: Iterable[CountedRecord], languages: Mapping[str, frozenset[str]]) -> list[Tally]:
    """Return what records add to the numbers, sorted. ``languages`` are those of each notice, by its version.

    A language that the notice was not written in counts as ``other``: a client may send any. What says that it is a
    program counts as a device of its own, and in nothing else.
    """
    kinds: dict[_Kind, int] = defaultdict(int)
    for record in records:
        kinds[_kind(record, languages)] += 1
    sums: dict[tuple[str, str, int, str, str], list[int]] = {}
    for kind, times in kinds.items():
        added = _added(kind, times)
        for dimension, key in _places(kind):
            found = sums.setdefault((kind.site, dimension, kind.day, kind.notice, key), [0] * len(COUNTS))
            for name, number in added:
                found[_COLUMN[name]] += number
    return [Tally(*key, tuple(counts)) for key, counts in sorted(sums.items())]


def _kind(record: CountedRecord, languages: Mapping[str, frozenset[str]]) -> _Kind:
    form = record.user_agent.rpartition("; ")[2]
    device = AUTOMATED if record.bot or form == AUTOMATED else form if form in DEVICES else OTHER
    known = record.language in languages.get(record.notice_version, ())
    return _Kind(
        site=record.site,
        day=day_of(record.server_time),
        notice=record.notice_version,
        language=record.language if known else OTHER,
        device=device,
        country=record.country,
        jurisdiction=record.jurisdiction,
        variant=record.variant,
        event=record.event,
        asked=record.surface != Surface.NONE,
        signal=record.gpc_header or record.gpc_js is True,
        decisions=tuple(map(record.categories.get, CONSENT_CATEGORIES)),
        # Without a share to go by (0: an old page told of it all the same) it stands for itself.
        share=min(1.0, max(record.shown_share or 1.0, LEAST_SHARE)),
    )


def _places(kind: _Kind) -> list[tuple[str, str]]:
    """Return the dimensions and keys that a kind belongs to; it has none in what was not recorded."""
    if kind.device == AUTOMATED:
        return [("device", AUTOMATED)]
    named: list[tuple[str, str]] = [
        (dimension, value) for dimension in DIMENSIONS if (value := getattr(kind, dimension))
    ]
    return [(WHOLE, ""), *named]


def _added(kind: _Kind, times: int) -> list[tuple[str, int]]:
    """Return the names of the numbers that a kind adds to, with what so many of it add."""
    if kind.event is EventKind.NOTICE_SHOWN:
        share = kind.share
        return [
            ("shown", times),
            ("shown_weight", times * round(1000 / share)),
            # Of n tells of N displays, each told with probability s, n / s is N with the variance n (1 - s) / s².
            ("shown_variance", times * round(1000 * (1 - share) / share**2)),
            ("shown_signal", times * kind.signal),
        ]
    if later := _LATER.get(kind.event):
        return [(later, times)]
    if not kind.asked:
        return [("by_code", times)]
    decided = [
        (f"{category}_{decision}", times)
        for category, decision in zip(CONSENT_CATEGORIES, kind.decisions, strict=True)
        if decision in {"granted", "denied"}
    ]
    return [(_ANSWERS[kind.event], times), *decided]
