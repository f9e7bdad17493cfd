from __future__ import annotations

from pathlib import Path

from consent.alerts.listing import sent_alerts
from consent.alerts.making import make_alerts
from consent.store import open_store
from tests.consent.alerts.factories import NEW, scanned, settings
from tests.consent.factories import database


async def test_an_alert_is_shown_with_what_became_of_it(tmp_path: Path) -> None:
    store = await open_store(database(tmp_path))
    try:
        scan_id = await scanned(store, NEW)
        await make_alerts(store, settings(webhooks=("https://hooks.example/secret",)))
        [waiting] = await sent_alerts(store, "larkspur", 9)
        assert (waiting.status, waiting.to, waiting.scan_id, waiting.number) == (
            "waiting",
            "hooks.example",
            scan_id,
            1,
        )
        await store.settle_alert(waiting.alert_id, "sent", 1_700_000_000_000, due_ms=0, error="")
        [sent] = await sent_alerts(store, "larkspur", 9)
        assert (sent.status, sent.delivered) == ("sent", "2023-11-14T22:13:20.000Z")
    finally:
        await store.close()
