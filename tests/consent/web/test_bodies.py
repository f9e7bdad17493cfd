from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from consent import tokens
from consent.web import bodies
from tests.consent.factories import client_of, published

ADDRESS = "/v1/admin/sites/larkspur/decisions"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[TestClient[Any, Any]]:
    async with published(tmp_path) as (store, _), client_of(store) as client:
        made = await tokens.create(store, name="test", scopes=[tokens.Scope.ADMIN])
        client.session.headers["Authorization"] = f"Bearer {made.secret}"
        yield client


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"{", ""),
        (b"\xff", ""),
        (b"[" * 100_000, ""),
        (b'{"name": "x"}', ""),
        (b'{"name": 5, "category": "functionality"}', "name"),
        (b'{"name": "x", "category": "functionality", "host": []}', "host"),
    ],
)
async def test_a_body_that_is_wrong_is_told_with_its_field(
    client: TestClient[Any, Any], content: bytes, field: str
) -> None:
    answer = await client.post(ADDRESS, data=content, headers={"Content-Type": "application/json"})
    problem = await answer.json()
    assert (answer.status, problem["title"]) == (400, "Invalid request")
    assert problem.get("field", "") == field


async def test_a_body_that_is_no_json_or_too_large_is_refused(
    client: TestClient[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await client.post(ADDRESS, data=b"{}", headers={"Content-Type": "text/plain"})).status == 415
    monkeypatch.setattr(bodies, "MAX_BYTES", 1000)
    answer = await client.post(ADDRESS, data=b" " * 1001, headers={"Content-Type": "application/json"})
    assert answer.status == 413


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "x", "1e3", "", "²", "9" * 30])
async def test_a_number_in_the_query_is_one_within_bounds(client: TestClient[Any, Any], limit: str) -> None:
    answer = await client.get("/v1/admin/audit", params={"limit": limit})
    assert (answer.status, (await answer.json())["field"]) == (400, "limit")
