"""What became of alerts, as it is shown: nothing in it leads to a receiver's secret address."""

from __future__ import annotations

from typing import Literal

import msgspec

from consent.model.alerts import Alert, AlertType
from consent.store import Store
from consent.times import rfc3339


class SentAlert(msgspec.Struct, frozen=True, kw_only=True):
    """One alert for one target; times are RFC 3339, ``delivered`` is empty where it was not, or not yet.

    ``number`` is 0 where ``type`` is ``scan.failed`` or ``rights.due``; that has no ``scan_id`` but a ``request_id``.
    """

    alert_id: str
    type: AlertType
    scan_id: str
    number: int
    channel: str
    to: str
    status: Literal["waiting", "sent", "failed"]
    attempts: int
    created: str
    delivered: str
    error: str
    request_id: str = ""


async def sent_alerts(store: Store, site: str, limit: int) -> list[SentAlert]:
    """Return the alerts of a site, the latest first. Raises `StoreError`."""
    found = []
    for row in await store.alerts(site, limit):
        alert = msgspec.json.decode(row.content, type=Alert)
        told = {
            "alert_id": row.alert_id,
            "type": alert.type,
            "scan_id": alert.scan_id,
            "request_id": alert.request_id,
            "number": alert.number,
            "channel": row.channel,
            "to": row.shown,
            "status": row.status,
            "attempts": row.attempts,
            "created": rfc3339(row.created_ms),
            "delivered": rfc3339(row.done_ms) if row.status == "sent" and row.done_ms else "",
            "error": row.error,
        }
        found.append(msgspec.convert(told, SentAlert))
    return found
