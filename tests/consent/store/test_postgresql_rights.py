"""The contract (test_contract_rights.py) says how it behaves; this is what only this store can get wrong."""

from __future__ import annotations

from consent.store.postgresql_rights import _ADD, _ADD_STEP, _TAKE


def test_values_are_only_ever_parameters() -> None:
    for statement, count in ((_ADD, 13), (_TAKE, 5), (_ADD_STEP, 5)):
        assert f"${count}" in statement
        assert f"${count + 1}" not in statement
