"""From scans to the alerts that are due for them: of what changed, and of the first that failed; nothing where nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from urllib.parse import urlsplit

import msgspec
import uuid_utils

from consent.model.alerts import Alert, AlertSettings
from consent.model.scans import ScanChange, ScanFindings, ScanRun
from consent.model.sites import Settings, Site
from consent.store import Store
from consent.store.alert_store import AlertRow
from consent.times import now_ms, rfc3339

MOST_CHANGES = 50
CATCH_UP = 20
"""Scans of one site that are looked at after a time in which nobody looked."""


async def make_alerts(store: Store, settings: Settings) -> int:
    """Store the alerts of all scans that finished since the last call; returns how many were made.

    Of a site that has alerts for the first time only the last scan is looked at. Raises `StoreError`.
    """
    told = await store.alerted()
    made = 0
    for latest in await store.latest_scans():
        site = settings.sites.get(latest.site)
        number = latest.number or 0
        if site is None or site.alerts is None or number <= told.get(site.id, 0):
            continue
        since = told.get(site.id, number - 1)
        runs = await store.trend(site.id, min(number - since, CATCH_UP))
        rows: list[AlertRow] = []
        for run in sorted(runs, key=lambda run: run.number or 0):
            if (run.number or 0) <= since:
                continue
            alert = alert_of(run, await store.scan_change(run.scan_id), site, settings.server.public_url)
            if alert is not None:
                rows += rows_of(alert, site.alerts)
        if await store.add_alerts(site.id, number, rows):
            made += len(rows)
    return made + await _of_failures(store, settings)


async def _of_failures(store: Store, settings: Settings) -> int:
    """Store an alert of each site whose scan failed where the one before had not; those that fail after it are not told of."""
    made = 0
    for run in await store.failures_to_tell():
        site = settings.sites.get(run.site)
        if site is None or site.alerts is None:
            continue
        rows = list(rows_of(failure_of(run, site, settings.server.public_url), site.alerts))
        if rows and await store.add_alerts(site.id, None, rows):
            made += len(rows)
    return made


def alert_of(
    run: ScanRun, change: ScanChange | None, site: Site, public_url: str | None = None
) -> Alert | None:
    """Return what is to be told of a finished scan; None where it is the first, or nothing changed that counts.

    What comes and goes from scan to scan does not count, and with ``when = "worse"`` nor does what is no worse.
    """
    if change is None or not change.previous:
        return None
    entries = [one for one in change.entries if not one.flapping]
    only_worse = site.alerts is not None and site.alerts.when == "worse"
    if not change.worse and (only_worse or not entries):
        return None
    return Alert(
        site=site.id,
        site_name=name_of(site),
        scan_id=run.scan_id,
        number=run.number or 0,
        finished=rfc3339(run.finished_ms or 0),
        verdict=run.verdict,
        findings=run.findings,
        unclassified=run.unclassified,
        worse=change.worse[:MOST_CHANGES],
        changes=tuple(entries[:MOST_CHANGES]),
        more=max(0, len(entries) - MOST_CHANGES),
        url=_url_of(run, public_url),
    )


def failure_of(run: ScanRun, site: Site, public_url: str | None = None) -> Alert:
    """Return what is to be told of a scan that failed."""
    return Alert(
        type="scan.failed",
        site=site.id,
        site_name=name_of(site),
        scan_id=run.scan_id,
        number=0,
        finished=rfc3339(run.finished_ms or 0),
        verdict="",
        findings=ScanFindings(),
        unclassified=0,
        url=_url_of(run, public_url),
        message=run.message,
    )


def name_of(site: Site) -> str:
    """Return what a site is called in an alert."""
    return site.name or urlsplit(site.url).hostname or site.id


def _url_of(run: ScanRun, public_url: str | None) -> str:
    return f"{public_url.rstrip('/')}/admin/sites/{run.site}/scans/{run.scan_id}" if public_url else ""


def rows_of(alert: Alert, settings: AlertSettings) -> Iterable[AlertRow]:
    """Yield the alert once for each target."""
    time, content = now_ms(), msgspec.json.encode(alert)
    for channel, target in settings.targets():
        yield AlertRow(
            alert_id=str(uuid_utils.uuid7()),
            site=alert.site,
            scan_id=alert.scan_id,
            channel=channel,
            target=target_hash(target),
            shown=shown(target),
            status="waiting",
            attempts=0,
            due_ms=time,
            created_ms=time,
            done_ms=None,
            error="",
            content=content,
        )


def target_hash(target: str) -> str:
    """Return by what a stored alert finds its target in the settings again."""
    return hashlib.sha256(target.encode()).hexdigest()[:32]


def shown(target: str) -> str:
    """Return what of a target may be shown: of a URL its host, since the rest is often the key to it."""
    return urlsplit(target).hostname or target if "://" in target else target
