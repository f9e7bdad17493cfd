from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from consent.model.errors import ConfigError, StoreError, StoreUnavailable
from consent.store.entries import NewEntry
from consent.store.sqlite import SqliteStore
from tests.consent.factories import ORIGIN, body, client_of, published

Client = TestClient[web.Request, web.Application]
SECRET = "/var/lib/consentry/consentry.db"


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[tuple[Client, str]]:
    async with published(tmp_path) as (store, version), client_of(store) as client:
        yield client, version


@pytest.mark.parametrize(
    "error",
    [StoreUnavailable(f"{SECRET}: full"), StoreError(f"{SECRET}: broken"), OSError(f"{SECRET}: gone")],
)
async def test_a_failing_store_is_503_with_retry_after_and_tells_no_internals(
    opened: tuple[Client, str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    client, version = opened

    async def fail(self: SqliteStore, entries: Sequence[NewEntry]) -> list[bytes | None]:
        raise error

    monkeypatch.setattr(SqliteStore, "append", fail)
    sent = body(version)
    answer = await client.post("/v1/consent", json=sent, headers={"Origin": ORIGIN})
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert SECRET not in await answer.text()
    assert sent["consent_id"] not in caplog.text


async def test_an_unexpected_error_is_500_and_its_log_line_has_no_consent_id(
    opened: tuple[Client, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client, _ = opened

    async def fail(self: SqliteStore, consent_id: str) -> list[object]:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(SqliteStore, "history", fail)
    with caplog.at_level(logging.ERROR):
        answer = await client.get(f"/v1/consent/{'A' * 22}")
    assert (answer.status, answer.content_type) == (500, "application/problem+json")
    assert "a bug" not in await answer.text()
    assert "/v1/consent/{consent_id}" in caplog.text
    assert "A" * 22 not in caplog.text


async def test_a_configuration_error_at_run_time_tells_no_file(
    opened: tuple[Client, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = opened

    async def fail(self: SqliteStore) -> None:
        raise ConfigError(f"{SECRET}: wrong")

    monkeypatch.setattr(SqliteStore, "ping", fail)
    answer = await client.get("/readyz")
    assert answer.status == 500
    assert SECRET not in await answer.text()


async def test_an_overloaded_log_is_503_and_what_was_accepted_is_stored(tmp_path: Path) -> None:
    import asyncio

    async with published(tmp_path) as (store, version), client_of(store, queue_limit=1) as client:
        answers = await asyncio.gather(*(client.post("/v1/consent", json=body(version)) for _ in range(30)))
        statuses = [answer.status for answer in answers]
        assert set(statuses) <= {201, 503}
        assert 201 in statuses
        [writer] = await store.writers()
        assert len(await store.entries(writer, after=0, limit=99)) == statuses.count(201)
