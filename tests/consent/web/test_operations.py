from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from consent import __version__
from consent.model.errors import StoreUnavailable
from consent.store import sqlite
from consent.store.entries import NewEntry
from consent.store.sqlite import SqliteStore
from consent.web import operations
from tests.consent.factories import body, client_of, published


async def test_health_says_that_the_process_answers_and_readiness_that_the_store_does(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _), client_of(store) as client:
        health = (await (await client.get("/healthz")).json())["data"]
        assert health == {"status": "ok", "version": __version__}
        assert (await client.get("/readyz")).status == 200
        await store.close()
        ready = await client.get("/readyz")
        assert (ready.status, ready.content_type) == (503, "application/problem+json")
        assert (await client.get("/healthz")).status == 200


async def test_metrics_count_what_became_of_events(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version), client_of(store) as client:
        sent = body(version)
        for event in (sent, sent, body(version), body("0" * 64)):
            await client.post("/v1/consent", json=event)
        await client.delete(f"/v1/consent/{sent['consent_id']}")
        answer = await client.get("/metrics")
        assert answer.content_type == "text/plain"
        lines = (await answer.text()).splitlines()
    for line in (
        'consentry_events_total{outcome="appended"} 2.0',
        'consentry_events_total{outcome="repeated"} 1.0',
        'consentry_events_total{outcome="refused"} 1.0',
        "consentry_records_erased_total 1.0",
        "consentry_records_waiting 0.0",
    ):
        assert line in lines


async def test_it_is_not_ready_while_a_batch_does_not_come_to_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = asyncio.Event()
    plain = SqliteStore.append

    async def stuck(self: SqliteStore, entries: Sequence[NewEntry]) -> list[bytes | None]:
        await release.wait()
        return await plain(self, entries)

    monkeypatch.setattr(SqliteStore, "append", stuck)
    monkeypatch.setattr(operations, "STUCK_S", 0.0)
    async with published(tmp_path) as (store, version), client_of(store) as client:
        assert (await client.get("/readyz")).status == 200
        post = asyncio.create_task(client.post("/v1/consent", json=body(version)))
        while (await client.get("/readyz")).status == 200:  # noqa: ASYNC110 - until the event has arrived
            await asyncio.sleep(0.01)
        assert (await client.get("/healthz")).status == 200
        release.set()
        assert (await post).status == 201
        assert (await client.get("/readyz")).status == 200


async def test_after_a_batch_that_failed_it_is_ready_once_a_write_succeeds_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = True
    append, probe = SqliteStore.append, SqliteStore.probe

    async def appending(self: SqliteStore, entries: Sequence[NewEntry]) -> list[bytes | None]:
        if full:
            raise StoreUnavailable("full")
        return await append(self, entries)

    async def probing(self: SqliteStore) -> None:
        if full:
            raise StoreUnavailable("full")
        await probe(self)

    monkeypatch.setattr(SqliteStore, "append", appending)
    monkeypatch.setattr(SqliteStore, "probe", probing)
    async with published(tmp_path) as (store, version), client_of(store) as client:
        assert (await client.post("/v1/consent", json=body(version))).status == 503
        assert [(await client.get("/readyz")).status for _ in range(2)] == [503, 503]
        full = False
        assert (await client.get("/readyz")).status == 200
        assert (await client.post("/v1/consent", json=body(version))).status == 201


async def test_it_is_not_ready_where_the_disk_is_nearly_full_or_the_store_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with published(tmp_path) as (store, _), client_of(store) as client:
        with monkeypatch.context() as patched:
            patched.setattr(sqlite, "LEAST_FREE", 1 << 62)
            assert (await client.get("/readyz")).status == 503
        assert (await client.get("/readyz")).status == 200

        async def never(self: SqliteStore) -> None:
            await asyncio.Event().wait()

        monkeypatch.setattr(SqliteStore, "ping", never)
        monkeypatch.setattr(operations, "ANSWER_S", 0.01)
        assert (await client.get("/readyz")).status == 503


async def test_a_server_that_ends_is_not_ready_and_still_answers(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version), client_of(store) as client:
        assert client.app is not None
        client.app[operations.ENDING].set()
        assert (await client.get("/readyz")).status == 503
        assert (await client.post("/v1/consent", json=body(version))).status == 201


async def test_every_metric_keeps_to_the_conventions(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version), client_of(store) as client:
        await client.post("/v1/consent", json=body(version))
        text = await (await client.get("/metrics")).text()
    assert "consentry_batches_total 1.0" in text
    for family in text_string_to_metric_families(text):
        assert family.documentation, family.name
        assert re.fullmatch(r"(consentry|process)_[a-z_]+", family.name)
        if family.type == "counter":
            assert all(sample.name.endswith("_total") for sample in family.samples)
        assert not re.search(r"_(ms|milliseconds|minutes|kb)(_|$)", family.name)
