"""Every route by the list itself: shapes, headers, and that the list is complete."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from yarl import URL

from consent import tokens, users
from consent.anchors import Anchors
from consent.announcements import announce
from consent.decisions import record
from consent.discovered import SeenName, SelfCheck
from consent.model.announcements import AnnouncedText, NewAnnouncement
from consent.model.categories import Category
from consent.model.inventory import Inventory, encode_inventory
from consent.model.records import ConsentEvent
from consent.model.rights import NewAnswer, NewRequest
from consent.model.scans import ScanChange, ScanRun
from consent.model.sites import Decision
from consent.store import Store
from consent.store.entries import TokenRow
from consent.times import DAY_MS, now_ms, rfc3339
from consent.web.admin_review import TakeBack
from consent.web.admin_scans import ScanWish
from consent.web.admin_users import NewPassword, NewUser, TokenWish
from consent.web.dashboard import page_routes
from consent.web.routes import ROUTES, Route
from tests.consent.factories import ORIGIN, PUBLIC_URL, body, client_of, inventory, published, site
from tests.consent.store.test_contract_rights import a_request

Client = TestClient[web.Request, web.Application]
VISITOR = "A" * 22
SCAN = "018f0000-0000-7000-8000-000000000001"
TOKEN = "feed" * 3
REQUEST = "018f0000-0000-7000-8000-000000000003"
RECORD = "RECORD"
"""Stands in an address for the id of the visitor's record, which only the server knows."""
WAITING = "018f0000-0000-7000-8000-000000000002"
NEEDED = {"get_item_history": {"kind": "cookie", "name": "_ga", "host": "larkspur.example"}}
"""What a query must have, by the name of the handler."""

ANNOUNCED = NewAnnouncement(
    texts={"en": AnnouncedText(text="From May on.")}, until=rfc3339(now_ms() + 30 * DAY_MS)[:10]
)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with published(tmp_path) as (store, version), client_of(store) as client:
        sent = body(version, consent_id=VISITOR)
        assert (await client.post("/v1/consent", json=sent)).status == 201
        await scanned(store)
        await record(store, "larkspur", [Decision(name="lk_old", category=Category.ADVERTISING)])
        await store.add_request(a_request(REQUEST, record_id=""), [], most=1)
        await users.add(store, name="eve", role=users.Role.REVIEWER)
        await announce(store, site(), ANNOUNCED, public_url=PUBLIC_URL)
        await store.add_token(TokenRow(TOKEN, "job", bytes(32), "read", "", 1, None, None))
        made = await tokens.create(store, name="test", scopes=[tokens.Scope.ADMIN])
        client.session.headers["Authorization"] = f"Bearer {made.secret}"
        yield client


async def scanned(store: Store) -> None:
    """A finished scan with all that is stored of one, and one that waits."""
    await store.queue_scan(ScanRun(scan_id=WAITING, site="larkspur"))
    run = ScanRun(scan_id=SCAN, site="larkspur", status="finished", started_ms=1, finished_ms=2)
    files = {
        "report.json": b"{}",
        "report.html": b"<!doctype html>",
        "inventory.json": encode_inventory(inventory()),
    }
    await store.record_scan(run, [], ScanChange(), files)


async def version_of(client: Client) -> str:
    declaration = await (await client.get("/v1/sites/larkspur/declaration.json")).json()
    version: str = declaration["data"]["notice_version"]
    return version


def address(route: Route, *, known: bool) -> str:
    values = {
        "site": "larkspur" if known else "unknown",
        "hash": "0" * 16,
        "consent_id": VISITOR if known else "B" * 22,
        "format": "json",
        "scan_id": (WAITING if route.method == "DELETE" else SCAN) if known else "0",
        "name": "eve" if known else "nobody",
        "token": TOKEN if known else "0" * 12,
        "record_id": RECORD if known else "0",
        "request_id": REQUEST if known else "0" * 36,
    }
    return re.sub(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}", lambda match: values[match[1]], route.path)


