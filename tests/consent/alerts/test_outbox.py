from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from consent.alerts.outbox import deliver_due, keep_delivering
from consent.store import Store, open_store
from tests.consent.alerts.factories import NEW, scanned, settings
from tests.consent.alerts.test_sending import Mailbox, mail_server
from tests.consent.factories import database

AT_ONCE = (0.0, 0.0, 0.0)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(database(tmp_path))
    yield store
    await store.close()


class Hook:
    """A webhook that fails so many times first."""

    def __init__(self, fails: int) -> None:
        self.fails, self.ids = fails, list[str]()

    async def take(self, request: web.Request) -> web.Response:
        self.ids.append(request.headers["webhook-id"])
        return web.Response(status=503 if len(self.ids) <= self.fails else 200)


@pytest.fixture
async def hook() -> AsyncIterator[tuple[str, Hook]]:
    hook, app = Hook(2), web.Application()
    app.router.add_post("/hook", hook.take)
    async with TestServer(app) as server:
        yield str(server.make_url("/hook")), hook


async def test_a_webhook_that_fails_twice_gets_the_alert_the_third_time(
    store: Store, hook: tuple[str, Hook]
) -> None:
    url, receiver = hook
    await scanned(store, NEW)
    wanted = settings(webhooks=(url,))
    assert await deliver_due(store, wanted, back_off_s=AT_ONCE) == (1, 2)
    assert await deliver_due(store, wanted, back_off_s=AT_ONCE) == (0, 0)
    assert len(receiver.ids) == 3
    assert len(set(receiver.ids)) == 1
    [row] = await store.alerts("larkspur", 9)
    assert (row.status, row.attempts, row.error) == ("sent", 3, "")


async def test_a_failure_waits_before_it_is_tried_again(store: Store, hook: tuple[str, Hook]) -> None:
    url, receiver = hook
    await scanned(store, NEW)
    wanted = settings(webhooks=(url,))
    assert await deliver_due(store, wanted) == (0, 1)
    assert await deliver_due(store, wanted) == (0, 0)
    [row] = await store.alerts("larkspur", 9)
    assert (row.status, row.attempts, len(receiver.ids)) == ("waiting", 1, 1)
    assert "answered 503" in row.error


async def test_it_is_given_up_in_the_end(store: Store) -> None:
    await scanned(store, NEW)
    assert await deliver_due(store, settings(webhooks=("http://127.0.0.1:9/",)), back_off_s=AT_ONCE) == (0, 4)
    [row] = await store.alerts("larkspur", 9)
    assert (row.status, row.attempts) == ("failed", 4)


async def test_mail_and_webhook_do_not_wait_for_each_other(store: Store, hook: tuple[str, Hook]) -> None:
    url, _ = hook
    mailbox = Mailbox(refuse=1)
    async with mail_server(mailbox) as smtp:
        wanted = settings(smtp=smtp, webhooks=(url,), email=("privacy@larkspur.example",))
        await scanned(store, NEW)
        assert await deliver_due(store, wanted, back_off_s=AT_ONCE) == (2, 3)
    assert len(mailbox.mails) == 1


async def test_a_target_that_was_taken_out_of_the_settings_gets_nothing(store: Store) -> None:
    await scanned(store, NEW)
    await deliver_due(store, settings(webhooks=("http://127.0.0.1:9/",)), back_off_s=(0.0,))
    await scanned(store, NEW)
    wanted = settings(slack=("env:CONSENTRY_NO_SUCH",))
    await deliver_due(store, wanted, back_off_s=())
    latest, _ = await store.alerts("larkspur", 9)
    assert latest.status == "failed"
    assert "the environment has no CONSENTRY_NO_SUCH" in latest.error


async def test_a_server_delivers_until_it_ends(store: Store, hook: tuple[str, Hook]) -> None:
    url, receiver = hook
    receiver.fails = 0
    stop = asyncio.Event()
    task = asyncio.create_task(keep_delivering(store, settings(webhooks=(url,)), stop, every_s=0.01))
    await scanned(store, NEW)
    while not receiver.ids:  # noqa: ASYNC110 - the receiver tells nobody
        await asyncio.sleep(0.01)
    stop.set()
    await task
    silent = msgspec.structs.replace(settings(), sites={})
    await keep_delivering(store, silent, asyncio.Event())  # nothing to do, for ever
