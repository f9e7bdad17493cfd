"""Groups for tests: sums with chosen numbers."""

from __future__ import annotations

from consent.statistics.groups import Group, group_of
from consent.store.statistics_store import COUNTS, Sum


def counts(**numbers: int) -> tuple[int, ...]:
    if "shown" in numbers:
        numbers = {"shown_weight": 1000 * numbers["shown"], **numbers}
    assert set(numbers) <= set(COUNTS)
    return tuple(numbers.get(name, 0) for name in COUNTS)


def group(key: str | int = "", day: int = 20_781, **numbers: int) -> Group:
    return group_of(Sum(key, day, day, counts(**numbers)))
