"""The shapes of the truth table."""

from __future__ import annotations

from scanner.demo import truth


def test_browsers_cut_a_lifetime_at_400_days() -> None:
    rows = {row.name: row for row in truth.ITEMS}
    assert rows["_ga"].lifetime_s == 730 * 86_400
    assert rows["_ga"].kept_s == truth.KEPT_AT_MOST == 400 * 86_400
    assert rows["IDE"].kept_s == rows["IDE"].lifetime_s == 390 * 86_400
    assert rows["YSC"].kept_s is None
