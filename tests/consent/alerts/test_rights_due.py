from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from consent.alerts.outbox import deliver_due, keep_delivering
from consent.alerts.rights_due import key_of, make_reminders, reminder_of
from consent.model.alerts import Alert
from consent.store import Store, open_store, store_modules
from consent.times import DAY_MS, now_ms
from tests.consent.alerts.factories import settings
from tests.consent.alerts.test_sending import Mailbox, mail_server
from tests.consent.factories import site
from tests.consent.store.test_contract_rights import a_request, a_step

NOW = now_ms()
PRIVATE = ("Please.", "someone@home.example", "correct", "aa")


@pytest.fixture(params=store_modules())
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    store = await open_store(request.getfixturevalue(f"{request.param}_url"))
    yield store
    await store.close()


async def asked(store: Store, request_id: str, *, days: float, at: str = "larkspur") -> None:
    row = a_request(
        request_id, site=at, due_ms=int(NOW + days * DAY_MS), message=PRIVATE[0], contact=PRIVATE[1]
    )
    assert await store.add_request(row, [a_step(request_id, "received")], most=9)


async def test_each_request_that_is_due_soon_is_told_of_once_to_each_receiver(store: Store) -> None:
    wanted = settings(webhooks=("https://ops.example/hook",), email=("privacy@larkspur.example",))
    for request_id, days in (("late", -1), ("near", 6.9), ("far", 7.1)):
        await asked(store, request_id, days=days)
    await asked(store, "elsewhere", days=1, at="thyme")
    assert await make_reminders(store, wanted, NOW) == 2
    assert await make_reminders(store, wanted, NOW) == 0
    assert await make_reminders(store, wanted, NOW + DAY_MS) == 1  # the far one has come near
    rows = await store.alerts("larkspur", 99)
    told = sorted((msgspec.json.decode(row.content, type=Alert).request_id, row.channel) for row in rows)
    assert told == [(name, channel) for name in ("far", "late", "near") for channel in ("email", "webhook")]
    for row in rows:
        assert not any(word.encode() in row.content for word in PRIVATE[:3])


async def test_an_extended_request_is_told_of_again_and_one_that_is_closed_never(store: Store) -> None:
    wanted = settings(webhooks=("https://ops.example/hook",))
    await asked(store, "r1", days=2)
    await asked(store, "r2", days=2)
    assert await store.take_step(a_step("r2", "done", state="done"))
    assert await make_reminders(store, wanted, NOW) == 1
    assert await store.take_step(a_step("r1", "extended", due_ms=NOW + 60 * DAY_MS))
    assert await make_reminders(store, wanted, NOW) == 0
    assert await make_reminders(store, wanted, NOW + 55 * DAY_MS) == 1
    assert {row.scan_id for row in await store.alerts("larkspur", 9)} == {"rights:r1", "rights:r1:extended"}


async def test_nobody_is_told_where_the_setting_is_off_or_names_nobody(store: Store) -> None:
    await asked(store, "r1", days=1)
    for quiet in (settings(webhooks=("https://ops.example/hook",), rights_days=0), settings()):
        assert await make_reminders(store, quiet, NOW) == 0
    assert await store.alerts("larkspur", 9) == []


def test_a_reminder_leads_to_the_request_and_says_nothing_of_it() -> None:
    row = a_request("r1", due_ms=0, message="I am Ada.", contact="ada@home.example")
    alert = reminder_of(row, site(), "https://consent.larkspur.example/")
    assert alert.url == "https://consent.larkspur.example/admin/sites/larkspur/rights/r1"
    assert (alert.due, alert.scan_id) == ("1970-01-01T00:00:00.000Z", "")
    assert b"ada@" not in msgspec.json.encode(alert)
    assert reminder_of(row, site()).url == ""
    assert key_of(row) == "rights:r1"


async def test_a_server_that_runs_mails_it_once(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path}/c.db")
    mailbox = Mailbox()
    try:
        await asked(store, "019354aa-0000-7000-8000-00000000abce", days=3)
        async with mail_server(mailbox) as smtp:
            wanted = settings(smtp=smtp, email=("privacy@larkspur.example",))
            for _ in range(2):  # a restart does not tell again
                stop = asyncio.Event()
                running = asyncio.create_task(keep_delivering(store, wanted, stop, every_s=0.02))
                for _ in range(500):
                    rows = await store.alerts("larkspur", 9)
                    if rows and all(row.status == "sent" for row in rows):
                        break
                    await asyncio.sleep(0.02)
                stop.set()
                await running
            assert await deliver_due(store, wanted) == (0, 0)
    finally:
        await store.close()
    assert len(mailbox.mails) == 1
    text = str(mailbox.mails[0])
    assert "019354aa-0000-7000-8000-00000000abce" in text
    assert not any(word in text for word in PRIVATE[:2])