async def call(client: Client, route: Route, *, known: bool = True) -> ClientResponse:
    bodies = {
        ConsentEvent: body(await version_of(client)),
        Inventory: inventory(),
        Anchors: Anchors(exported="2026-11-24T10:00:00.000Z", chains=()),
        Decision: Decision(name="lk_basket", category=Category.FUNCTIONALITY),
        ScanWish: ScanWish(pages=3),
        TakeBack: TakeBack(name="lk_old"),
        NewRequest: NewRequest(kind="object"),
        NewAnswer: NewAnswer(action="answer", text="So."),
        NewUser: NewUser(name="fay"),
        NewPassword: NewPassword(password="four random tea leaves"),
        NewAnnouncement: ANNOUNCED,
        TokenWish: TokenWish(name="job", scopes=(tokens.Scope.READ,)),
        SelfCheck: SelfCheck(site="larkspur", seen=(SeenName(kind="cookie", name="new"),)),
    }
    content = msgspec.json.encode(bodies[route.takes]) if route.takes and known else None
    headers = {"Origin": ORIGIN} | ({"Content-Type": "application/json"} if route.takes else {})
    query, path = NEEDED.get(route.handler.__name__, {}), address(route, known=known)
    if RECORD in path:
        receipt = await (await client.get(f"/v1/consent/{VISITOR}")).json()
        path = path.replace(RECORD, receipt["data"]["receipt_id"])
    return await client.request(route.method, path, data=content, headers=headers, params=query)


def names(routes: tuple[Route, ...]) -> list[str]:
    return [f"{route.method} {route.path}" for route in routes]


JSON = tuple(route for route in ROUTES if route.answers is not None)
FAILING = tuple(route for route in ROUTES if 404 in route.problems or route.takes)


@pytest.mark.parametrize("route", JSON, ids=names(JSON))
async def test_success_is_one_object_with_data(client: Client, route: Route) -> None:
    answer = await call(client, route)
    assert (answer.status, answer.content_type) == (route.status, "application/json")
    assert set(await answer.json()) == {"data"}


@pytest.mark.parametrize("route", FAILING, ids=names(FAILING))
async def test_an_error_is_problem_details(client: Client, route: Route) -> None:
    answer = await call(client, route, known=False)
    assert 400 <= answer.status < 500
    assert answer.content_type == "application/problem+json"
    problem = await answer.json()
    assert problem["type"] == "about:blank"
    assert problem["status"] == answer.status
    assert problem["title"]
    assert set(problem) <= {"type", "title", "status", "detail", "field", "hint"}


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("route", ROUTES, ids=names(ROUTES))
async def test_every_answer_has_the_security_headers(client: Client, route: Route, *, known: bool) -> None:
    headers = (await call(client, route, known=known)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    for name in ("Server", "Content-Security-Policy", "Referrer-Policy"):
        assert len(headers.getall(name)) == 1
    assert headers["Server"] == "consentry"
    assert "Cache-Control" in headers or route.method == "OPTIONS"


@pytest.mark.parametrize(
    "path", ["/", "/administrator", "/v1", "/w/", "/w/larkspur.css", "/w/../etc/passwd", "/w/%2e%2e.js"]
)
async def test_an_unknown_address_is_a_problem_too(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status, answer.content_type) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/v1/consent"), ("POST", "/w/larkspur.js"), ("GET", "/v1/consent")]
)
async def test_a_method_that_does_not_fit_is_a_problem_that_names_those_that_do(
    client: Client, method: str, path: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status, answer.content_type) == (405, "application/problem+json")
    assert answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/w/larkspur.js", "/healthz", "/v1/sites/larkspur/declaration.html"])
async def test_head_gets_the_headers_of_get_and_no_body(client: Client, path: str) -> None:
    whole, head = await client.get(path), await client.head(path)
    assert head.status == 200
    assert await head.read() == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Content-Security-Policy"):
        assert head.headers.get(name) == whole.headers.get(name)


async def test_the_application_has_the_routes_of_the_list_and_no_other(client: Client) -> None:
    served = {
        (route.method, route.resource.canonical)
        for route in client.app.router.routes()  # type: ignore[union-attr]  # the test server's own application
        if route.resource is not None
        and route.method not in {"HEAD", "*"}  # "*" refuses what no other route takes
    }
    listed = {
        (route.method, re.sub(r"\{(\w+):(?:[^{}]|\{[^{}]*\})*\}", r"{\1}", route.path))
        for route in (*ROUTES, *page_routes())
    }
    assert served == listed


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "//evil.example/%2e%2e",
        "/w//evil.example",
        "/w/larkspur.js/",
        "/v1/consent/?next=https://evil.example",
        "/healthz?url=//evil.example&return=https://evil.example",
        "/healthz/",
        "/%2f%2fevil.example",
        "/\\evil.example",
    ],
)
async def test_no_address_leads_anywhere_else(client: Client, path: str) -> None:
    for method in ("GET", "POST", "HEAD"):
        url = URL(f"{str(client.make_url('/')).rstrip('/')}{path}", encoded=True)
        answer = await client.session.request(method, url, allow_redirects=False)
        assert answer.status not in range(300, 400)
        assert "evil" not in answer.headers.get("Location", "")
