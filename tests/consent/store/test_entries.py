from __future__ import annotations

from consent.store.entries import Seal


def test_a_seal_knows_its_last_position() -> None:
    assert Seal(1, 10, 3, 0, b"", b"").last == 12
