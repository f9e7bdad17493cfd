from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uuid_utils
from aiohttp.test_utils import TestClient

from consent import tokens
from consent.audit import audit_log
from consent.model.categories import Category, ConsentState, Party
from consent.model.inventory import encode_inventory
from consent.model.scans import ScanChange, ScanChangeEntry, ScanItem, ScanRun
from consent.model.schedule import ScheduleSettings
from consent.store.sqlite import SqliteStore
from consent.tokens import Scope
from tests.consent.factories import client_of, inventory, published, site

Client = TestClient[Any, Any]
Opened = tuple[Client, SqliteStore]
SCHEDULE = ScheduleSettings(cron="0 3 * * 1", timezone="Europe/Dublin", window="01:00-05:00")


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Opened]:
    sites = site(schedule=SCHEDULE), site(id="thyme", url="https://thyme.example/", schedule=SCHEDULE)
    async with published(tmp_path) as (store, _), client_of(store, *sites) as client:
        await let_in(client, store, [Scope.READ, Scope.SCAN])
        yield client, store


async def let_in(client: Client, store: SqliteStore, scopes: list[Scope], *sites: str) -> None:
    made = await tokens.create(store, name="t", scopes=scopes, sites=list(sites))
    client.session.headers["Authorization"] = f"Bearer {made.secret}"


async def data(client: Client, path: str, **options: Any) -> Any:
    answer = await client.request(options.pop("method", "GET"), f"/v1/admin/{path}", **options)
    assert answer.status in {200, 201}, await answer.text()
    return (await answer.json())["data"]


def item(name: str, **fields: Any) -> ScanItem:
    given: dict[str, Any] = {
        "party": Party.FIRST,
        "category": Category.PERFORMANCE,
        "states": (ConsentState.BEFORE,),
    }
    return ScanItem(kind="cookie", name=name, host="larkspur.example", **(given | fields))


async def finished(store: SqliteStore, of: str = "larkspur", *items: ScanItem, **fields: Any) -> ScanRun:
    given = {"status": "finished", "started_ms": 1, "finished_ms": 2, "verdict": "clean", "items": len(items)}
    run = ScanRun(scan_id=str(uuid_utils.uuid7()), site=of, **(given | fields))
    change = ScanChange(previous="x", entries=(ScanChangeEntry(what="new", subject="item", name="_ga"),))
    files = {
        "report.json": b'{"schema":1}',
        "report.html": b"<!doctype html>",
        "inventory.json": encode_inventory(inventory()),
    }
    await store.record_scan(run, items, change, files)
    return run


async def test_a_scan_is_started_seen_and_cancelled_and_both_is_on_record(opened: Opened) -> None:
    client, store = opened
    wish = {"pages": 3, "states": ["before", "gpc"]}
    run = await data(client, "sites/larkspur/scans", method="POST", json=wish)
    assert (run["status"], run["trigger"], run["pages"], run["states"]) == (
        "queued",
        "api",
        3,
        ["before", "gpc"],
    )
    assert run["requested_by"].startswith("token:")
    again = await data(client, "sites/larkspur/scans", method="POST", json={})
    assert again["scan_id"] == run["scan_id"]
    assert [one["scan_id"] for one in await data(client, "scans/open")] == [run["scan_id"]]
    ended = await data(client, f"sites/larkspur/scans/{run['scan_id']}", method="DELETE")
    assert (ended["status"], ended["message"]) == ("failed", f"Cancelled by {run['requested_by']}.")
    answer = await client.delete(f"/v1/admin/sites/larkspur/scans/{run['scan_id']}")
    assert answer.status == 409
    actions = [one.action for one in await audit_log(store, before=None, limit=9, sites=frozenset())]
    assert actions.count("scan.start") == 2
    assert "scan.cancel" in actions


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"pages": 0}, "pages"),
        ({"states": ["reject"]}, "states"),
        ({"page": 1}, ""),
        ({"states": ["all"]}, "states"),
    ],
)
async def test_a_wish_that_cannot_be_done_names_the_field(
    opened: Opened, wish: dict[str, Any], field: str
) -> None:
    client, store = opened
    answer = await client.post("/v1/admin/sites/larkspur/scans", json=wish)
    assert answer.status == 400
    assert ((await answer.json()).get("field", "")).startswith(field)
    assert await store.open_scans() == []


async def test_a_sites_scans_are_listed_by_pages_and_each_can_be_read(opened: Opened) -> None:
    client, store = opened
    runs = [await finished(store, "larkspur", item("_ga")) for _ in range(3)]
    listed = await data(client, "sites/larkspur/scans?limit=2")
    assert [one["scan_id"] for one in listed] == [runs[2].scan_id, runs[1].scan_id]
    rest = await data(client, f"sites/larkspur/scans?before={runs[1].scan_id}")
    assert [one["scan_id"] for one in rest] == [runs[0].scan_id]
    assert [one["number"] for one in await data(client, "sites/larkspur/trend?limit=2")] == [2, 3]
    one = f"sites/larkspur/scans/{runs[2].scan_id}"
    assert (await data(client, one))["items"] == 1
    assert (await data(client, f"{one}/change"))["entries"][0]["name"] == "_ga"
    assert (await data(client, f"{one}/inventory"))["scan_id"] == "scan-1"
    [latest] = await data(client, "scans/latest")
    assert latest["scan_id"] == runs[2].scan_id


