from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from procrastinate import App, PsycopgConnector

from consent.model.errors import ConfigError
from scanner.worker.job_schema import applied_migration, bring_up_to_date, migrations, script


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[App]:
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=2))
    async with app.open_async():
        yield app


async def run(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def test_workers_that_start_at_once_make_the_tables_once(postgresql_url: str) -> None:
    async with opened(postgresql_url) as one, opened(postgresql_url) as two, opened(postgresql_url) as three:
        assert await applied_migration(one) is None
        await asyncio.gather(*(bring_up_to_date(app) for app in (one, two, three)))
        assert await applied_migration(two) == migrations()[-1]
        await bring_up_to_date(one)  # nothing is left to do


async def test_an_older_queue_gets_what_it_lacks_and_no_more(postgresql_url: str) -> None:
    known = migrations()
    assert "CREATE TABLE procrastinate_jobs" in script(None, known)
    older = script(known[-3], known)
    assert "CREATE TABLE procrastinate_jobs" not in older
    assert older.startswith("SELECT pg_advisory_xact_lock(")
    assert known[-1] in older
    async with opened(postgresql_url) as app:
        await bring_up_to_date(app)
        await run(
            postgresql_url,
            f"COMMENT ON TABLE procrastinate_jobs IS 'Consentry''s job queue, procrastinate {known[0]}'",
        )
        assert await applied_migration(app) == known[0]


async def test_the_queue_of_another_program_is_left_alone(postgresql_url: str) -> None:
    async with opened(postgresql_url) as app:
        await app.schema_manager.apply_schema_async()
        with pytest.raises(ConfigError, match="another program") as refused:
            await bring_up_to_date(app)
        assert refused.value.hint == "Give Consentry a database of its own."


async def test_the_queue_of_a_newer_program_is_left_alone(postgresql_url: str) -> None:
    async with opened(postgresql_url) as app:
        await bring_up_to_date(app)
        newer = "COMMENT ON TABLE procrastinate_jobs IS 'Consentry''s job queue, procrastinate 99.00.00_01_x'"
        await run(postgresql_url, newer)
        with pytest.raises(ConfigError, match="newer program"):
            await bring_up_to_date(app)
