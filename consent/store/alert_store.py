"""What a store keeps of alerts: what is to be sent to whom, and up to which scan of a site they were made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from consent.model.scans import ScanRun


class AlertRow(NamedTuple):
    """One alert for one target. Times are milliseconds since 1970.

    ``status`` is waiting, sent or failed; ``target`` a hash of the setting that names the receiver, since that can be a
    secret, ``shown`` what may be shown of it; ``content`` the JSON of `consent.model.alerts.Alert`.
    """

    alert_id: str
    site: str
    scan_id: str
    channel: str
    target: str
    shown: str
    status: str
    attempts: int
    due_ms: int
    created_ms: int
    done_ms: int | None
    error: str
    content: bytes


class AlertStore(Protocol):
    """The part of `consent.store.Store` that is about alerts; errors and durability are as told there."""

    async def alerted(self) -> dict[str, int]:
        """Return up to which finished scan (its number) alerts of each site were made."""

    async def add_alerts(self, site: str, number: int | None, rows: Sequence[AlertRow]) -> bool:
        """Store the alerts of a site's scans up to a number, in one transaction; None is for a scan that failed, which has none.

        Returns False, and stores nothing, where another process made them already. A target gets one alert of one scan.
        """

    async def failures_to_tell(self) -> list[ScanRun]:
        """Return, by site, the first scan that a worker let fail since the site's last result, where no alert tells of it yet."""

    async def claim_alerts(self, now_ms: int, lease_ms: int, limit: int) -> list[AlertRow]:
        """Return alerts that are due, the oldest first; nobody else gets them before the lease is over. Counts an attempt."""

    async def settle_alert(self, alert_id: str, status: str, now_ms: int, *, due_ms: int, error: str) -> None:
        """Store what became of an attempt: sent, failed for good, or waiting again until ``due_ms``."""

    async def alerts(self, site: str, limit: int) -> list[AlertRow]:
        """Return a site's alerts, the latest first."""
