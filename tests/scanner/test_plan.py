"""The plan is data that the report can repeat."""

from __future__ import annotations

from pathlib import Path

import msgspec

from scanner.plan import CrawlPlan


def test_a_plan_goes_into_the_report_and_comes_back() -> None:
    plan = CrawlPlan(site="shop", start_url="https://www.shop.example/", screenshots=Path("shots"))
    built = msgspec.to_builtins(plan, enc_hook=str)
    assert built["screenshots"] == "shots"
    assert built["states"] == ("before", "reject", "accept")
    again = msgspec.convert(built, CrawlPlan, dec_hook=lambda kind, value: kind(value))
    assert again == plan
