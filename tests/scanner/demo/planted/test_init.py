"""The package offers the site, its world and its truth."""

from __future__ import annotations

from scanner.demo import planted


def test_what_is_offered_exists() -> None:
    assert all(hasattr(planted, name) for name in planted.__all__)
