"""The package offers the customers and their world."""

from __future__ import annotations

from scanner.demo import customers


def test_what_is_offered_exists() -> None:
    assert all(hasattr(customers, name) for name in customers.__all__)
