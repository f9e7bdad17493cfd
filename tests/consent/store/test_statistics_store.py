from __future__ import annotations

from typing import Any, get_args

from consent.store.migrations import migrations
from consent.store.statistics_store import COUNTS, Grouping, StatisticsStore


def test_the_tables_have_a_column_for_each_number_and_each_grouping() -> None:
    for store in ("sqlite", "postgresql"):
        [migration] = [one for one in migrations(store) if one.name == "statistics"]
        for name in (*COUNTS, *filter(None, get_args(Grouping))):
            assert f"\n  {name} " in migration.sql, f"{store}: {name}"


def test_the_contract_promises_each_method_in_a_sentence() -> None:
    methods: dict[str, Any] = {
        name: value
        for name, value in vars(StatisticsStore).items()
        if not name.startswith("_") and callable(value)
    }
    assert all(method.__doc__ for method in methods.values())
    assert set(methods) == {"counted", "uncounted", "count", "forget_counts", "erased", "sums"}
