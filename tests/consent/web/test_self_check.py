from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp.test_utils import TestClient

from consent import tokens
from consent.model.sites import Server
from consent.tokens import Scope
from consent.web.limits import SELF_CHECKS
from tests.consent import factories
from tests.consent.factories import client_of, published, site

Client = TestClient[Any, Any]
ORIGIN = {"Origin": "https://www.larkspur.example", "Content-Type": "text/plain"}
SEEN = {"site": "larkspur", "seen": [{"kind": "resource", "name": "new.example/t.js"}]}


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Client]:
    own = site(banner=msgspec.structs.replace(site().banner, self_check=0.1))
    other = site(id="thyme", url="https://thyme.example/")
    async with published(tmp_path) as (store, _), client_of(store, own, other) as client:
        made = await tokens.create(store, name="ops", scopes=[Scope.READ], sites=["larkspur"])
        client.session.headers["Authorization"] = f"Bearer {made.secret}"
        yield client


async def test_what_a_page_tells_is_added_up_and_listed_for_administrators(opened: Client) -> None:
    for _ in range(2):
        answer = await opened.post("/v1/self-check", data=msgspec.json.encode(SEEN), headers=ORIGIN)
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN["Origin"]
        assert "Set-Cookie" not in answer.headers
    listed = await (await opened.get("/v1/admin/sites/larkspur/discovered")).json()
    [one] = listed["data"]
    assert (one["kind"], one["name"], one["reports"]) == ("resource", "new.example/t.js", 2)
    assert (await opened.get("/v1/admin/sites/larkspur/discovered?days=91")).status == 400
    assert (await opened.get("/v1/admin/sites/thyme/discovered")).status == 404


@pytest.mark.parametrize(
    ("sent", "origin", "status"),
    [
        (SEEN, None, 403),
        (SEEN, "https://evil.example", 403),
        (SEEN, "https://thyme.example", 403),
        (SEEN | {"site": "thyme"}, "https://thyme.example", 404),
        (SEEN | {"site": "sage"}, "https://www.larkspur.example", 404),
        (SEEN | {"consent_id": "x"}, "https://www.larkspur.example", 400),
    ],
)
async def test_only_pages_of_a_site_that_has_it_on_may_tell(
    opened: Client, sent: Any, origin: str | None, status: int
) -> None:
    headers = {"Content-Type": "text/plain"} | ({} if origin is None else {"Origin": origin})
    answer = await opened.post("/v1/self-check", data=msgspec.json.encode(sent), headers=headers)
    assert answer.status == status
    assert (await (await opened.get("/v1/admin/sites/larkspur/discovered")).json())["data"] == []


async def test_a_client_is_held_to_a_few_reports_a_minute_and_consent_is_counted_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, plain = Server(trusted_proxies=("127.0.0.1",)), factories.settings
    monkeypatch.setattr(
        factories, "settings", lambda *sites: msgspec.structs.replace(plain(*sites), server=server)
    )
    own = site(banner=msgspec.structs.replace(site().banner, self_check=0.1))
    headers = ORIGIN | {"X-Forwarded-For": "198.51.100.7"}
    statuses: list[int] = []
    async with published(tmp_path) as (store, _), client_of(store, own) as client:
        while 429 not in statuses and len(statuses) < 10 * SELF_CHECKS:
            answer = await client.post("/v1/self-check", data=msgspec.json.encode(SEEN), headers=headers)
            statuses.append(answer.status)
        assert (await client.post("/v1/consent", data=b"{}", headers=headers)).status == 400
    assert statuses[:SELF_CHECKS] == [204] * SELF_CHECKS
    assert statuses[-1] == 429


async def test_a_body_that_is_too_large_is_refused(opened: Client) -> None:
    answer = await opened.post("/v1/self-check", data=b" " * 100_000, headers=ORIGIN)
    assert answer.status == 413
