"""What a store keeps of self-checks: names that browsers met before a decision, added up by site, day, kind and name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

KEPT_DAYS = 90
"""Older days are taken away when something is added: a scan has seen by then what is still there."""
MOST_NAMES = 2_000
"""Names that one site may have on one day; what comes after them is not stored, whoever makes them up."""


class DiscoveredRow(NamedTuple):
    """One name over several days; days count from 1970-01-01 in UTC, ``seen`` is the number of reports that told of it."""

    kind: str
    name: str
    first_day: int
    last_day: int
    seen: int


class DiscoveredStore(Protocol):
    """The part of `consent.store.Store` that is about self-checks."""

    async def add_discovered(self, site: str, day: int, names: Sequence[tuple[str, str]]) -> None:
        """Count each kind and name once more, in one transaction; new ones only up to `MOST_NAMES` for the day.

        Rows of the site that are older than `KEPT_DAYS` are taken away.
        """

    async def discovered(self, site: str, *, since_day: int) -> list[DiscoveredRow]:
        """Return what was met since a day, by kind and name, the most seen first."""
