"""Scans of a site, stored one after the other, with what each changed."""

from __future__ import annotations

from typing import Any

import msgspec

from consent.model.alerts import AlertSettings, SmtpSettings
from consent.model.scans import ScanChange, ScanChangeEntry, ScanFindings
from consent.model.sites import Server, Settings
from consent.scans import new_run
from consent.store import Store
from consent.times import now_ms
from tests.consent.factories import site

NEW = ScanChangeEntry(
    what="new", subject="item", kind="cookie", name="_fbp", host="larkspur.example", category="advertising",
    page="https://www.larkspur.example/", initiator="https://connect.facebook.net/en_US/fbevents.js",
)  # fmt: skip


def settings(*, smtp: SmtpSettings | None = None, secret: str | None = None, **alerts: Any) -> Settings:
    told = site(alerts=AlertSettings(**alerts))
    server = Server(public_url="https://consent.larkspur.example", smtp=smtp, webhook_secret=secret)
    return Settings(path="sites.toml", server=server, sites={told.id: told})


async def scanned(
    store: Store, *entries: ScanChangeEntry, worse: tuple[str, ...] = (), previous: str = "scan-before"
) -> str:
    """Store a finished scan with what it changed; returns its id."""
    run = new_run("larkspur", trigger="command", requested_by="ada", now_ms=now_ms())
    run = msgspec.structs.replace(
        run, status="finished", started_ms=now_ms(), finished_ms=now_ms(), attempts=1, verdict="violations",
        findings=ScanFindings(high=1), new=len(entries),
    )  # fmt: skip
    await store.record_scan(run, [], ScanChange(previous=previous, entries=entries, worse=worse), {})
    return run.scan_id


async def failed(store: Store, why: str = "The site did not answer.", *, site_id: str = "larkspur") -> str:
    """Let a worker fail a scan; returns its id."""
    run = await store.queue_scan(new_run(site_id, trigger="schedule", requested_by="", now_ms=now_ms()))
    assert await store.take_scan(run.scan_id, "worker", now_ms())
    assert await store.fail_scan(run.scan_id, "worker", now_ms(), why)
    return run.scan_id
