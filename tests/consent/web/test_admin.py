from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import ClientError
from aiohttp.test_utils import TestClient

from consent import tokens
from consent.model.errors import StoreUnavailable
from consent.store.sqlite import SqliteStore
from consent.tokens import Scope
from consent.verification import verify
from tests.consent.factories import body, client_of, consent_id, inventory, published, site

Client = TestClient[Any, Any]
Opened = tuple[Client, SqliteStore, str]


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Opened]:
    other = site(id="thyme", url="https://thyme.example/")
    async with published(tmp_path) as (store, version), client_of(store, site(), other) as client:
        made = await tokens.create(store, name="ops", scopes=[Scope.ADMIN])
        client.session.headers["Authorization"] = f"Bearer {made.secret}"
        yield client, store, version


async def data(client: Client, path: str, **options: Any) -> Any:
    answer = await client.request(options.pop("method", "GET"), f"/v1/admin/{path}", **options)
    assert answer.status in {200, 201}, await answer.text()
    return (await answer.json())["data"]


async def test_sites_with_what_they_show(opened: Opened) -> None:
    client, _, version = opened
    first, second = await data(client, "sites")
    assert (first["id"], first["publication"]["notice_version"]) == ("larkspur", version)
    assert (second["id"], second["publication"]) == ("thyme", None)
    notice = await data(client, "sites/larkspur/notice")
    assert hashlib.sha256(msgspec.json.encode(notice)).hexdigest() == version
    assert (await data(client, "sites/larkspur/inventory"))["scan_id"] == "scan-1"
    assert (await client.get("/v1/admin/sites/thyme/notice")).status == 404
    version = (await data(client, "sites/larkspur/publications"))[-1]["notice_version"]
    assert (
        await data(client, f"sites/larkspur/notice?version={version}") == notice
    )  # as any that stood before
    for wrong in (f"thyme/notice?version={version}", "larkspur/notice?version=x"):
        assert (await client.get(f"/v1/admin/sites/{wrong}")).status == 404


async def test_an_inventory_is_published_and_served_at_once(opened: Opened) -> None:
    client, _, version = opened
    new = msgspec.to_builtins(inventory(scan_id="scan-2", items=()))
    made = await data(client, "sites/larkspur/publications", method="POST", json=new)
    assert made["scan_id"] == "scan-2"
    assert made["notice_version"] != version
    declared = await (await client.get("/v1/sites/larkspur/declaration.json")).json()
    assert declared["data"]["notice_version"] == made["notice_version"]
    answer = await client.post("/v1/admin/sites/thyme/publications", json=new)
    assert (answer.status, (await answer.json())["field"]) == (400, "site")


async def test_a_visitors_records_are_found_and_erased_and_both_is_on_record(opened: Opened) -> None:
    client, store, version = opened
    sent = body(version)
    for event_id in ("event-000001", "event-000002"):
        await client.post("/v1/consent", json=sent | {"event_id": event_id})
    found = await data(client, f"records/{sent['consent_id']}")
    assert [one["event_id"] for one in found] == ["event-000001", "event-000002"]
    erased = await data(client, f"records/{sent['consent_id']}", method="DELETE")
    assert erased == {"consent_id": sent["consent_id"], "erased": 2}
    assert (await client.get(f"/v1/admin/records/{sent['consent_id']}")).status == 404
    actions = await data(client, "audit")
    assert [one["action"] for one in actions] == ["log.erase", "log.read"]
    assert sent["consent_id"] not in str(actions)
    assert (await verify(store)).problem is None


async def test_a_token_of_one_site_neither_sees_nor_erases_what_the_visitor_did_at_another(
    opened: Opened,
) -> None:
    client, store, version = opened
    thyme = inventory(site="thyme")
    made = await data(client, "sites/thyme/publications", method="POST", json=msgspec.to_builtins(thyme))
    visitor = consent_id()
    await client.post("/v1/consent", json=body(version, consent_id=visitor))
    elsewhere = body(
        made["notice_version"], consent_id=visitor, site="thyme", page="https://thyme.example/", event_id="e" * 16
    )  # fmt: skip
    assert (await client.post("/v1/consent", json=elsewhere)).status == 201
    bound = await tokens.create(store, name="t", scopes=[Scope.ADMIN], sites=["thyme"])
    headers = {"Authorization": f"Bearer {bound.secret}"}
    found = await data(client, f"records/{visitor}", headers=headers)
    assert [one["site"] for one in found] == ["thyme"]
    assert (await data(client, f"records/{visitor}", method="DELETE", headers=headers))["erased"] == 1
    assert (await client.delete(f"/v1/admin/records/{visitor}", headers=headers)).status == 404
    assert [one["site"] for one in await data(client, f"records/{visitor}")] == ["larkspur"]
    assert {one["site"] for one in await data(client, "audit", headers=headers)} == {"thyme"}
    assert [one["id"] for one in await data(client, "sites", headers=headers)] == ["thyme"]


