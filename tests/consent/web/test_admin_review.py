from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp.test_utils import TestClient

from consent import tokens
from consent.audit import audit_log
from consent.decisions import decisions_of, record
from consent.model.categories import Category
from consent.model.sites import Decision
from consent.store.sqlite import SqliteStore
from consent.tokens import Scope
from tests.consent.factories import client_of, inventory, published, site
from tests.consent.web.dashboard.reviewing import REOPENED, scanned, waiting

Client = TestClient[Any, Any]
Opened = tuple[Client, SqliteStore]


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Opened]:
    sites = site(), site(id="thyme", url="https://thyme.example/")
    async with published(tmp_path) as (store, _), client_of(store, *sites) as client:
        await let_in(client, store, [Scope.READ, Scope.REVIEW, Scope.PUBLISH])
        yield client, store


async def let_in(client: Client, store: SqliteStore, scopes: list[Scope], *sites: str) -> None:
    made = await tokens.create(store, name="ci", scopes=scopes, sites=list(sites))
    client.session.headers["Authorization"] = f"Bearer {made.secret}"


async def data(client: Client, path: str, sent: Any = None) -> Any:
    url, body = f"/v1/admin/{path}", msgspec.to_builtins(sent)
    answer = await (client.get(url) if sent is None else client.post(url, json=body))
    assert answer.status in {200, 201}, await answer.text()
    return (await answer.json())["data"]


async def test_what_waits_is_listed_with_its_evidence(opened: Opened) -> None:
    client, store = opened
    await scanned(store, waiting("lk_visit"), REOPENED)
    await scanned(store, waiting("zz", host="thyme.example"), of="thyme")
    everywhere = await data(client, "review")
    assert [(one["site"], one["item"]["name"], one["why"]) for one in everywhere] == [
        ("larkspur", "_ga_*", "reopened"), ("larkspur", "lk_visit", "unclassified"), ("thyme", "zz", "unclassified"),
    ]  # fmt: skip
    assert everywhere[0]["item"]["reopened_reason"].startswith("it stays over 13 months")
    assert await data(client, "sites/thyme/review?limit=1") == everywhere[2:]
    assert (await client.get("/v1/admin/review?limit=0")).status == 400
    await let_in(client, store, [Scope.READ], "thyme")
    assert await data(client, "review") == everywhere[2:]
    assert (await client.get("/v1/admin/sites/larkspur/review")).status == 404


async def test_a_decision_is_taken_back_and_that_is_on_record(opened: Opened) -> None:
    client, store = opened
    await record(store, "larkspur", [Decision(name="zz", category=Category.ADVERTISING, purpose="Follows.")])
    wanted = {"name": "zz", "kind": "cookie"}
    assert (await data(client, "sites/larkspur/decisions/take-back", wanted))["reviewer"] == "ci"
    assert await decisions_of(store, "larkspur") == ()
    assert "knowledge.take_back" in [entry.action for entry in await audit_log(store)]
    again = await client.post("/v1/admin/sites/larkspur/decisions/take-back", json=wanted)
    assert again.status == 404
    await let_in(client, store, [Scope.READ])
    assert (await client.post("/v1/admin/sites/larkspur/decisions/take-back", json=wanted)).status == 403


async def test_a_decision_by_the_api_holds_what_the_last_scan_saw(opened: Opened) -> None:
    client, store = opened
    await scanned(store, waiting("lk_visit"))
    wish = Decision(
        name="lk_visit", host="www.larkspur.example", category=Category.PERFORMANCE, purpose="Counts."
    )
    made = await data(client, "sites/larkspur/decisions", wish)
    assert (made["lifetime"], made["set_by"], made["reviewer"]) == ("up to 13 months", "tea.example", "ci")
    own = msgspec.structs.replace(wish, lifetime="session")
    assert (await data(client, "sites/larkspur/decisions", own))["lifetime"] == "session"
    unseen = msgspec.structs.replace(wish, name="nowhere")
    assert (await data(client, "sites/larkspur/decisions", unseen))["lifetime"] == ""


async def test_publishing_can_be_tried_without_doing_it(opened: Opened) -> None:
    client, store = opened
    before = await store.publication_version()
    new = inventory(items=inventory().items[:1])
    plan = await data(client, "sites/larkspur/publications/preview", new)
    assert (plan["asks_again"], plan["publishable"], plan["asked_about"]) == (True, True, [])
    assert [(one["what"], one["name"]) for one in plan["differences"]] == [("gone", "IDE")]
    assert await store.publication_version() == before
    done = await data(client, "sites/larkspur/publications", new)
    assert done["notice_version"] == plan["notice_version"]
    foreign = msgspec.to_builtins(inventory(site="thyme"))
    answer = await client.post("/v1/admin/sites/larkspur/publications/preview", json=foreign)
    assert (answer.status, (await answer.json())["field"]) == (400, "site")


async def test_publications_say_who_made_them(opened: Opened) -> None:
    client, _ = opened
    done = await data(client, "sites/larkspur/publications", inventory(items=inventory().items[:1]))
    latest, *earlier = await data(client, "sites/larkspur/publications")
    assert latest["notice_version"] == done["notice_version"]
    assert latest["published_by"].startswith("token:")
    assert latest["published_by"].endswith(":ci")
    assert earlier[0]["id"] < latest["id"]
    assert await data(client, f"sites/larkspur/publications?before={latest['id']}") == earlier
