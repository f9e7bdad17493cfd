"""A visitor's rights over real HTTP: as JSON, and by the forms of their own page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from consent import holds
from consent.model.sites import Server, Settings
from consent.store.sqlite import SqliteStore
from consent.web.app import make_app
from tests.consent.factories import ORIGIN, PUBLIC_URL, body, client_of, consent_id, published, settings, site

Client = TestClient[web.Request, web.Application]
HOSTILE = "<img src=x onerror=alert(1)>\u202egnp\x00 {{7*7}} \U0001f33f\r\nnext"


class Visitor:
    """Somebody who has granted everything at larkspur."""

    def __init__(self, client: Client, store: SqliteStore, visitor: str) -> None:
        self.client, self.store, self.id = client, store, visitor
        self.path = f"/v1/consent/{visitor}"

    async def ask(self, kind: str, *, headers: dict[str, str] | None = None, **fields: Any) -> ClientResponse:
        return await self.client.post(f"{self.path}/requests", json={"kind": kind} | fields, headers=headers)

    async def form(
        self, kind: str, *, headers: dict[str, str] | None = None, **fields: str
    ) -> ClientResponse:
        # A browser sends Origin: null with a form of a page without a referrer.
        given = {"Origin": "null", "Sec-Fetch-Site": "same-origin"} | (headers or {})
        return await self.client.post(
            f"{self.path}/requests", data={"kind": kind} | fields, headers=given, allow_redirects=False
        )

    async def requests(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await (await self.client.get(f"{self.path}/requests")).json())["data"]
        return found

    async def page(self, query: str = "") -> str:
        answer = await self.client.get(f"{self.path}?format=html{query}")
        assert answer.status == 200
        return await answer.text()


@pytest.fixture
async def visitor(tmp_path: Path) -> AsyncIterator[Visitor]:
    async with published(tmp_path) as (store, version), client_of(store) as client:
        one = Visitor(client, store, consent_id())
        assert (await client.post("/v1/consent", json=body(version, consent_id=one.id))).status == 201
        yield one


async def test_a_withdrawal_is_recorded_and_replaces_the_cookie(visitor: Visitor) -> None:
    answer = await visitor.ask("withdraw", headers={"Origin": ORIGIN, "Sec-GPC": "1"})
    assert answer.status == 201
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Cache-Control"] == "no-store"
    data = (await answer.json())["data"]
    assert (data["request"]["kind"], data["request"]["state"], data["browser_copy"]) == (
        "withdraw",
        "done",
        "replaced",
    )
    value = msgspec.json.decode(unquote(answer.headers["Set-Cookie"].partition(";")[0].partition("=")[2]))
    assert (value["c"], value["r"]) == ("n", data["record_id"])
    records = (await (await visitor.client.get(visitor.path)).json())["data"]["records"]
    assert records[-1]["record"]["surface"] == "rights"
    assert records[-1]["record"]["gpc_header"] is True


async def test_where_the_server_cannot_reach_the_cookie_that_is_told(tmp_path: Path) -> None:
    async with (
        published(tmp_path) as (store, version),
        client_of(store, public_url="https://cdn.example.net") as client,
    ):
        one = Visitor(client, store, consent_id())
        await client.post("/v1/consent", json=body(version, consent_id=one.id))
        answer = await one.ask("object")
        assert (await answer.json())["data"]["browser_copy"] == "stays"
        assert "Set-Cookie" not in answer.headers
        assert "this server cannot reach it" in await one.page("&told=object")


async def test_a_request_is_answered_with_its_legal_deadline_and_listed(visitor: Visitor) -> None:
    answer = await visitor.ask("correct", message="It is de.", contact="me@thyme.example")
    made = (await answer.json())["data"]["request"]
    assert made["due"][8:10] in {made["received"][8:10], "28", "29", "30"}
    assert made["due"] > made["received"]
    assert await visitor.requests() == [made]
    assert (made["contact"], made["extended"], made["closed"]) == ("me@thyme.example", False, "")


@pytest.mark.parametrize(
    ("wish", "status", "field"),
    [
        ({"kind": "forget"}, 400, "kind"),
        ({"kind": "object", "more": 1}, 400, ""),
        ({"kind": "object", "message": "x" * 2_001}, 400, "message"),
        ({"kind": "object", "message": 7}, 400, "message"),
        ({"kind": "correct"}, 400, "message"),
        ({"kind": "object", "site": "thyme"}, 404, ""),
        ({"kind": "lift"}, 409, "kind"),
        ([], 400, ""),
    ],
)
async def test_a_wish_that_cannot_be_taken_is_refused_and_nothing_is_stored(
    visitor: Visitor, wish: Any, status: int, field: str
) -> None:
    answer = await visitor.client.post(f"{visitor.path}/requests", json=wish)
    problem = await answer.json()
    assert (answer.status, problem.get("field", "")) == (status, field)
    assert answer.content_type == "application/problem+json"
    assert await visitor.requests() == []
    assert len(await visitor.store.history(visitor.id)) == 1


async def test_bodies_are_bounded_and_typed(visitor: Visitor) -> None:
    path = f"{visitor.path}/requests"
    for content, kind, status in (
        (b"{" + b" " * 20_000, "application/json", 413),
        (b"kind=object&message=" + b"x" * 60_000, "application/x-www-form-urlencoded", 413),
        (b"<wish/>", "text/xml", 415),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
    ):
        answer = await visitor.client.post(path, data=content, headers={"Content-Type": kind})
        assert answer.status == status, (content[:20], kind)
    assert await visitor.requests() == []


@pytest.mark.parametrize("wrong", ["AAAAAAAAAAAAAAAAAAAAAA", "short", "%00", "A" * 500])
async def test_without_an_id_that_somebody_has_there_is_nothing(visitor: Visitor, wrong: str) -> None:
    path = f"/v1/consent/{wrong}/requests"
    assert (await visitor.client.get(path)).status == 404
    assert (await visitor.client.post(path, json={"kind": "restrict"})).status == 404
    assert (await visitor.client.post(path, data={"kind": "restrict"})).status == 404
    assert await holds.active(visitor.store) == []


async def test_pages_of_others_may_neither_send_nor_read(visitor: Visitor) -> None:
    foreign = {"Origin": "https://evil.example"}
    assert (await visitor.ask("withdraw", headers=foreign)).status == 403
    answer = await visitor.form("withdraw", headers=foreign | {"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403
    assert len(await visitor.store.history(visitor.id)) == 1
    await visitor.ask("object")
    answer = await visitor.client.get(f"{visitor.path}/requests", headers=foreign)
    assert "Access-Control-Allow-Origin" not in answer.headers
    asked = {"Access-Control-Request-Method": "POST"}
    answer = await visitor.client.options(f"{visitor.path}/requests", headers={"Origin": ORIGIN} | asked)
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


async def test_asking_counts_against_the_limit_of_histories(tmp_path: Path) -> None:
    server = Server(trusted_proxies=("127.0.0.1",), limit_history=3)
    given = Settings(path="sites.toml", server=server, sites=settings().sites)
    path, client_is = f"/v1/consent/{consent_id()}/requests", {"X-Forwarded-For": "198.51.100.7"}
    async with (
        published(tmp_path) as (store, _),
        TestClient(TestServer(make_app(given, store, public_url=PUBLIC_URL))) as client,
    ):
        sent = [await client.post(path, json={"kind": "object"}, headers=client_is) for _ in range(4)]
        assert [answer.status for answer in sent] == [404, 404, 404, 429]
        assert (await client.get(path, headers=client_is)).status == 429


async def test_the_page_has_a_form_for_each_right_and_no_script(visitor: Visitor) -> None:
    answer = await visitor.client.get(f"{visitor.path}?format=html")
    text = await answer.text()
    policy = answer.headers["Content-Security-Policy"]
    assert "form-action 'self'" in policy
    assert "default-src 'none'" in policy
    assert "<script" not in text
    for kind in ("withdraw", "object", "correct", "access", "restrict", "erase"):
        assert f'name="kind" value="{kind}"' in text
    assert f'action="{visitor.id}/requests"' in text
    copy = await (await visitor.client.get(f"{visitor.path}?format=pdf")).read()
    assert copy.startswith(b"%PDF-")


async def test_a_form_does_what_the_api_does_and_leads_back_to_the_page(visitor: Visitor) -> None:
    answer = await visitor.form("withdraw")
    assert (answer.status, answer.headers["Location"]) == (303, f"../{visitor.id}?format=html&told=withdraw")
    assert "consentry=" in answer.headers["Set-Cookie"]
    text = await visitor.page("&told=withdraw")
    assert "was replaced, too" in text
    assert "Withdrawal: done" in text
    await visitor.form("restrict")
    text = await visitor.page("&told=restrict")
    assert 'value="lift"' in text
    assert 'value="restrict"' not in text
    await visitor.form("lift")
    assert 'value="restrict"' in await visitor.page()


async def test_what_is_wrong_in_a_form_is_told_on_the_page(visitor: Visitor) -> None:
    wrong: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("correct", {}, "what is wrong"),
        ("erase", {}, "tick the box"),
        ("forget", {}, "Invalid enum"),
        ("correct", {"message": "x" * 2_001}, "length"),
    )
    for kind, fields, told in wrong:
        answer = await visitor.form(kind, **fields)
        text = await answer.text()
        assert (answer.status, answer.content_type) == (400, "text/html")
        assert told in text.partition('role="alert">')[2].partition("</p>")[0], kind
    assert await visitor.requests() == []


async def test_hostile_texts_are_shown_as_text_and_stored_without_what_cannot_be_seen(
    visitor: Visitor,
) -> None:
    await visitor.form("correct", message=HOSTILE, contact="<b>\u202e@x")
    [made] = await visitor.requests()
    assert made["message"] == "<img src=x onerror=alert(1)>gnp {{7*7}} \U0001f33f\nnext"
    text = await visitor.page()
    assert "<img" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;gnp {{7*7}}" in text
    assert "\u202e" not in text
    assert "<b>" not in text


async def test_a_message_of_full_length_in_any_script_arrives_by_a_form(visitor: Visitor) -> None:
    assert (await visitor.form("correct", message="\u82b1" * 2_000)).status == 303
    assert len((await visitor.requests())[0]["message"]) == 2_000


async def test_an_erasure_by_the_form_leaves_a_page_that_proves_it(visitor: Visitor) -> None:
    await visitor.form("correct", message="A secret wish.")
    answer = await visitor.form("erase", sure="yes")
    assert answer.status == 303
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    text = await visitor.page("&told=erase")
    assert "Your records are erased" in text
    assert "Erasure: done" in text
    assert "Correction: ended by the erasure" in text
    assert "A secret wish." not in text
    assert [(one["kind"], one["state"]) for one in await visitor.requests()] == [
        ("correct", "erased"),
        ("erase", "done"),
    ]
    assert (await visitor.client.get(visitor.path)).status == 404
    assert (await visitor.ask("object")).status == 404


async def test_delete_erases_the_same_and_a_restriction_of_ones_own_is_no_hindrance(visitor: Visitor) -> None:
    await visitor.ask("restrict")
    answer = await visitor.client.delete(visitor.path)
    assert (await answer.json())["data"] == {"consent_id": visitor.id, "erased": 1}
    assert [(one["kind"], one["state"]) for one in await visitor.requests()] == [
        ("restrict", "erased"),
        ("erase", "done"),
    ]


async def test_who_has_records_at_two_sites_asks_at_the_one_they_name(tmp_path: Path) -> None:
    from consent.publication import publish
    from tests.consent.factories import inventory

    thyme = site(id="thyme", url="https://thyme.example/", name="Thyme")
    async with published(tmp_path) as (store, version), client_of(store, site(), thyme) as client:
        made, _ = await publish(
            store, thyme, inventory(site="thyme", items=(), services=(), rules=()), public_url=PUBLIC_URL
        )
        one = Visitor(client, store, consent_id())
        at_thyme = {"site": "thyme", "page": "https://thyme.example/"}
        for sent in (
            body(version, consent_id=one.id),
            body(made.notice_version, consent_id=one.id, **at_thyme),
        ):
            assert (await client.post("/v1/consent", json=sent)).status == 201
        data = (await (await one.ask("withdraw", site="larkspur")).json())["data"]
        assert data["request"]["site"] == "larkspur"
        records = (await (await client.get(one.path)).json())["data"]["records"]
        granted = {entry["record"]["site"]: entry["record"]["categories"]["advertising"] for entry in records}
        assert granted == {"larkspur": "denied", "thyme": "granted"}
        assert '<select id="withdraw-site" name="site">' in await one.page()