async def test_records_are_exported_as_a_stream(opened: Opened) -> None:
    client, _, version = opened
    sent = [body(version) for _ in range(3)]
    for one in sent:
        await client.post("/v1/consent", json=one)
    answer = await client.get("/v1/admin/sites/larkspur/export")
    assert answer.headers["Transfer-Encoding"] == "chunked"
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Request-Id"):
        assert len(answer.headers.getall(name)) == 1
    records = (await answer.json())["data"]
    assert [one["consent_id"] for one in records] == [one["consent_id"] for one in sent]
    table = await client.get(
        "/v1/admin/sites/larkspur/export", params={"format": "csv", "since": "2020-01-01"}
    )
    assert table.content_type == "text/csv"
    assert len((await table.text()).splitlines()) == 4
    late = await client.get("/v1/admin/sites/larkspur/export", params={"until": "2020-01-01T00:00:00Z"})
    assert (await late.json())["data"] == []
    assert (await (await client.get("/v1/admin/sites/thyme/export")).json())["data"] == []
    for name, value in (("format", "xml"), ("since", "yesterday"), ("until", "9" * 40)):
        wrong = await client.get("/v1/admin/sites/larkspur/export", params={name: value})
        assert (wrong.status, (await wrong.json())["field"]) == (400, name)


async def test_an_export_that_breaks_off_is_not_taken_for_a_whole_one(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    from consent.web import admin

    client, _, _ = opened

    async def broken(*given: Any) -> AsyncIterator[bytes]:
        yield b'{"data": ['
        raise StoreUnavailable("gone")

    monkeypatch.setattr(admin, "formats", lambda: {"json": broken})
    answer = await client.get("/v1/admin/sites/larkspur/export")
    with pytest.raises(ClientError):
        await answer.read()
    # It is put on record after the connection has gone.
    while len(actions := await data(client, "audit")) < 2:  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(0.01)
    assert [(one["action"], one["outcome"]) for one in actions] == [
        ("log.export", "failed"),
        ("log.export", "begun"),
    ]


async def test_items_are_decided_about(opened: Opened) -> None:
    client, _, _ = opened
    decision = {"name": "lk_basket", "category": "necessary", "criterion": "B", "reason": "Holds the basket."}
    made = await data(client, "sites/larkspur/decisions", method="POST", json=decision)
    assert made["reviewer"] == "ops"
    [held] = await data(client, "sites/larkspur/decisions")
    assert (held["name"], held["reviewer"]) == ("lk_basket", "ops")
    answer = await client.post("/v1/admin/sites/larkspur/decisions", json=decision | {"reason": ""})
    assert answer.status == 400
    assert (await data(client, "audit"))[-1]["action"] == "knowledge.decide"


async def test_an_anchor_is_had_and_compared(opened: Opened) -> None:
    client, _, version = opened
    await client.post("/v1/consent", json=body(version))
    anchors = await data(client, "anchor")
    await client.post("/v1/consent", json=body(version))
    compared = await data(client, "anchor", method="POST", json=anchors)
    assert compared == {"matches": True, "compared": 1, "wrong": []}
    [chain] = anchors["chains"]
    for change in ({"seal": "0" * 64}, {"batch": 999}, {"writer": "0" * 32}):
        wrong = anchors | {"chains": [chain | change]}
        assert not (await data(client, "anchor", method="POST", json=wrong))["matches"]
    for change in ({"writer": "x"}, {"batch": 1 << 70}):
        answer = await client.post("/v1/admin/anchor", json=anchors | {"chains": [chain | change]})
        assert answer.status == 400


async def test_the_audit_is_read_page_by_page(opened: Opened) -> None:
    client, _, _ = opened
    for _ in range(3):
        await client.get("/v1/admin/sites/larkspur/export")
    first = await data(client, "audit", params={"limit": "2"})
    rest = await data(client, "audit", params={"before": first[-1]["record_id"]})
    assert (len(first), len(rest)) == (2, 1)
    answer = await client.get("/v1/admin/audit", params={"before": "nothing"})
    assert (answer.status, (await answer.json())["field"]) == (400, "before")


async def test_an_inventory_that_leaves_a_purpose_blank_is_refused_with_what_to_do(opened: Opened) -> None:
    client, _, version = opened
    new = msgspec.to_builtins(inventory(scan_id="scan-2"))
    new["items"][0]["purpose"] = ""
    answer = await client.post("/v1/admin/sites/larkspur/publications", json=new)
    told = await answer.json()
    assert (answer.status, told["field"]) == (400, "items")
    assert "cookie 'basket' on www.larkspur.example" in told["detail"]
    assert "consentry knowledge decide larkspur 'basket'" in told["hint"]
    declared = await (await client.get("/v1/sites/larkspur/declaration.json")).json()
    assert declared["data"]["notice_version"] == version
