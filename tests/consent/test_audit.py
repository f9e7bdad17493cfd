from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from consent.audit import audit_log, audited, local_actor
from consent.model.errors import NotFoundError, StoreUnavailable
from consent.store import Store
from consent.verification import Fault, verify
from tests.consent.factories import database, fill, opened_log, published


async def done(store: Store, action: str, site: str = "", **details: str) -> None:
    async with audited(store, actor="cli:ada", action=action, site=site, **details):
        pass


async def test_an_action_is_on_record_before_it_is_done(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _):
        async with audited(store, actor="cli:ada", action="log.purge", site="larkspur", before="2026"):
            [entry] = await audit_log(store)
            assert (entry.actor, entry.action, entry.site) == ("cli:ada", "log.purge", "larkspur")
            assert entry.details == {"before": "2026"}
        [entry] = await audit_log(store)
        assert (entry.outcome, entry.follows) == ("begun", "")


async def test_an_action_that_failed_is_on_record_as_that(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _):
        with pytest.raises(NotFoundError):
            async with audited(store, actor="cli:ada", action="log.erase"):
                raise NotFoundError("nobody")
        failed, begun = await audit_log(store)
        assert (failed.outcome, failed.follows) == ("failed", begun.record_id)
        assert failed.details == {"error": "NotFoundError"}


async def test_an_action_that_is_cut_off_is_on_record_as_failed(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _):

        async def export() -> None:
            async with audited(store, actor="cli:ada", action="log.export"):
                begun.set()
                await asyncio.sleep(60)

        begun = asyncio.Event()
        task = asyncio.ensure_future(export())
        await begun.wait()
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()  # while the entry is being stored
        with pytest.raises(asyncio.CancelledError):
            await task
        while len(entries := await audit_log(store)) < 2:  # noqa: ASYNC110 - nobody waits for it any more
            await asyncio.sleep(0.01)
        failed, first = entries
        assert (failed.outcome, failed.follows) == ("failed", first.record_id)
        assert failed.details == {"error": "CancelledError"}


async def test_an_action_that_cannot_be_recorded_is_not_done(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _):
        await store.close()
        reached = False
        with pytest.raises(StoreUnavailable):
            async with audited(store, actor="cli:ada", action="log.erase"):
                reached = True
        assert not reached


async def test_the_latest_come_first_page_by_page_and_by_site(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _):
        for number in range(7):
            await done(store, f"action.{number}", site="larkspur" if number % 2 else "thyme")
        first = await audit_log(store, limit=3)
        assert [one.action for one in first] == ["action.6", "action.5", "action.4"]
        rest = await audit_log(store, limit=99, before=first[-1].record_id)
        assert [one.action for one in rest] == ["action.3", "action.2", "action.1", "action.0"]
        of_site = await audit_log(store, limit=2, sites=frozenset({"larkspur"}))
        assert [one.action for one in of_site] == ["action.5", "action.3"]


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("UPDATE entry SET salt = randomblob(16) WHERE kind = 3", Fault.ALTERED),
        ("DELETE FROM entry WHERE kind = 3", Fault.MISSING),
        ("UPDATE entry SET kind = 9 WHERE kind = 3", Fault.ALTERED),
        ("UPDATE entry SET kind = 1 WHERE kind = 3", Fault.ALTERED),
    ],
)
async def test_an_action_that_is_altered_or_taken_away_shows(tmp_path: Path, sql: str, fault: Fault) -> None:
    async with opened_log(tmp_path) as (log, version):
        await fill(log, version, 2)
        await done(log.store, "log.erase")
        await fill(log, version, 2)
        before = await verify(log.store)
        assert (before.intact, before.records, before.audits) == (True, 4, 1)
        with closing(sqlite3.connect(database(tmp_path).removeprefix("sqlite:///"))) as connection:
            connection.execute(sql)
            connection.commit()
        result = await verify(log.store)
        assert result.problem is not None
        assert (result.problem.fault, result.problem.position) == (fault, 3)


def test_who_runs_a_command_is_named() -> None:
    assert local_actor().startswith("cli:")
