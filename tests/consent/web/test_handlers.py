"""The public routes over real HTTP."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import brotli
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from multidict import CIMultiDictProxy

from consent import holds
from consent.model.records import MAX_BODY_BYTES
from consent.store.sqlite import SqliteStore
from consent.verification import verify
from tests.consent.factories import (
    CHROME,
    ORIGIN,
    PUBLIC_URL,
    body,
    client_of,
    consent_id,
    published,
    site,
)

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[tuple[Client, SqliteStore, str]]:
    async with published(tmp_path) as (store, version), client_of(store) as client:
        yield client, store, version


@pytest.fixture
def client(opened: tuple[Client, SqliteStore, str]) -> Client:
    return opened[0]


@pytest.fixture
def store(opened: tuple[Client, SqliteStore, str]) -> SqliteStore:
    return opened[1]


@pytest.fixture
def version(opened: tuple[Client, SqliteStore, str]) -> str:
    return opened[2]


async def stored(store: SqliteStore) -> int:
    return (await verify(store)).records


# --- POST /v1/consent


async def test_an_event_is_answered_with_its_durable_record(
    client: Client, store: SqliteStore, version: str
) -> None:
    sent = body(version)
    answer = await client.post("/v1/consent", json=sent, headers={"User-Agent": CHROME, "Sec-GPC": "1"})
    assert answer.status == 201
    data = (await answer.json())["data"]
    assert data["receipt_id"] == data["record"]["record_id"]
    assert answer.headers["Location"] == f"/v1/consent/{sent['consent_id']}"
    assert data["record"]["user_agent"] == "Chrome 131; Windows; desktop"
    assert data["record"]["gpc_header"] is True
    [entry] = await store.history(sent["consent_id"])
    assert json.loads(entry.payload or b"") == data["record"]


@pytest.mark.parametrize("value", ["0", "true", "11", ""])
async def test_only_a_gpc_header_of_exactly_one_is_a_signal(client: Client, version: str, value: str) -> None:
    answer = await client.post("/v1/consent", json=body(version), headers={"Sec-GPC": value})
    assert (await answer.json())["data"]["record"]["gpc_header"] is False


async def test_a_beacon_sends_the_same_as_plain_text(client: Client, version: str) -> None:
    answer = await client.post(
        "/v1/consent",
        data=json.dumps(body(version)),
        headers={"Content-Type": "text/plain;charset=UTF-8", "Origin": ORIGIN},
    )
    assert answer.status == 201


async def test_no_address_is_stored(client: Client, store: SqliteStore, version: str, tmp_path: Path) -> None:
    await client.post("/v1/consent", json=body(version), headers={"X-Forwarded-For": "203.0.113.77"})
    [writer] = await store.writers()
    [entry] = await store.entries(writer, after=0, limit=9)
    for address in (b"127.0.0.1", b"203.0.113.77"):
        assert address not in (entry.payload or b"")


async def test_the_same_event_again_gives_the_same_record(
    client: Client, store: SqliteStore, version: str
) -> None:
    sent = body(version)
    answers = [await client.post("/v1/consent", json=sent) for _ in range(3)]
    assert {answer.status for answer in answers} == {201}
    assert len({await answer.text() for answer in answers}) == 1
    assert await stored(store) == 1


async def test_an_event_id_that_was_used_for_another_decision_is_a_conflict(
    client: Client, store: SqliteStore, version: str
) -> None:
    sent = body(version)
    await client.post("/v1/consent", json=sent)
    answer = await client.post("/v1/consent", json=sent | {"action": "save"})
    assert answer.status == 409
    assert (await answer.json())["field"] == "event_id"
    assert await stored(store) == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"site": "thyme"}, (404, "")),
        ({"site": ""}, (400, "site")),
        ({"site": 7}, (400, "site")),
        ({"consent_id": "short"}, (400, "consent_id")),
        ({"event": "forgotten"}, (400, "event")),
        ({"categories": {"necessary": "granted"}}, (400, "categories")),
        ({"categories": {"necessary": "denied", "performance": "denied", "functionality": "denied", "advertising": "denied"}}, (400, "categories.necessary")),
        ({"categories": {"necessary": "granted", "performance": "maybe", "functionality": "denied", "advertising": "denied"}}, (400, "categories[...]")),
        ({"notice_version": "0" * 64}, (400, "notice_version")),
        ({"notice_version": "x"}, (400, "notice_version")),
        ({"page": "javascript:alert(1)"}, (400, "page")),
        ({"page": "https://evil.example/"}, (400, "page")),
        ({"client_time": "yesterday"}, (400, "client_time")),
        ({"language": "no language at all"}, (400, "language")),
        ({"unknown_field": 1}, (400, "unknown_field")),
        ({"not_removed": ["x"] * 51}, (400, "not_removed")),
    ],
)  # fmt: skip
async def test_a_wrong_event_is_refused_with_the_field_that_is_wrong(
    client: Client, store: SqliteStore, version: str, change: dict[str, Any], expected: tuple[int, str]
) -> None:
    answer = await client.post("/v1/consent", json=body(version) | change)
    problem = await answer.json()
    assert answer.status == problem["status"]
    assert (answer.status, problem.get("field", "")) == expected
    assert answer.content_type == "application/problem+json"
    assert problem["detail"]
    assert await stored(store) == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"{}",
        b'{"site":"larkspur"',
        b"[" * 10_000,
        b"\x00" * 100,
    ],
)
async def test_a_malformed_body_is_refused(client: Client, store: SqliteStore, content: bytes) -> None:
    answer = await client.post("/v1/consent", data=content, headers={"Content-Type": "application/json"})
    assert answer.status == 400
    assert (await answer.json())["detail"]
    assert await stored(store) == 0


async def test_a_body_over_16_kilobytes_is_refused_and_one_of_16_is_read(
    client: Client, version: str
) -> None:
    full = json.dumps(body(version)).encode()
    padded = full + b" " * (MAX_BODY_BYTES - len(full))
    headers = {"Content-Type": "application/json"}
    assert (await client.post("/v1/consent", data=padded, headers=headers)).status == 201
    answer = await client.post("/v1/consent", data=padded + b" ", headers=headers)
    assert (answer.status, answer.content_type) == (413, "application/problem+json")
    assert "16384" in (await answer.json())["detail"]


async def test_a_chunked_body_has_the_same_limit(client: Client) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 1024

    answer = await client.post("/v1/consent", data=endless(), headers={"Content-Type": "application/json"})
    assert answer.status == 413


async def test_a_body_that_never_comes_is_given_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.setattr("consent.web.base.BODY_TIMEOUT_S", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(
        b"POST /v1/consent HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
    )
    assert b" 408 " in await reader.readline()
    writer.close()


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html"]
)
async def test_another_media_type_is_refused(client: Client, version: str, kind: str) -> None:
    answer = await client.post(
        "/v1/consent", data=json.dumps(body(version)).encode(), headers={"Content-Type": kind}
    )
    assert answer.status == 415


# --- who may call


@pytest.mark.parametrize("origin", [ORIGIN, "https://larkspur.example", "https://shop.larkspur.example:8443"])
async def test_a_page_of_the_site_may_read_the_answer(client: Client, version: str, origin: str) -> None:
    answer = await client.post("/v1/consent", json=body(version), headers={"Origin": origin})
    assert answer.status == 201
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "https://evil.example",
        "http://www.larkspur.example",
        "https://larkspur.example.evil.example",
        "x",
    ],
)
async def test_a_page_of_somebody_else_is_refused(
    client: Client, store: SqliteStore, version: str, origin: str
) -> None:
    answer = await client.post("/v1/consent", json=body(version), headers={"Origin": origin})
    assert answer.status == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert await stored(store) == 0


async def test_one_sites_page_may_not_speak_for_another_site(tmp_path: Path) -> None:
    thyme = site(id="thyme", url="https://www.thyme.example/")
    async with published(tmp_path) as (store, version), client_of(store, site(), thyme) as client:
        headers = {"Origin": "https://www.thyme.example"}
        answer = await client.post("/v1/consent", json=body(version), headers=headers)
        assert answer.status == 403
        # It is a page of ours, so it may read why.
        assert answer.headers["Access-Control-Allow-Origin"] == "https://www.thyme.example"
        unknown = await client.post("/v1/consent", json=body(version, site="sage"), headers=headers)
        assert unknown.status == 404


@pytest.mark.parametrize("path", ["/v1/consent", "/v1/consent/AAAAAAAAAAAAAAAAAAAAAA"])
async def test_a_preflight_is_answered_for_the_pages_of_the_sites_alone(client: Client, path: str) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    allowed = await client.options(path, headers={"Origin": ORIGIN} | asked)
    assert allowed.status == 204
    assert allowed.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "POST" in allowed.headers["Access-Control-Allow-Methods"]
    assert allowed.headers["Access-Control-Allow-Headers"] == "Content-Type"
    refused = await client.options(path, headers={"Origin": "https://evil.example"} | asked)
    assert "Access-Control-Allow-Origin" not in refused.headers


# --- the cookie


async def test_the_answer_sets_the_first_party_cookie(client: Client, version: str) -> None:
    sent = body(version)
    answer = await client.post("/v1/consent", json=sent, headers={"Origin": ORIGIN})
    header = answer.headers["Set-Cookie"]
    record = (await answer.json())["data"]["record"]
    value = json.loads(unquote(header.partition(";")[0].partition("=")[2]))
    assert value == {
        "v": 1,
        "id": sent["consent_id"],
        "n": version[:16],
        "t": value["t"],
        "c": "npfa",
        "r": record["record_id"],
    }
    assert header.endswith("; Domain=larkspur.example; Path=/; Max-Age=15552000; Secure; SameSite=Lax")


async def test_a_server_that_is_not_same_site_sets_no_cookie(tmp_path: Path) -> None:
    async with (
        published(tmp_path) as (store, version),
        client_of(store, public_url="https://cdn.example.net") as client,
    ):
        answer = await client.post("/v1/consent", json=body(version), headers={"Origin": ORIGIN})
        assert answer.status == 201
        assert "Set-Cookie" not in answer.headers


# --- history, receipt, erasure


async def test_a_visitor_reads_their_history_as_json(client: Client, version: str) -> None:
    visitor = consent_id()
    for _ in range(2):
        await client.post("/v1/consent", json=body(version, consent_id=visitor))
    answer = await client.get(f"/v1/consent/{visitor}", headers={"Origin": ORIGIN})
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Cache-Control"] == "no-store"
    data = (await answer.json())["data"]
    assert len(data["records"]) == 2
    assert data["controllers"]["larkspur"]["name"] == "Larkspur & Co Ltd"
    assert data["records"][0]["proof"]["position"] == 1


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("", "text/html,application/xhtml+xml", "text/html"),
        ("?format=html", "*/*", "text/html"),
        ("?format=json", "text/html", "application/json"),
        ("", "*/*", "application/json"),
    ],
)
async def test_a_receipt_is_a_page_where_a_page_is_asked_for(
    client: Client, version: str, query: str, accept: str, kind: str
) -> None:
    sent = body(version)
    await client.post("/v1/consent", json=sent)
    answer = await client.get(f"/v1/consent/{sent['consent_id']}{query}", headers={"Accept": accept})
    assert (answer.status, answer.content_type) == (200, kind)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Vary"] == "Accept"
    if kind == "text/html":
        assert "style-src 'sha256-" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("kind", "media", "begins"),
    [
        ("pdf", "application/pdf", b"%PDF-"),
        ("csv", "text/csv", b"record_id,"),
        ("iso27560", "application/json", b'{"data": ['),
        ("kantara", "application/json", b'{"data": ['),
    ],
)
async def test_a_visitor_takes_their_history_along(
    client: Client, version: str, kind: str, media: str, begins: bytes
) -> None:
    visitor = consent_id()
    await client.post("/v1/consent", json=body(version, consent_id=visitor))
    answer = await client.get(f"/v1/consent/{visitor}?format={kind}")
    assert (answer.status, answer.content_type) == (200, media)
    assert visitor not in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert (await answer.read()).startswith(begins)


async def test_a_format_that_cannot_be_made_is_refused_and_an_unknown_one_is_wrong(
    client: Client, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = consent_id()
    page = f"{ORIGIN}/\u82b1"
    await client.post("/v1/consent", json=body(version, consent_id=visitor, page=page))
    monkeypatch.setattr("consent.pdf_receipt._candidates", list)
    assert (await client.get(f"/v1/consent/{visitor}?format=pdf")).status == 406
    assert (await client.get(f"/v1/consent/{visitor}?format=doc")).status == 400


async def test_what_a_legal_hold_keeps_a_visitor_cannot_erase(
    client: Client, store: SqliteStore, version: str
) -> None:
    visitor = consent_id()
    await client.post("/v1/consent", json=body(version, consent_id=visitor))
    await holds.place(store, actor="t", reason="case 7", site="larkspur", consent_id=visitor)
    answer = await client.delete(f"/v1/consent/{visitor}")
    assert (answer.status, "legal hold" in (await answer.json())["detail"]) == (409, True)
    assert (await client.get(f"/v1/consent/{visitor}")).status == 200


async def test_a_visitor_erases_their_history(client: Client, store: SqliteStore, version: str) -> None:
    visitor = consent_id()
    for _ in range(2):
        await client.post("/v1/consent", json=body(version, consent_id=visitor))
    await client.post("/v1/consent", json=body(version))
    answer = await client.delete(f"/v1/consent/{visitor}", headers={"Origin": ORIGIN})
    assert (await answer.json())["data"] == {"consent_id": visitor, "erased": 2}
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert (await client.get(f"/v1/consent/{visitor}")).status == 404
    assert (await client.delete(f"/v1/consent/{visitor}")).status == 404
    result = await verify(store)
    assert (result.intact, result.records, result.erased) == (True, 1, 2)


@pytest.mark.parametrize("wrong", ["AAAAAAAAAAAAAAAAAAAAAA", "short", "%00", "A" * 500])
async def test_a_consent_id_that_nobody_has_is_not_found(client: Client, wrong: str) -> None:
    for answer in (await client.get(f"/v1/consent/{wrong}"), await client.delete(f"/v1/consent/{wrong}")):
        assert answer.status == 404
        assert (await answer.json())["title"] == "Not found"


# --- the widget


async def test_the_widget_is_served_from_memory_with_its_configuration(client: Client, version: str) -> None:
    answer = await client.get("/w/larkspur.js")
    assert (answer.status, answer.content_type) == (200, "text/javascript")
    assert "max-age=300" in answer.headers["Cache-Control"]
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    text = await answer.text()
    assert version in text
    assert PUBLIC_URL in text


async def raw(client: Client, path: str, **headers: str) -> tuple[int, CIMultiDictProxy[str], bytes]:
    """A request whose answer is not unpacked."""
    from aiohttp import ClientSession

    async with (
        ClientSession(auto_decompress=False) as session,
        session.get(client.make_url(path), headers=headers) as answer,
    ):
        return answer.status, answer.headers, await answer.read()


async def test_each_encoding_has_its_own_strong_etag_and_the_same_content(client: Client) -> None:
    _, plain_headers, plain = await raw(client, "/w/larkspur.js", **{"Accept-Encoding": "identity"})
    etags = {plain_headers["ETag"]}
    for encoding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        status, headers, content = await raw(client, "/w/larkspur.js", **{"Accept-Encoding": encoding})
        assert (status, headers["Content-Encoding"]) == (200, encoding)
        assert unpack(content) == plain
        assert len(content) < len(plain) / 2
        etags.add(headers["ETag"])
    assert "Content-Encoding" not in plain_headers
    assert len(etags) == 3
    assert not any(etag.startswith("W/") for etag in etags)


async def test_brotli_is_preferred_and_a_refused_encoding_is_not_sent(client: Client) -> None:
    for accepted, expected in (
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0, br;q=0.0", None),
        ("deflate", None),
        ("", None),
        ("GZIP", "gzip"),
    ):
        _, headers, _ = await raw(client, "/w/larkspur.js", **{"Accept-Encoding": accepted})
        assert headers.get("Content-Encoding") == expected, accepted


async def test_a_browser_that_has_it_already_gets_304_without_a_body(client: Client) -> None:
    _, headers, _ = await raw(client, "/w/larkspur.js", **{"Accept-Encoding": "br"})
    for sent in (headers["ETag"], f'"other", W/{headers["ETag"]}', "*"):
        status, again, content = await raw(
            client, "/w/larkspur.js", **{"Accept-Encoding": "br", "If-None-Match": sent}
        )
        assert (status, content) == (304, b"")
        assert again["ETag"] == headers["ETag"]
        assert "max-age=300" in again["Cache-Control"]
    status, _, _ = await raw(client, "/w/larkspur.js", **{"If-None-Match": '"other"'})
    assert status == 200


async def test_the_twin_by_hash_never_changes(client: Client) -> None:
    import hashlib

    _, _, plain = await raw(client, "/w/larkspur.js", **{"Accept-Encoding": "identity"})
    digest = hashlib.sha256(plain).hexdigest()[:16]
    status, headers, content = await raw(
        client, f"/w/larkspur.{digest}.js", **{"Accept-Encoding": "identity"}
    )
    assert (status, content) == (200, plain)
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (await client.get(f"/w/larkspur.{'0' * 16}.js")).status == 404


async def test_a_site_without_a_publication_has_no_widget_and_says_why(tmp_path: Path) -> None:
    thyme = site(id="thyme", url="https://www.thyme.example/")
    async with published(tmp_path) as (store, _), client_of(store, site(), thyme) as client:
        for path in ("/w/thyme.js", "/v1/sites/thyme/declaration.json", "/w/unknown.js"):
            answer = await client.get(path)
            assert answer.status == 404
            assert "consentry widget publish" in (await answer.json())["hint"]


# --- the declaration


async def test_the_declaration_is_data_and_a_page(client: Client, version: str) -> None:
    data = (await (await client.get("/v1/sites/larkspur/declaration.json")).json())["data"]
    assert data["notice_version"] == version
    assert data["categories"][0]["category"] == "necessary"
    assert data["categories"][3]["items"][0]["name"] == "IDE"
    page = await client.get("/v1/sites/larkspur/declaration.html")
    assert page.content_type == "text/html"
    text = await page.text()
    assert "IDE" in text
    assert "13 months" in text
    assert "Yes: Google" in text


@pytest.mark.parametrize("content", [b"{", b"[]", b"{}", b"\xff", b"x" * (MAX_BODY_BYTES + 1)])
async def test_a_foreign_page_is_refused_before_anything_of_its_body_is_looked_at(
    client: Client, content: bytes
) -> None:
    answer = await client.post("/v1/consent", data=content, headers={"Origin": "https://evil.example"})
    assert answer.status == 403
    assert (await answer.json())["title"] == "Foreign origin"
    assert "Access-Control-Allow-Origin" not in answer.headers
