"""What a store keeps of statistics: numbers by site, dimension, day, notice and key, and how far each chain was counted.

The numbers are added, and the mark of how far the chain was counted is moved on, in one transaction. So each record is
counted once, whichever of several processes counts it and wherever one of them was stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, Protocol

COUNTS = (
    "shown",
    "shown_weight",
    "shown_variance",
    "shown_signal",
    "accepted",
    "refused",
    "partial",
    "by_code",
    "changed",
    "withdrawn",
    "renewed",
    "opt_out",
    "performance_granted",
    "performance_denied",
    "functionality_granted",
    "functionality_denied",
    "advertising_granted",
    "advertising_denied",
)
"""The columns of numbers, in the order of every tuple of counts; docs/statistics.md says what each of them counts."""

Grouping = Literal["", "day", "notice", "key"]


class Chain(NamedTuple):
    """How far a writer's chain was counted, and the position of its last entry; 0 stands for before the first one."""

    writer: bytes
    counted: int
    last: int


class Page(NamedTuple):
    """How far a page of consent records reaches, and their payloads, None where one was erased.

    They are unpacked as they are gone through, once, in the event loop: whoever reads them can let others in between.
    """

    last: int
    payloads: Iterator[bytes | None]


class Tally(NamedTuple):
    """What is to be added to the numbers under one key. ``day`` counts from 1970-01-01 in UTC; ``counts`` as `COUNTS`."""

    site: str
    dimension: str
    day: int
    notice: str
    key: str
    counts: tuple[int, ...]


class Sum(NamedTuple):
    """Numbers summed up under one key (the day as a number), and the first and last day that they are of."""

    key: str | int
    first_day: int
    last_day: int
    counts: tuple[int, ...]


class StatisticsStore(Protocol):
    """The part of `consent.store.Store` that is about statistics."""

    async def counted(self) -> list[Chain]:
        """Return how far each writer's chain was counted; cheap enough to ask every few seconds."""

    async def uncounted(self, chain: Chain, *, limit: int) -> Page:
        """Return the consent records of a chain that come after ``chain.counted``, in order, so many at most."""

    async def count(self, chain: Chain, last: int, tallies: Sequence[Tally]) -> bool:
        """Add to the numbers, and mark the chain as counted up to ``last``, in one transaction.

        Returns False, with nothing added, where the chain was counted to another position than ``chain.counted`` by then.
        """

    async def forget_counts(self) -> None:
        """Take all numbers away, and mark every chain as not counted."""

    async def erased(self) -> int:
        """Return how many records of the log were erased; it reads all of it."""

    async def sums(
        self, site: str, dimension: str, days: tuple[int, int], by: Grouping, *, notice: str | None = None
    ) -> list[Sum]:
        """Return a site's numbers in one dimension from the first to the last of ``days``, by key; of one notice, if given.

        ``by`` names the column whose values are kept apart; with the empty one there is one sum, or none.
        """
