from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from consent import tokens
from consent.audit import audit_log
from consent.store import Store
from consent.tokens import Scope
from tests.consent.factories import body, client_of, consent_id, published, site

BASE = "/v1/admin/sites/larkspur/requests"


@dataclass
class Desk:
    client: TestClient[Any, Any]
    store: Store
    visitor: str

    async def let_in(self, *scopes: Scope, sites: tuple[str, ...] = ()) -> None:
        made = await tokens.create(self.store, name="ops", scopes=scopes, sites=sites)
        self.client.session.headers["Authorization"] = f"Bearer {made.secret}"

    async def asked(self, kind: str = "correct") -> str:
        path = f"/v1/consent/{self.visitor}/requests"
        answer = await self.client.post(path, json={"kind": kind, "message": "It is <de>."})
        request_id: str = (await answer.json())["data"]["request"]["request_id"]
        return request_id

    async def step(self, request_id: str, action: str, text: str = "") -> int:
        wish = {"action": action, "text": text}
        return (await self.client.post(f"{BASE}/{request_id}/steps", json=wish)).status


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    thyme = site(id="thyme", url="https://thyme.example/", name="Thyme")
    async with published(tmp_path) as (store, version), client_of(store, site(), thyme) as client:
        visitor = consent_id()
        await client.post("/v1/consent", json=body(version, consent_id=visitor))
        yield Desk(client, store, visitor)


async def test_a_request_is_listed_read_and_dealt_with_on_record(desk: Desk) -> None:
    await desk.let_in(Scope.READ, Scope.RIGHTS)
    request_id = await desk.asked()
    [listed] = (await (await desk.client.get(BASE)).json())["data"]
    assert (listed["request"]["request_id"], listed["standing"].endswith("days left")) == (request_id, True)
    case = (await (await desk.client.get(f"{BASE}/{request_id}")).json())["data"]
    assert len(case["records"]) == 1
    assert [await desk.step(request_id, *given) for given in (
        ("answer", "We look into it."), ("extend", "There are many."), ("extend", "Again."), ("done", ""), ("done", ""),
    )] == [201, 201, 409, 201, 409]  # fmt: skip
    assert (await (await desk.client.get(BASE)).json())["data"] == []
    [closed] = (await (await desk.client.get(f"{BASE}?state=closed")).json())["data"]
    assert closed["standing"] == "done"
    path = f"/v1/consent/{desk.visitor}/requests"
    [seen] = (await (await desk.client.get(path)).json())["data"]
    assert [one["what"] for one in seen["steps"]] == ["received", "answered", "extended", "done"]
    actions = [one.action for one in await audit_log(desk.store) if one.outcome == "begun"]
    assert actions[::-1] == ["rights.read", "rights.answer", *["rights.extend"] * 2, *["rights.done"] * 2]
    assert desk.visitor not in str(await audit_log(desk.store))


async def test_acting_takes_a_scope_of_its_own(desk: Desk) -> None:
    await desk.let_in(Scope.READ, Scope.REVIEW, Scope.ERASE)
    request_id = await desk.asked()
    assert await desk.step(request_id, "done") == 403
    await desk.let_in(Scope.RIGHTS)
    assert (await desk.client.get(BASE)).status == 403
    assert await desk.step(request_id, "done") == 201


async def test_a_token_of_another_site_neither_reads_nor_acts_by_either_address(desk: Desk) -> None:
    request_id = await desk.asked()
    await desk.let_in(Scope.ADMIN, sites=("thyme",))
    for base in (BASE, BASE.replace("larkspur", "thyme")):
        assert (await desk.client.get(f"{base}/{request_id}")).status == 404
        wish = {"action": "done", "text": ""}
        assert (await desk.client.post(f"{base}/{request_id}/steps", json=wish)).status == 404
    assert (await (await desk.client.get(BASE.replace("larkspur", "thyme"))).json())["data"] == []


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"action": "forget"}, 400), ({"action": "answer"}, 400), ({"action": "refuse", "text": " \u202e"}, 400),
        ({"action": "answer", "text": "x" * 4_001}, 400), ({"action": "done", "more": 1}, 400), ({}, 400),
    ],
)  # fmt: skip
async def test_what_cannot_be_done_is_refused(desk: Desk, wish: dict[str, Any], status: int) -> None:
    await desk.let_in(Scope.ADMIN)
    request_id = await desk.asked()
    assert (await desk.client.post(f"{BASE}/{request_id}/steps", json=wish)).status == status
    assert (await desk.client.get(f"{BASE}?state=lost")).status == 400
    assert (await desk.client.get(f"{BASE}?limit=0")).status == 400
    [listed] = (await (await desk.client.get(BASE)).json())["data"]
    assert listed["request"]["state"] == "open"
