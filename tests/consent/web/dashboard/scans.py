"""Scans in a store, as a worker leaves them; what strangers wrote in them is hostile."""

from __future__ import annotations

from typing import Any

import msgspec

from consent.model.categories import Category, ConsentState, Party
from consent.model.scans import (
    REPORT_HTML,
    REPORT_JSON,
    ScanChange,
    ScanChangeEntry,
    ScanFindings,
    ScanItem,
    ScanRun,
)
from consent.scans import new_run
from consent.store import Store
from consent.times import now_ms

HOSTILE = '<img src=x onerror="alert(1)">'
REPORT = {
    "start_url": "https://www.larkspur.example/",
    "tool": {"version": "0", "browser": "headless-shell", "browser_version": "156"},
    "passes": [
        {"state": "before", "applied": True},
        {"state": "reject", "applied": False, "reason": "No banner was found."},
    ],
    "findings": [
        {
            "rule": "before-consent", "severity": "high", "title": f"{HOSTILE}: 2 cookies before consent",
            "subject": "x", "state": "before", "page": "https://www.larkspur.example/tea",
            "evidence": {"names": [f"name{number}" for number in range(9)], "count": 2, "deep": [{"no": 1}], "ok": True},
            "law": "ePrivacy Directive Art. 5(3)", "fix": "Put the banner first.",
        },
        *(
            {"rule": "lifetime-over-cap", "severity": "low", "title": f"Long {number}", "state": None, "law": None}
            for number in range(25)
        ),
    ],
    "summary": {"pages": {"planned": 4, "measured": 3, "failed": 1}, "verdict_text": f"2 services {HOSTILE} were active."},
    "items": [{"anything": ["else"]}],
}  # fmt: skip
PAGE = b"<!doctype html><title>Report</title><script>alert(1)</script>"


def item(number: int, **fields: Any) -> ScanItem:
    given: dict[str, Any] = {
        "kind": "cookie", "name": f"_item_{number:03d}", "host": "shop.example", "party": Party.THIRD,
        "category": Category.ADVERTISING, "service": "Clicks", "states": (ConsentState.BEFORE,), "lifetime_s": 86_400.0,
    }  # fmt: skip
    return ScanItem(**(given | fields))


async def scanned(store: Store, site: str = "larkspur", *, items: int = 3, **fields: Any) -> ScanRun:
    """Store a finished scan of a site."""
    now = now_ms()
    run = msgspec.structs.replace(
        new_run(site, trigger="command", requested_by="ada"),
        status="finished", started_ms=now - 65_000, finished_ms=now, verdict="violations", items=items, unclassified=1,
        findings=ScanFindings(high=1, low=25), new=1, worse=1, pages_total=7, **fields,
    )  # fmt: skip
    change = ScanChange(
        previous="0193a5c0-0000-7000-8000-000000000000",
        entries=(
            ScanChangeEntry(what="new", subject="item", kind="cookie", name=HOSTILE, host="evil.example", category="advertising"),
            ScanChangeEntry(what="changed", subject="item", kind="cookie", name="_ga", field="lifetime_s", old="1", new="2", flapping=True),
            ScanChangeEntry(what="gone", subject="finding", rule="insecure-cookie", severity="low", title="Insecure"),
        ),
        worse=(f"{HOSTILE} is active before consent.",),
        notes=(f"The scans visited unlike pages {HOSTILE}.",),
    )  # fmt: skip
    found = [item(number) for number in range(items - 1)]
    found.append(
        item(
            999, name=HOSTILE, category=Category.UNCLASSIFIED, reopened=True, kind="local_storage",
            states=(ConsentState.BEFORE, ConsentState.REJECT),
        )
    )  # fmt: skip
    await store.record_scan(run, found, change, {REPORT_JSON: msgspec.json.encode(REPORT), REPORT_HTML: PAGE})
    stored = await store.scan(run.scan_id)
    assert stored is not None
    return stored
