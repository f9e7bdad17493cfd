"""The contract (test_contract_discovered.py) says how it behaves; this is what only this store can get wrong."""

from __future__ import annotations

from consent.store.sqlite_discovered import _ADD


def test_the_number_of_names_is_asked_for_by_the_statement_that_adds_one() -> None:
    assert "(SELECT count(*) FROM discovered WHERE site = " in _ADD
