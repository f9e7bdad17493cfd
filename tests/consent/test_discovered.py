from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from consent.discovered import MAX_NAMES, discovered, parse_self_check, take
from consent.model.categories import Category, Party
from consent.model.errors import RecordError
from consent.model.inventory import BlockingRule, InventoryItem
from consent.store import Store, open_store
from tests.consent.factories import inventory, site

KNOWN = inventory(
    items=(
        InventoryItem(
            kind="cookie",
            name="_ga_*",
            host="larkspur.example",
            party=Party.FIRST,
            category=Category.PERFORMANCE,
        ),
    ),
    rules=(
        BlockingRule(host="google-analytics.com", category=Category.PERFORMANCE),
        BlockingRule(host="maps.example", path="/embed", category=Category.FUNCTIONALITY),
        BlockingRule(host="exact.example", exact_host=True, category=Category.ADVERTISING),
    ),
)


def body(*names: tuple[str, str], **more: Any) -> bytes:
    return json.dumps(
        {"site": "larkspur", "seen": [{"kind": kind, "name": name} for kind, name in names]} | more
    ).encode()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{tmp_path}/log.db")
    yield store
    await store.close()


async def test_what_the_inventory_or_the_site_itself_has_is_not_news(store: Store) -> None:
    names = (
        ("resource", "www.google-analytics.com/g/collect"),
        ("resource", "cdn.larkspur.example/app.js"),
        ("resource", "maps.example/embed/1"),
        ("resource", "maps.example/tiles"),
        ("resource", "exact.example/"),
        ("resource", "deep.exact.example:8443/x"),
        ("cookie", "_ga_ABC"),
        ("cookie", "_gid"),
        ("local_storage", "_ga_ABC"),
    )
    await take(store, site(), KNOWN, parse_self_check(body(*names)))
    found = await discovered(store, site(), KNOWN, days=1)
    assert {(one.kind, one.name) for one in found} == {
        ("resource", "maps.example/tiles"),
        ("resource", "deep.exact.example:8443/x"),
        ("cookie", "_gid"),
        ("local_storage", "_ga_ABC"),
    }
    assert {one.reports for one in found} == {1}
    assert all(one.first_day == one.last_day for one in found)


async def test_what_a_later_scan_found_is_no_longer_listed(store: Store) -> None:
    await take(store, site(), KNOWN, parse_self_check(body(("cookie", "_gid"), ("cookie", "session_12345"))))
    item = msgspec.structs.replace(KNOWN.items[0], name="_gid")
    more = msgspec.structs.replace(KNOWN, items=(item, msgspec.structs.replace(item, name="session_98765")))
    assert await discovered(store, site(), more, days=30) == []
    assert len(await discovered(store, site(), None, days=30)) == 2


async def test_identifiers_are_taken_out_whatever_a_page_sends(store: Store) -> None:
    names = (("resource", "t.example/u/550e8400-e29b-41d4-a716-446655440000/p.gif"), ("cookie", "id_1234567"))
    await take(store, site(), KNOWN, parse_self_check(body(*names)))
    assert {one.name for one in await discovered(store, site(), KNOWN, days=1)} == {
        "t.example/u/*/p.gif",
        "id_*",
    }


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"[]",
        body(),
        body(("cookie", "")),
        body(("cookie", "a b")),
        body(("cookie", "caf\u00e9")),
        body(("cookie", "x" * 201)),
        body(("resource", "t.example/p?visitor=1")),
        body(("resource", "t.example/p#part")),
        body(("resource", "https://t.example/p")),
        body(("resource", "T.example/p")),
        body(("database", "x")),
        body(*[("cookie", f"c{n}") for n in range(MAX_NAMES + 1)]),
        body(("cookie", "a"), consent_id="AAAAAAAAAAAAAAAAAAAAAA"),
        body(("cookie", "a"), site="../x"),
    ],
)
def test_anything_but_names_is_refused(sent: bytes) -> None:
    with pytest.raises(RecordError):
        parse_self_check(sent)
