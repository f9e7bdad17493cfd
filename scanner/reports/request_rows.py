"""Requests one by one, grouped by service: address, who caused it and on which line, and in which states.

Addresses that differ only in their query, parameters or long numbers are one row with the first of them; each list has a bound and says what it left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from consent.model.categories import Category, ConsentState, Party
from scanner.evidence import UNCONSENTED_STATES, label_of
from scanner.report import Report, Request

MAX_ROWS = 1_200
MAX_IN_GROUP = 30
_FURTHER = re.compile(r"[?;#].*", re.DOTALL)
_NUMBER = re.compile(r"[0-9a-f]*[0-9]{4}[0-9a-f]*")


@dataclass(frozen=True)
class RequestRow:
    """One address; ``caused_by`` is the nearest place with its line where known, ``chain`` who led to it."""

    first: Request
    count: int
    addresses: int
    pages: int
    states: tuple[ConsentState, ...]
    caused_by: str
    chain: tuple[str, ...]
    bad: bool


@dataclass(frozen=True)
class RequestGroup:
    """The requests of one service."""

    label: str
    vendor: str
    category: Category
    party: Party
    states: tuple[ConsentState, ...]
    rows: tuple[RequestRow, ...]
    count: int
    left_out: int


def request_groups(report: Report) -> tuple[RequestGroup, ...]:
    """Return the requests by service, those without consent first."""
    services: dict[tuple[str, Category], list[Request]] = defaultdict(list)
    for request in report.requests:
        services[label_of(request), request.category].append(request)
    left = MAX_ROWS
    found = []
    for (label, category), requests in sorted(
        services.items(), key=lambda entry: _rank(entry[1], entry[0][0])
    ):
        same: dict[tuple[str, str], list[Request]] = defaultdict(list)
        for request in requests:
            same[_alike(request.url), request.type].append(request)
        rows = [_row(group) for group in same.values()]
        kept = rows[: min(MAX_IN_GROUP, left)]
        left -= len(kept)
        found.append(
            RequestGroup(
                label=label,
                vendor=requests[0].vendor,
                category=category,
                party=requests[0].party,
                states=_in_order(one.state for one in requests),
                rows=tuple(kept),
                count=sum(one.count for one in requests),
                left_out=len(rows) - len(kept),
            )
        )
    return tuple(found)


def _alike(url: str) -> str:
    """An address without its query, its parameters and its long numbers."""
    return _NUMBER.sub("*", _FURTHER.sub("", url))


def _row(group: list[Request]) -> RequestRow:
    first = next((one for one in group if one.stack), group[0])
    return RequestRow(
        first=first,
        count=sum(one.count for one in group),
        addresses=len({one.url for one in group}),
        pages=len({one.page for one in group}),
        states=_in_order(one.state for one in group),
        caused_by=first.stack[0] if first.stack else first.initiators[0] if first.initiators else "",
        chain=first.initiators[:8],
        bad=first.category.needs_consent and any(one.state in UNCONSENTED_STATES for one in group),
    )


def _rank(requests: list[Request], label: str) -> tuple[bool, int, str]:
    bad = any(one.category.needs_consent and one.state in UNCONSENTED_STATES for one in requests)
    return not bad, -sum(one.count for one in requests), label


def _in_order(states: Iterable[ConsentState]) -> tuple[ConsentState, ...]:
    found = set(states)
    return tuple(state for state in ConsentState if state in found)
