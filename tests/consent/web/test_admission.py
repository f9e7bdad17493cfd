"""Who gets in, on every route of the administration's API."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp.test_utils import TestClient

from consent import tokens
from consent.model.sites import Server
from consent.store import Store
from consent.tokens import Scope
from consent.web.routes import ADMIN, PUBLIC, Route
from tests.consent import factories
from tests.consent.factories import client_of, published, site

Client = TestClient[Any, Any]
NAMES = [f"{route.method} {route.path}" for route in ADMIN]


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[tuple[Client, Store]]:
    other = site(id="thyme", url="https://thyme.example/")
    async with published(tmp_path) as (store, _), client_of(store, site(), other) as client:
        yield client, store


def address(route: Route, of: str = "larkspur") -> str:
    values = {"site": of, "consent_id": "A" * 22, "scan_id": "0", "format": "json"}
    values |= {"name": "nobody", "token": "0" * 12, "record_id": "0", "request_id": "0" * 36}
    return re.sub(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}", lambda match: values[match[1]], route.path)


async def status(client: Client, route: Route, secret: str | None, of: str = "larkspur") -> int:
    headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
    return (await client.request(route.method, address(route, of), headers=headers)).status


def test_exactly_the_routes_of_the_administration_need_a_token() -> None:
    assert {route.path.startswith("/v1/admin/") for route in ADMIN} == {True}
    assert {route.path.startswith("/v1/admin") for route in PUBLIC} == {False}
    assert all(route.scope is not None for route in ADMIN)


@pytest.mark.parametrize("route", ADMIN, ids=NAMES)
async def test_without_a_good_token_nothing_is_answered(opened: tuple[Client, Store], route: Route) -> None:
    client, store = opened
    revoked = await tokens.create(store, name="old", scopes=[Scope.ADMIN])
    await tokens.revoke(store, revoked.token.id)
    for headers in (
        {},
        {"Authorization": "Basic YWRtaW46YWRtaW4="},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {revoked.secret}"},
        {"Authorization": f"Bearer {'x' * 5000}"},
    ):
        answer = await client.request(route.method, address(route), headers=headers)
        assert (answer.status, answer.content_type) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert (await client.request(route.method, address(route) + f"?token={revoked.secret}")).status == 401


@pytest.mark.parametrize("route", ADMIN, ids=NAMES)
async def test_a_token_does_what_its_scope_says_and_no_more(
    opened: tuple[Client, Store], route: Route
) -> None:
    client, store = opened
    for scope in Scope:
        made = await tokens.create(store, name=scope, scopes=[scope])
        allowed = scope in {route.scope, Scope.ADMIN}
        assert (await status(client, route, made.secret) != 403) == allowed, scope


@pytest.mark.parametrize("route", ADMIN, ids=NAMES)
async def test_a_token_of_one_site_learns_nothing_of_another_not_even_whether_it_exists(
    opened: tuple[Client, Store], route: Route
) -> None:
    client, store = opened
    bound = await tokens.create(store, name="thyme", scopes=[Scope.ADMIN], sites=["thyme"])
    headers = {"Authorization": f"Bearer {bound.secret}"}
    if "{site" in route.path:
        answers = [
            await client.request(route.method, address(route, of), headers=headers)
            for of in ("larkspur", "unknown")
        ]
        assert [answer.status for answer in answers] == [404, 404]
        texts = [(await answer.text()).replace("larkspur", "unknown") for answer in answers]
        assert texts[0] == texts[1]
    else:
        answer = await client.request(route.method, address(route), headers=headers)
        assert "larkspur" not in await answer.text()
        assert answer.status in {200, 403, 404}


async def test_who_tries_tokens_is_stopped_and_who_has_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(trusted_proxies=("127.0.0.1",), limit_admin=3)
    plain = factories.settings
    monkeypatch.setattr(
        factories, "settings", lambda *sites: msgspec.structs.replace(plain(*sites), server=server)
    )
    async with published(tmp_path) as (store, _), client_of(store) as client:
        good = (await tokens.create(store, name="ops", scopes=[Scope.READ])).secret

        async def get(secret: str, client_address: str) -> int:
            headers = {"Authorization": f"Bearer {secret}", "X-Forwarded-For": client_address}
            return (await client.get("/v1/admin/sites", headers=headers)).status

        assert [await get(good, "198.51.100.7") for _ in range(10)] == [200] * 10
        assert [await get("wrong", "198.51.100.8") for _ in range(5)] == [401, 401, 401, 429, 429]
        assert await get(good, "198.51.100.8") == 429, "a guess that hits is not told from one that misses"
        assert await get(good, "198.51.100.7") == 200
