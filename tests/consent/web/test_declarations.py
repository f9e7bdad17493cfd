from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from consent.publication import publish
from consent.web import declarations
from consent.web.base import LOG, PUBLISHED
from consent.web.declarations import DECLARATIONS
from tests.consent.factories import PUBLIC_URL, client_of, inventory, published, site

Client = TestClient[Any, Any]
BASE = "/v1/sites/larkspur"
FILES = [f"declaration.{kind}" for kind in ("html", "json", "js", "md")] + [
    "cookie-policy.html",
    "cookie-policy.md",
]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with published(tmp_path) as (store, _), client_of(store, site(languages=("en", "de"))) as client:
        yield client


@pytest.mark.parametrize("name", FILES)
async def test_each_file_is_compressed_has_a_strong_etag_and_is_not_sent_again(
    client: Client, name: str
) -> None:
    answer = await client.get(f"{BASE}/{name}", headers={"Accept-Encoding": "br"})
    assert answer.status == 200
    assert answer.headers["Content-Encoding"] == "br"
    etag = answer.headers["ETag"]
    assert etag.startswith('"')
    assert answer.headers["Cache-Control"].startswith("public, max-age=300")
    assert answer.headers["Vary"] == "Accept-Encoding, Accept-Language"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    again = await client.get(
        f"{BASE}/{name}", headers={"Accept-Encoding": "br", "If-None-Match": f'"x", {etag}'}
    )
    assert (again.status, await again.read()) == (304, b"")
    assert again.headers["ETag"] == etag
    plain = await client.get(f"{BASE}/{name}", headers={"Accept-Encoding": "identity"})
    assert plain.headers["ETag"] != etag
    assert "Content-Encoding" not in plain.headers


async def test_the_language_is_asked_for_or_negotiated(client: Client) -> None:
    async def title(query: str = "", accepted: str = "") -> str:
        answer = await client.get(f"{BASE}/declaration.json{query}", headers={"Accept-Language": accepted})
        return str((await answer.json())["data"]["texts"]["title"])

    assert await title() == "Cookie declaration"
    assert await title(accepted="fr, de;q=0.5") == "Cookie-Erklärung"
    assert await title("?lang=fr", "de") == "Déclaration relative aux cookies"
    assert await title("?lang=ar") == "بيان ملفات تعريف الارتباط"


@pytest.mark.parametrize("language", ["ar", "de", "ja"])
async def test_pages_say_their_language_and_direction(client: Client, language: str) -> None:
    for name in ("declaration", "cookie-policy"):
        answer = await client.get(f"{BASE}/{name}.html?lang={language}")
        assert answer.headers["X-Robots-Tag"] == "noindex"
        text = await answer.text()
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in text
        assert "IDE" in text


async def test_a_page_may_load_the_widget_and_nothing_else_and_only_where_the_cookie_is(
    tmp_path: Path,
) -> None:
    async with published(tmp_path) as (store, _):
        async with client_of(store) as client:
            answer = await client.get(f"{BASE}/declaration.html")
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'")
            assert f"script-src {PUBLIC_URL}; connect-src {PUBLIC_URL}" in policy
            assert f'<script src="{PUBLIC_URL}/w/larkspur.js"></script>' in await answer.text()
        async with client_of(store, public_url="https://consent.example") as client:
            answer = await client.get(f"{BASE}/declaration.html")
            assert "script-src" not in answer.headers["Content-Security-Policy"]
            assert "<script" not in await answer.text()


async def test_what_changed_is_told_after_the_next_publication(client: Client) -> None:
    store = client.app[LOG].store  # type: ignore[index]  # the test server's own application
    first = (await (await client.get(f"{BASE}/declaration.json")).json())["data"]
    assert (first["changes"], bool(first["published"])) == ([], True)
    new = inventory(scan_id="scan-2", items=inventory().items[:1])
    await publish(store, site(languages=("en", "de")), new, public_url=PUBLIC_URL)
    await client.app[PUBLISHED].refresh()  # type: ignore[index]  # the test server's own application
    second = (await (await client.get(f"{BASE}/declaration.json")).json())["data"]
    assert [thing["name"] for thing in second["changes"][0]["gone"]] == ["IDE"]
    assert second["published"] == first["published"]


async def test_files_are_made_once_and_only_so_many_are_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = client.app[DECLARATIONS]._made  # type: ignore[index]  # the test server's own application
    monkeypatch.setattr(declarations, "MOST_FILES", 3)
    for language in ("en", "de", "fr", "it", "en"):
        await client.get(f"{BASE}/declaration.md?lang={language}")
    assert [key.language for key in made] == ["fr", "it", "en"]
    kept = next(iter(made.values()))
    await client.get(f"{BASE}/declaration.md?lang=fr")
    assert made[next(reversed(made))] is kept


async def test_the_script_is_safe_inside_a_page_whatever_was_scanned(tmp_path: Path) -> None:
    item = inventory().items[0]
    hostile = inventory(
        items=(
            type(item)(
                **{name: getattr(item, name) for name in item.__struct_fields__}
                | {"name": "</script><b>\u2028"}
            ),
        )
    )
    async with published(tmp_path) as (store, _):
        await publish(store, site(), hostile, public_url=PUBLIC_URL)
        async with client_of(store) as client:
            text = await (await client.get(f"{BASE}/declaration.js")).text()
            assert "</script>" not in text
            assert "\u2028" not in text
            data = (await (await client.get(f"{BASE}/declaration.json")).json())["data"]
            names = [one["name"] for one in data["categories"][0]["items"]]
            assert names == ["consentry", "</script><b>\u2028"]
            assert json.dumps(data["site"]) in text


async def test_a_site_without_a_publication_has_no_declaration(client: Client) -> None:
    for path in ("/v1/sites/unknown/declaration.js", "/v1/sites/unknown/cookie-policy.html"):
        assert (await client.get(path)).status == 404
