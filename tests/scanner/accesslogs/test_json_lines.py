from __future__ import annotations

import json

from scanner.accesslogs.addresses import Addresses
from scanner.accesslogs.json_lines import JsonLayout
from scanner.accesslogs.record import Record
from tests.scanner.accesslogs.samples import CADDY


def test_values_change_at_any_depth_and_unknown_keys_are_searched() -> None:
    layout = JsonLayout()
    changed = layout.rewrite(CADDY.encode(), Record(Addresses()).change())
    assert changed is not None
    entry = json.loads(changed)
    assert entry["request"]["remote_ip"] == "203.0.113.0"
    assert entry["request"]["headers"]["X-Odd"] == ["from 203.0.113.0"]
    assert entry["request"]["headers"]["Cookie"] == ["-"]
    assert (entry["user_id"], entry["ts"], entry["status"]) == ("-", 1772442845.1, 200)
    assert "address" in layout.roles


def test_what_is_no_object_is_no_line_of_it() -> None:
    assert JsonLayout().rewrite(b"[1]", {}) is None
    assert JsonLayout().rewrite(b"{broken", {}) is None


def test_what_is_too_deep_to_be_looked_at_is_not_passed_on() -> None:
    deep = b'{"a":' * 30 + b'"203.0.113.77"' + b"}" * 30
    changed = JsonLayout().rewrite(deep, Record(Addresses()).change())
    assert changed is not None
    assert b"203.0.113.77" not in changed
