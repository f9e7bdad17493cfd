"""Reminders of requests of visitors whose legal deadline comes near: once for each, and once more where it was extended.

A reminder says which request and when it is due (GDPR Art. 12(3)), and nothing of who asked for what: it leaves this machine,
by mail servers and programs of others.
"""

from __future__ import annotations

from consent.alerts.making import name_of, rows_of
from consent.model.alerts import Alert
from consent.model.scans import ScanFindings
from consent.model.sites import Settings, Site
from consent.store import Store
from consent.store.alert_store import AlertRow
from consent.store.rights_store import RequestRow
from consent.times import DAY_MS, rfc3339

MOST_REQUESTS = 500
"""Requests of one site that are looked at, the next deadline first."""
MOST_ALERTS = 5_000
"""Alerts of one site that are looked through for reminders made before; the store keeps a receiver from getting an older one twice."""


async def make_reminders(store: Store, settings: Settings, now: int) -> int:
    """Store a reminder of each request that is due within its site's ``rights_days``, or overdue; returns of how many.

    ``now`` is in milliseconds since 1970. Raises `StoreError`.
    """
    made = 0
    for site in settings.sites.values():
        if site.alerts is None or not site.alerts.rights_days or not any(site.alerts.targets()):
            continue
        near = now + site.alerts.rights_days * DAY_MS
        requests = await store.rights_requests([site.id], is_open=True, limit=MOST_REQUESTS)
        due = {key_of(one): one for one in requests if one.due_ms <= near}
        if not due:
            continue
        told = {one.scan_id for one in await store.alerts(site.id, MOST_ALERTS)}
        for key, one in due.items():
            if key not in told:
                alert = reminder_of(one, site, settings.server.public_url)
                rows: list[AlertRow] = [row._replace(scan_id=key) for row in rows_of(alert, site.alerts)]
                await store.add_alerts(site.id, None, rows)
                made += 1
    return made


def key_of(row: RequestRow) -> str:
    """Return what stands in the place of a scan's id: a receiver gets one alert of each."""
    return f"rights:{row.request_id}{'' if row.extended_ms is None else ':extended'}"


def reminder_of(row: RequestRow, site: Site, public_url: str | None = None) -> Alert:
    """Return what is told of a request."""
    page = f"/admin/sites/{site.id}/rights/{row.request_id}"
    return Alert(
        type="rights.due",
        site=site.id,
        site_name=name_of(site),
        scan_id="",
        number=0,
        finished="",
        verdict="",
        findings=ScanFindings(),
        unclassified=0,
        url=f"{public_url.rstrip('/')}{page}" if public_url else "",
        request_id=row.request_id,
        due=rfc3339(row.due_ms),
    )
