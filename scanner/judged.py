"""What a rule about the banner says: a verdict, the reason in words, and the numbers that it rests on."""

from __future__ import annotations

from typing import Any

from scanner.banners.model import Verdict


class Judged:
    """A verdict; ``numbers`` that are None are left out."""

    def __init__(self, verdict: Verdict, reason: str, **numbers: Any) -> None:
        self.verdict: Verdict = verdict
        self.reason = reason
        self.numbers = {name: value for name, value in numbers.items() if value is not None}


def ratio(one: float | None, other: float | None) -> float | None:
    """Return one divided by the other with two decimals, None where that cannot be."""
    return round(one / other, 2) if one is not None and other else None
