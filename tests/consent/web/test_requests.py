from __future__ import annotations

import logging
from pathlib import Path

import pytest

from consent.store.sqlite import SqliteStore
from tests.consent.factories import ORIGIN, body, client_of, published


async def test_every_answer_has_an_id_of_its_own(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version), client_of(store) as client:
        answers = [
            await client.get("/w/larkspur.js"),
            await client.get("/nothing"),
            await client.post("/v1/consent", json=body(version)),
            await client.post("/v1/consent", data=b"{"),
            await client.get("/healthz"),
        ]
    ids = [answer.headers["X-Request-Id"] for answer in answers]
    assert len(set(ids)) == len(ids)


async def test_an_id_that_came_with_the_request_is_kept_where_it_can_be_one(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _), client_of(store) as client:
        for given in ("0af7651916cd43dd8448eb211c80319c", "5f2c-77aa-01"):
            answer = await client.get("/healthz", headers={"X-Request-Id": given})
            assert answer.headers["X-Request-Id"] == given
        for given in ("short", "x" * 65, "spaces in it", 'quote"quote', "späte-nummer"):
            answer = await client.get("/healthz", headers={"X-Request-Id": given})
            assert answer.headers["X-Request-Id"] != given


async def test_a_failure_is_logged_with_route_and_id_and_nothing_that_leads_to_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(self: SqliteStore, consent_id: str) -> list[object]:
        raise ZeroDivisionError

    async with published(tmp_path) as (store, _), client_of(store) as client:
        monkeypatch.setattr(SqliteStore, "history", fail)
        with caplog.at_level(logging.INFO):
            await client.get(f"/v1/consent/{'A' * 22}?q=1", headers={"Origin": ORIGIN})
            await client.get("/healthz")
    [line] = [one for one in caplog.records if one.name == "consentry.requests"]
    assert line.levelno == logging.ERROR
    fields = vars(line)["fields"]
    assert fields["route"] == "/v1/consent/{consent_id}"
    assert (fields["method"], fields["status"]) == ("GET", 500)
    ours = " ".join(str(vars(one)) for one in caplog.records if one.name.startswith("consentry"))
    assert "A" * 22 not in ours
    assert "127.0.0.1" not in ours


async def test_every_request_is_logged_where_that_is_asked_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with published(tmp_path) as (store, version), client_of(store, log_requests=True) as client:
            await client.post("/v1/consent", json=body(version))
            await client.get("/nowhere")
    lines = [vars(one)["fields"] for one in caplog.records if one.name == "consentry.requests"]
    assert [(one["method"], one["route"], one["status"]) for one in lines] == [
        ("POST", "/v1/consent", 201),
        ("*", "no route", 404),
    ]


async def test_requests_are_counted_by_route_and_answer(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version), client_of(store) as client:
        for _ in range(2):
            await client.post("/v1/consent", json=body(version))
        await client.get(f"/v1/consent/{'A' * 22}")
        metrics = await (await client.get("/metrics")).text()
    assert 'consentry_http_requests_total{method="POST",route="/v1/consent",status="201"} 2.0' in metrics
    line = 'consentry_http_requests_total{method="GET",route="/v1/consent/{consent_id}",status="404"} 1.0'
    assert line in metrics
