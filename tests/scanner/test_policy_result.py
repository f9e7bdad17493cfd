"""What a report tells of a policy travels as JSON and comes back."""

from __future__ import annotations

import msgspec

from consent.model.categories import Category
from scanner.policy_result import PolicyQuote, PolicyResult, PolicyVendor


def test_a_result_survives_its_json() -> None:
    quote = PolicyQuote(text="We use Hotjar.", line=1, start=0, end=14)
    result = PolicyResult(
        source="policy.txt",
        vendors=(
            PolicyVendor(
                name="Hotjar", found="found", role="used", category=Category.PERFORMANCE, quote=quote
            ),
        ),
    )
    assert msgspec.json.decode(msgspec.json.encode(result), type=PolicyResult) == result
