from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from consent import tokens
from consent.audit import audit_log
from consent.store import Store
from consent.tokens import Scope
from tests.consent.factories import body, client_of, published, site

Opened = tuple[TestClient[Any, Any], Store, list[str]]


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Opened]:
    other = site(id="thyme", url="https://thyme.example/")
    async with published(tmp_path) as (store, version), client_of(store, site(), other) as client:
        made = [
            (await (await client.post("/v1/consent", json=body(version))).json())["data"]["receipt_id"]
            for _ in range(3)
        ]
        token = await tokens.create(store, name="ops", scopes=[Scope.READ])
        client.session.headers["Authorization"] = f"Bearer {token.secret}"
        yield client, store, made


async def test_records_are_found_a_page_after_the_other_and_the_search_is_on_record(opened: Opened) -> None:
    client, store, made = opened
    first = (await (await client.get("/v1/admin/sites/larkspur/records?limit=2&since=2020-01-01")).json())[
        "data"
    ]
    rest = (await (await client.get(f"/v1/admin/sites/larkspur/records?before={first['next']}")).json())[
        "data"
    ]
    assert [one["record_id"] for one in (*first["records"], *rest["records"])] == made[::-1]
    assert (await (await client.get("/v1/admin/sites/thyme/records")).json())["data"]["records"] == []
    for wrong in ("before=x", "since=yesterday", "limit=0"):
        assert (await client.get(f"/v1/admin/sites/larkspur/records?{wrong}")).status == 400
    found = [one for one in await audit_log(store) if one.action == "log.search"]
    assert found[-1].details == {"since": "2020-01-01"}


async def test_a_record_is_told_with_its_seal_under_its_own_site_alone(opened: Opened) -> None:
    client, _, made = opened
    told = (await (await client.get(f"/v1/admin/sites/larkspur/records/{made[0]}")).json())["data"]
    assert (told["record"]["record_id"], told["standing"]["intact"]) == (made[0], True)
    for path in (f"thyme/records/{made[0]}", "larkspur/records/0"):
        assert (await client.get(f"/v1/admin/sites/{path}")).status == 404
