"""The contract (test_contract_statistics.py) says how it behaves; this is what only this store can get wrong."""

from __future__ import annotations

from consent.store.sqlite_statistics import _ADD
from consent.store.statistics_store import COUNTS


def test_every_number_is_added_to_and_none_is_replaced() -> None:
    for name in COUNTS:
        assert f"{name} = {name} + excluded.{name}" in _ADD