async def test_a_report_is_given_as_it_was_and_as_a_page_that_is_shut_in(opened: Opened) -> None:
    client, store = opened
    run = await finished(store)
    answer = await client.get(f"/v1/admin/sites/larkspur/scans/{run.scan_id}/report.json")
    assert (answer.content_type, await answer.read()) == ("application/json", b'{"schema":1}')
    answer = await client.get(f"/v1/admin/sites/larkspur/scans/{run.scan_id}/report.html")
    assert answer.content_type == "text/html"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "allow-same-origin" not in answer.headers["Content-Security-Policy"]


async def test_items_are_filtered_and_listed_by_pages(opened: Opened) -> None:
    client, store = opened
    items = [item(f"c{number}") for number in range(5)]
    items[3] = item("c3", category=Category.UNCLASSIFIED, reopened=True, vendor="Meta")
    run = await finished(store, "larkspur", *items)
    path = f"sites/larkspur/scans/{run.scan_id}/items"
    first = await data(client, f"{path}?limit=3")
    rest = await data(client, f"{path}?limit=3&after={first['next']}")
    assert [one["name"] for one in first["items"] + rest["items"]] == [f"c{number}" for number in range(5)]
    assert rest["next"] is None
    for query in (
        "category=unclassified",
        "reopened=true",
        "text=meta",
        "kind=cookie&category=unclassified&state=before",
    ):
        found = await data(client, f"{path}?{query}")
        assert [one["name"] for one in found["items"]] == ["c3"], query
    for query, field in (
        ("category=tracking", "category"),
        ("after=x!", "after"),
        ("limit=0", "limit"),
        ("reopened=1", "reopened"),
        ("text=%00", "text"),
        (f"text={'x' * 5_000}", "text"),
    ):
        answer = await client.get(f"/v1/admin/{path}?{query}")
        assert (answer.status, (await answer.json())["field"]) == (400, field)


async def test_an_item_is_followed_over_scans(opened: Opened) -> None:
    client, store = opened
    await finished(store, "larkspur", item("_ga"))
    await finished(store, "larkspur")
    asked = {"kind": "cookie", "name": "_ga", "host": "larkspur.example"}
    history = await data(client, "sites/larkspur/items/history", params=asked)
    assert [(one["number"], one["item"] is not None) for one in history] == [(2, False), (1, True)]
    answer = await client.get("/v1/admin/sites/larkspur/items/history", params=asked | {"host": ""})
    assert (answer.status, (await answer.json())["field"]) == (400, "host")


async def test_what_is_not_finished_has_nothing_to_show_yet(opened: Opened) -> None:
    client, _ = opened
    run = await data(client, "sites/larkspur/scans", method="POST", json={})
    for part in ("change", "inventory", "report.json", "report.html"):
        assert (await client.get(f"/v1/admin/sites/larkspur/scans/{run['scan_id']}/{part}")).status == 404
    items = await data(client, f"sites/larkspur/scans/{run['scan_id']}/items")
    assert items == {"items": [], "next": None}


async def test_schedules_tell_when_each_site_is_scanned_next(opened: Opened) -> None:
    client, _ = opened
    found = await data(client, "schedules")
    assert [one["site"] for one in found] == ["larkspur", "thyme"]
    assert found[0]["schedule"] == "cron 0 3 * * 1"
    assert found[0]["next_ms"] < found[0]["following_ms"][0] < found[0]["following_ms"][1]


async def test_a_token_of_one_site_reads_and_starts_nothing_of_another(opened: Opened) -> None:
    client, store = opened
    theirs = await finished(store, "thyme", item("_ga"))
    await store.queue_scan(ScanRun(scan_id=str(uuid_utils.uuid7()), site="thyme"))
    mine = await finished(store, "larkspur", item("_ga"))
    await let_in(client, store, [Scope.READ, Scope.SCAN], "larkspur")
    assert [one["site"] for one in await data(client, "scans/latest")] == ["larkspur"]
    assert await data(client, "scans/open") == []
    assert [one["site"] for one in await data(client, "schedules")] == ["larkspur"]
    parts = ("", "/items", "/change", "/inventory", "/report.json", "/report.html")
    for part in parts:
        assert (await client.get(f"/v1/admin/sites/larkspur/scans/{mine.scan_id}{part}")).status == 200
        # Neither under its own site nor smuggled in under ours.
        assert (await client.get(f"/v1/admin/sites/thyme/scans/{theirs.scan_id}{part}")).status == 404
        assert (await client.get(f"/v1/admin/sites/larkspur/scans/{theirs.scan_id}{part}")).status == 404
    assert (await client.post("/v1/admin/sites/thyme/scans", json={})).status == 404
    assert (await client.get("/v1/admin/sites/thyme/trend")).status == 404
    asked = {"kind": "cookie", "name": "_ga", "host": "larkspur.example"}
    assert (await client.get("/v1/admin/sites/thyme/items/history", params=asked)).status == 404
    assert len(await data(client, "sites/larkspur/items/history", params=asked)) == 1


async def test_a_token_that_only_reads_starts_nothing(opened: Opened) -> None:
    client, store = opened
    await let_in(client, store, [Scope.READ])
    assert (await client.post("/v1/admin/sites/larkspur/scans", json={})).status == 403
    assert await store.open_scans() == []


def test_a_wish_has_no_unknown_fields() -> None:
    from consent.web.admin_scans import ScanWish

    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"page": 1}', type=ScanWish)
