"""The contract (test_contract_alerts.py) says how it behaves; this is what only this store can get wrong."""

from __future__ import annotations

from consent.store.postgresql_alerts import _CLAIM


def test_what_is_claimed_is_marked_by_the_statement_that_finds_it() -> None:
    assert _CLAIM.startswith("UPDATE alert SET attempts = attempts + 1")
    assert ("SKIP LOCKED" in _CLAIM) is True
