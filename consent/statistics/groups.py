"""A group of visits: its numbers by name, and the shares that they give, each with its interval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from consent.model.categories import CONSENT_CATEGORIES
from consent.statistics.counting import date_of
from consent.statistics.rates import Rate, complement, ratio_of, share_of, share_of_estimate
from consent.store.statistics_store import COUNTS, Sum


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """How often a category was granted and denied by those who answered, and the share that granted it."""

    granted: int
    denied: int
    rate: Rate | None


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of one group of visits.

    ``shown`` counts how often the banner was shown, worked out from ``shown_recorded`` where only a share of it is told.
    ``accepted``, ``refused`` and ``partial`` are what visitors answered, ``no_decision`` the displays without an answer, None
    where more answered than the log was told of displays. ``by_code`` are decisions that the page's own code made.
    ``signals`` are opt-out signals (GPC) received. ``rates`` has the shares: ``accepted``, ``refused`` and ``partial`` of all
    answers, ``no_decision`` of all displays, ``signal`` of the recorded displays, and ``withdrawn`` per consent given.
    """

    key: str
    first_day: dt.date
    last_day: dt.date
    shown: int
    shown_recorded: int
    accepted: int
    refused: int
    partial: int
    no_decision: int | None
    by_code: int
    changed: int
    withdrawn: int
    renewed: int
    signals: int
    categories: dict[str, Decided]
    rates: dict[str, Rate | None]

    @property
    def answers(self) -> int:
        """How many answered."""
        return self.accepted + self.refused + self.partial


def added_up(key: str | int, sums: Sequence[Sum]) -> Sum:
    """Add several sums up to one; there must be at least one."""
    counts = tuple(map(sum, zip(*(one.counts for one in sums), strict=True)))
    return Sum(key, min(one.first_day for one in sums), max(one.last_day for one in sums), counts)


def size_of(one: Sum) -> int:
    """Return how many visits a sum is of, in records."""
    numbers = dict(zip(COUNTS, one.counts, strict=True))
    return numbers["shown"] + numbers["accepted"] + numbers["refused"] + numbers["partial"]


def group_of(one: Sum) -> Group:
    """Make a group of a sum: its numbers by name, and their shares."""
    numbers = dict(zip(COUNTS, one.counts, strict=True))
    accepted, refused, partial = (numbers[name] for name in ("accepted", "refused", "partial"))
    answers = accepted + refused + partial
    shown, variance = numbers["shown_weight"] / 1000, numbers["shown_variance"] / 1000
    answered = share_of_estimate(answers, shown, variance)
    categories = {
        str(category): Decided(
            granted=(granted := numbers[f"{category}_granted"]),
            denied=(denied := numbers[f"{category}_denied"]),
            rate=share_of(granted, granted + denied),
        )
        for category in CONSENT_CATEGORIES
    }
    return Group(
        key=str(date_of(one.key)) if isinstance(one.key, int) else one.key,
        first_day=date_of(one.first_day),
        last_day=date_of(one.last_day),
        shown=round(shown),
        shown_recorded=numbers["shown"],
        accepted=accepted,
        refused=refused,
        partial=partial,
        no_decision=None if answered is None and answers else max(0, round(shown) - answers),
        by_code=numbers["by_code"],
        changed=numbers["changed"],
        withdrawn=numbers["withdrawn"],
        renewed=numbers["renewed"],
        signals=numbers["opt_out"],
        categories=categories,
        rates={
            "accepted": share_of(accepted, answers),
            "refused": share_of(refused, answers),
            "partial": share_of(partial, answers),
            "no_decision": complement(answered),
            "withdrawn": ratio_of(numbers["withdrawn"], accepted + partial),
            "signal": share_of(numbers["shown_signal"], numbers["shown"]),
        },
    )
