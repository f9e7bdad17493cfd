from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import argon2
import pytest
from aiohttp.test_utils import TestClient

from consent import tokens, users
from consent.audit import audit_log
from consent.store import Store
from consent.tokens import Scope
from tests.consent.factories import client_of, published

Opened = tuple[TestClient[Any, Any], Store]
GOOD = "four random tea leaves"


@pytest.fixture
async def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Opened]:
    monkeypatch.setattr(users, "hasher", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    async with published(tmp_path) as (store, _), client_of(store) as client:
        made = await tokens.create(store, name="ops", scopes=[Scope.ADMIN])
        client.session.headers["Authorization"] = f"Bearer {made.secret}"
        yield client, store


async def test_people_are_added_changed_and_removed_on_record(opened: Opened) -> None:
    client, store = opened
    wish = {"name": "Eve", "role": "admin", "sites": ["larkspur"], "password": GOOD}
    made = await client.post("/v1/admin/users", json=wish)
    assert (await made.json())["data"]["name"] == "eve"
    assert (await users.recognise(store, "eve", GOOD)).sites == ("larkspur",)
    changed = await client.put("/v1/admin/users/eve/password", json={"password": "another four random words"})
    assert changed.status == 200
    listed = await (await client.get("/v1/admin/users")).text()
    assert "argon2" not in listed
    assert (await client.delete("/v1/admin/users/eve")).status == 200
    assert await users.listed(store) == []
    found = await audit_log(store)
    assert [one.action for one in found] == ["user.remove", "user.password", "user.add"]
    assert GOOD not in str(found)


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"name": "a b"}, "no user name"),
        ({"name": "eve", "password": "short"}, "12"),
        ({"name": "eve", "sites": ["unknown"]}, "no site"),
        ({"name": "eve", "role": "owner"}, "Invalid"),
    ],
)
async def test_a_person_who_cannot_be_added_is_refused(
    opened: Opened, wish: dict[str, Any], told: str
) -> None:
    client, store = opened
    answer = await client.post("/v1/admin/users", json=wish)
    assert answer.status == 400
    assert told in (await answer.json())["detail"]
    assert await users.listed(store) == []


async def test_tokens_are_made_listed_and_ended(opened: Opened) -> None:
    client, store = opened
    made = (
        await (
            await client.post("/v1/admin/tokens", json={"name": "job", "scopes": ["read"], "days": 3})
        ).json()
    )["data"]
    assert (await tokens.check(store, made["secret"])).scopes == (Scope.READ,)
    assert made["secret"] not in await (await client.get("/v1/admin/tokens")).text()
    assert (await client.delete(f"/v1/admin/tokens/{made['token']['id']}")).status == 200
    with pytest.raises(tokens.TokenRefused):
        await tokens.check(store, made["secret"])
    for wish in ({"name": "job", "scopes": []}, {"name": "job", "scopes": ["read"], "days": 0}):
        assert (await client.post("/v1/admin/tokens", json=wish)).status == 400
