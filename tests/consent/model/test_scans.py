from __future__ import annotations

import pytest

from consent.model.scans import ALL_ITEMS, ItemFilter, ItemKey, ScanRun


def test_a_new_run_waits_and_is_nobodys() -> None:
    run = ScanRun(scan_id="1", site="larkspur")
    assert (run.status, run.worker, run.attempts, run.number, run.findings.high) == ("queued", "", 0, None, 0)


def test_keys_are_in_the_order_in_which_items_are_listed() -> None:
    keys = [
        ItemKey("b.example", "a", "cookie"),
        ItemKey("a.example", "z", "cookie"),
        ItemKey("a.example", "a", "x"),
    ]
    assert sorted(keys) == [keys[2], keys[1], keys[0]]


def test_nothing_is_left_out_unless_it_is_said() -> None:
    assert ItemFilter() == ALL_ITEMS
    with pytest.raises(AttributeError):
        ALL_ITEMS.text = "shared"  # type: ignore[misc]
