from __future__ import annotations

import asyncio
from pathlib import Path

from consent.store import open_store
from consent.web.base import LOG
from tests.consent.factories import body, client_of, database, published


async def test_closing_the_application_makes_durable_what_waits_and_leaves_the_store_open(
    tmp_path: Path,
) -> None:
    async with published(tmp_path) as (store, version):
        async with client_of(store) as client:
            posts = [asyncio.create_task(client.post("/v1/consent", json=body(version))) for _ in range(20)]
            answers = await asyncio.gather(*posts)
            assert {answer.status for answer in answers} == {201}
        await store.ping()
        [writer] = await store.writers()
        assert len(await store.entries(writer, after=0, limit=99)) == 20


async def test_an_application_on_an_empty_database_starts_and_serves_what_is_published_later(
    tmp_path: Path,
) -> None:
    store = await open_store(database(tmp_path))
    try:
        async with client_of(store) as client:
            assert (await client.get("/healthz")).status == 200
            assert (await client.get("/w/larkspur.js")).status == 404
            assert (await client.post("/v1/consent", json=body("0" * 64))).status == 400
    finally:
        await store.close()


async def test_two_applications_in_one_process_share_nothing(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    async with (
        published(tmp_path / "one") as (one, version),
        published(tmp_path / "two") as (two, _),
        client_of(one) as first,
        client_of(two) as second,
    ):
        await first.post("/v1/consent", json=body(version))
        assert first.app is not None
        assert second.app is not None
        assert first.app[LOG].counters.appended == 1
        assert second.app[LOG].counters.appended == 0
