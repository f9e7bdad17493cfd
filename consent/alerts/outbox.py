"""The outbox: alerts are made, sent, tried again with growing pauses, and given up after a day; each attempt is stored.

Several servers may do this on one database: a lease keeps an alert one's own while it is being sent. One whose server dies
in between is sent again when the lease is over, under the same id.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

import aiohttp

from consent import __version__
from consent.alerts.making import make_alerts, target_hash
from consent.alerts.rights_due import make_reminders
from consent.alerts.sending import NotDelivered, post, send_mail
from consent.model.alerts import secret
from consent.model.errors import ConfigError, ConsentryError
from consent.model.sites import Settings
from consent.store import Store
from consent.store.alert_store import AlertRow
from consent.times import now_ms

logger = logging.getLogger("consentry.alerts")

EVERY_S = 5.0
REMIND_EVERY_MS = 3_600_000
"""How often the deadlines of visitors' requests are looked at; each is told of once."""
LEASE_MS = 60_000
BATCH = 20
BACK_OFF_S: tuple[float, ...] = (60, 300, 1_800, 7_200, 21_600, 57_600)
"""Pauses before the second attempt and the further ones; the last is about a day after the first."""


async def keep_delivering(
    store: Store, settings: Settings, stop: asyncio.Event, *, every_s: float = EVERY_S
) -> None:
    """Deliver what is due, round after round, until ``stop`` is set; a store that does not answer is asked again."""
    if not any(site.alerts for site in settings.sites.values()):
        return
    reminded = -REMIND_EVERY_MS
    while not stop.is_set():
        try:
            if now_ms() - reminded >= REMIND_EVERY_MS:
                await make_reminders(store, settings, now_ms())
                reminded = now_ms()
            await deliver_due(store, settings)
        except ConsentryError as error:
            logger.warning("Alerts could not be read: %s", error)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every_s)


async def deliver_due(
    store: Store, settings: Settings, *, back_off_s: Sequence[float] = BACK_OFF_S
) -> tuple[int, int]:
    """Make the alerts of scans that finished, and send what is due, one attempt each; returns how many were sent, and not.

    Raises `StoreError` where the store does not answer.
    """
    await make_alerts(store, settings)
    sent = failed = 0
    headers = {"User-Agent": f"Consentry/{__version__}"}
    async with aiohttp.ClientSession(headers=headers, cookie_jar=aiohttp.DummyCookieJar()) as session:
        while rows := await store.claim_alerts(now_ms(), LEASE_MS, BATCH):
            for row in rows:
                if await _deliver(store, settings, session, row, back_off_s):
                    sent += 1
                else:
                    failed += 1
    return sent, failed


async def _deliver(
    store: Store,
    settings: Settings,
    session: aiohttp.ClientSession,
    row: AlertRow,
    back_off_s: Sequence[float],
) -> bool:
    try:
        await attempt(settings, session, row)
    except (NotDelivered, ConfigError) as error:
        final = getattr(error, "final", False) or row.attempts > len(back_off_s)
        pause_s = 0 if final else back_off_s[row.attempts - 1]
        logger.warning("Alert %s of %s was not delivered: %s", row.alert_id, row.site, error)
        status = "failed" if final else "waiting"
        time = now_ms()
        await store.settle_alert(
            row.alert_id, status, time, due_ms=time + int(1_000 * pause_s), error=str(error)[:500]
        )
        return False
    await store.settle_alert(row.alert_id, "sent", now_ms(), due_ms=row.due_ms, error="")
    return True


async def attempt(settings: Settings, session: aiohttp.ClientSession, row: AlertRow) -> None:
    """Send one alert once; raises `NotDelivered` or `ConfigError`."""
    site = settings.sites.get(row.site)
    targets = site.alerts.targets() if site is not None and site.alerts is not None else ()
    target = next(
        (text for channel, text in targets if channel == row.channel and target_hash(text) == row.target),
        None,
    )
    if target is None:
        raise NotDelivered(f"{row.shown} is not in the settings of {row.site} any more", final=True)
    if row.channel == "email":
        if settings.server.smtp is None:
            raise NotDelivered("no [server.smtp] table says which mail server sends alerts", final=True)
        await send_mail(row, target, settings.server.smtp)
        return
    where = f"sites.{row.site}.alerts"
    reference = settings.server.webhook_secret
    await post(
        session,
        row,
        secret(target, where),
        webhook_secret=secret(reference, "server.webhook_secret") if reference else None,
    )
