"""What PostgreSQL adds to the contract: several processes at once, each with its own chain, and a server that may go."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg
import pytest

from consent.log import ConsentLog, RequestContext, running
from consent.model.errors import ConfigError, StoreError, StoreUnavailable
from consent.publication import publish
from consent.store import open_store
from consent.store.entries import EntryKind
from consent.store.notes import erasure_note
from consent.store.postgresql import PostgresqlStore
from consent.verification import Fault, verify
from tests.consent import postgresql as databases
from tests.consent.factories import PUBLIC_URL, event, fill, inventory, settings, site
from tests.consent.store.test_contract import entry, everything

if TYPE_CHECKING:
    pass


@asynccontextmanager
async def opened(url: str, count: int = 1, *, exclusive: bool = True) -> AsyncIterator[list[PostgresqlStore]]:
    """As many serving processes have the database open as ``count`` says."""
    async with contextlib.AsyncExitStack() as stack:
        stores = []
        for _ in range(count):
            store = await open_store(url, exclusive=exclusive)
            assert isinstance(store, PostgresqlStore)
            stack.push_async_callback(store.close)
            stores.append(store)
        yield stores


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def test_each_serving_process_has_its_own_chain_and_all_of_them_verify(postgresql_url: str) -> None:
    async with opened(postgresql_url, 3) as stores:
        publication, _ = await publish(stores[0], site(), inventory(), public_url=PUBLIC_URL)
        async with contextlib.AsyncExitStack() as stack:
            logs = [
                await stack.enter_async_context(running(ConsentLog(store, settings().sites)))
                for store in stores
            ]
            await asyncio.gather(*(fill(log, publication.notice_version, 20) for log in logs))
            visitor = (await fill(logs[0], publication.notice_version, 1))[0].consent_id
            await logs[1].erase(visitor, reason="visitor")
        writers = await stores[0].writers()
        assert len({store._writer for store in stores}) == len(writers) == 3
        for writer in writers:
            assert len(await stores[2].entries(writer, after=0, limit=100)) >= 20
        result = await verify(stores[0])
        assert (result.problem, result.records, result.erased) == (None, 60, 1)
        assert len(result.anchors.chains) == 3


async def test_a_process_takes_up_the_chain_that_another_left(postgresql_url: str) -> None:
    async with opened(postgresql_url, 2) as (first, second):
        await first.append([entry(event="1")])
        await second.append([entry(event="2")])
        left = first._writer
    async with opened(postgresql_url) as [third]:
        assert third._writer == left
        await third.append([entry(event="3")])
        assert len(await third.writers()) == 2
        assert [one.position for one in await third.entries(left, after=0, limit=9)] == [1, 2]


async def test_an_event_that_reaches_several_processes_at_once_is_stored_once(postgresql_url: str) -> None:
    async with opened(postgresql_url, 3) as stores:
        for attempt in range(15):
            batches = [[entry("visitor", f"{attempt}-{n}") for n in range(8)] for _ in stores]
            batches[1].reverse()
            answers = await asyncio.gather(
                *(store.append(batch) for store, batch in zip(stores, batches, strict=True))
            )
            stored = {
                one.event_id: one.payload
                for one in await stores[0].history("visitor")
                if one.event_id and one.event_id.startswith(f"{attempt}-")
            }
            assert len(stored) == 8
            for batch, answer in zip(batches, answers, strict=True):
                for sent, earlier in zip(batch, answer, strict=True):
                    assert earlier in {None, stored[sent.event_id]}
            news = [earlier for answer in answers for earlier in answer].count(None)
            assert news == 8
        assert len(await stores[0].history("visitor")) == 15 * 8
        assert len(await everything(stores[0])) == 15 * 8


async def test_commands_that_write_at_once_to_their_common_chain_do_not_fork_it(postgresql_url: str) -> None:
    async with opened(postgresql_url, 4, exclusive=False) as stores:
        await asyncio.gather(
            *(store.append([entry(f"{n}-{one}")]) for n, store in enumerate(stores) for one in range(5))
        )
        [writer] = await stores[0].writers()
        assert [one.position for one in await stores[0].entries(writer, after=0, limit=99)] == [*range(1, 21)]
        assert [seal.number for seal in await stores[0].seals(writer, after=0, limit=99)] == [*range(1, 21)]


async def test_a_record_is_erased_by_one_of_two_that_try_at_once(postgresql_url: str) -> None:
    async with opened(postgresql_url, 2) as (first, second):
        there = entry()
        await first.append([there])
        notes = [erasure_note(["x"], reason="visitor") for _ in range(2)]
        results = await asyncio.gather(
            first.erase([there.record_id], notes[0]), second.erase([there.record_id], notes[1]),
            return_exceptions=True,
        )  # fmt: skip
        assert sorted(str(type(one)) for one in results) == sorted([str(int), str(StoreError)])
        kinds = [one.kind for one in await everything(first)]
        assert sorted(kinds) == [EntryKind.RECORD, EntryKind.ERASURE]


async def test_a_connection_that_the_server_ends_is_made_anew(postgresql_url: str) -> None:
    async with opened(postgresql_url) as [store]:
        await store.append([entry(event="1")])
        await store.ping()
        async with connected(postgresql_url) as administrator:
            await administrator.fetch(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        with contextlib.suppress(StoreUnavailable):  # whether it has noticed yet is the machine's affair
            await store.append([entry(event="lost")])
        await store.append([entry(event="2")])
        with contextlib.suppress(StoreUnavailable):
            await store.ping()
        await store.ping()
        events = [one.event_id for one in await everything(store)]
        assert [one for one in events if one != "lost"] == ["1", "2"]


@pytest.mark.usefixtures(
    "postgresql"
)  # the library keeps using the folder of the server that was started first
async def test_a_database_killed_under_load_loses_nothing_that_was_acknowledged() -> None:
    with databases.server() as server:
        url = databases.new_database(server)
        async with opened(url, 2) as stores:
            publication, _ = await publish(stores[0], site(), inventory(), public_url=PUBLIC_URL)
            acknowledged: set[str] = set()
            refused: list[Exception] = []
            stop = asyncio.Event()

            async def visitor(log: ConsentLog) -> None:
                while not stop.is_set():
                    sent = event(publication.notice_version)
                    try:
                        await log.append(sent, RequestContext())
                    except StoreUnavailable as error:
                        refused.append(error)
                        await asyncio.sleep(0.02)
                    else:
                        acknowledged.add(sent.consent_id)

            async with contextlib.AsyncExitStack() as stack:
                logs = [
                    await stack.enter_async_context(running(ConsentLog(store, settings().sites)))
                    for store in stores
                ]
                visitors = [asyncio.create_task(visitor(log)) for log in logs for _ in range(16)]
                await grown(acknowledged, 300)
                await asyncio.to_thread(databases.crash, server)
                await grown(refused, 1)
                await asyncio.to_thread(server.ensure_postgres_running)
                await grown(acknowledged, len(acknowledged) + 300)
                stop.set()
                await asyncio.gather(*visitors)  # any other error than StoreUnavailable would be raised here
            stored = [one.consent_id for one in await everything(stores[0])]
            assert acknowledged - set(stored) == set(), "lost"
            assert len(stored) == len(set(stored)), "duplicated"
            result = await verify(stores[0])
            assert (result.problem, result.records) == (None, len(stored))


async def grown(what: set[str] | list[Exception], size: int) -> None:
    while len(what) < size:  # noqa: ASYNC110 - the load runs meanwhile
        await asyncio.sleep(0.01)


async def test_a_batch_that_fails_in_the_middle_leaves_nothing(postgresql_url: str) -> None:
    async with opened(postgresql_url) as [store]:
        await store.append([entry(event="1")])
        wrong = entry(event="wrong")._replace(record_id=b"short")
        with pytest.raises(StoreError):
            await store.append([entry(event="2"), wrong])
        await store.append([entry(event="3")])
        assert [one.event_id for one in await everything(store)] == ["1", "3"]
        assert [seal.number for seal in await store.seals(store._writer, after=0, limit=9)] == [1, 2]


async def test_a_commit_waits_for_the_disk_where_the_database_says_otherwise(postgresql_url: str) -> None:
    async with connected(postgresql_url) as administrator:
        name = await administrator.fetchval("SELECT current_database()")
        await administrator.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    async with opened(postgresql_url) as [store], store._server.writing() as connection:
        assert await connection.fetchval("SHOW synchronous_commit") == "on"


async def test_entries_slipped_in_under_a_writer_that_is_not_there_are_found(postgresql_url: str) -> None:
    async with opened(postgresql_url) as [store]:
        await store.append([entry()])
        async with connected(postgresql_url) as administrator:
            await administrator.execute(
                "INSERT INTO entry (writer, position, kind, time, record_id) VALUES (77, 1, 0, 1, $1)",
                secrets.token_bytes(16),
            )
        assert len(await store.writers()) == 2
        result = await verify(store)
        assert result.problem is not None
        assert result.problem.fault in {Fault.INSERTED, Fault.ALTERED}


async def test_a_chain_is_found_altered_wherever_it_stands(postgresql_url: str) -> None:
    async with opened(postgresql_url, 2) as stores:
        publication, _ = await publish(stores[0], site(), inventory(), public_url=PUBLIC_URL)
        for store in stores:
            async with running(ConsentLog(store, settings().sites)) as log:
                await fill(log, publication.notice_version, 3)
        async with connected(postgresql_url) as administrator:
            await administrator.execute(
                "UPDATE entry SET payload = set_byte(payload, 40, get_byte(payload, 40) # 1)"
                " WHERE writer = 2 AND position = 2"
            )
        result = await verify(stores[0])
        assert result.problem is not None
        assert (result.problem.fault, result.problem.position) == (Fault.ALTERED, 2)
        assert result.problem.writer == stores[1]._writer.hex()


async def test_a_clock_that_was_set_back_is_noted_in_the_batch(postgresql_url: str) -> None:
    now = [time.time_ns() // 1_000_000]
    store = PostgresqlStore(postgresql_url, clock=lambda: now[0])
    await store.open()
    try:
        await store.append([entry(event="1")])
        now[0] -= 3_600_000
        assert await store.append([entry(event="2")]) == [None]
        kinds = [one.kind for one in await everything(store)]
        assert kinds == [EntryKind.RECORD, EntryKind.CLOCK, EntryKind.RECORD]
    finally:
        await store.close()


async def test_a_database_that_the_server_does_not_have_is_told_with_the_command(postgresql_url: str) -> None:
    missing = postgresql_url.replace("/log_", "/missing_")
    with pytest.raises(ConfigError, match="no such database") as refused:
        await open_store(missing)
    assert "createdb" in refused.value.hint
