"""How long the dashboard's pages take, and how large they are, with many sites, scans and items in the store.

    python benchmarks/dashboard.py [--sites 200] [--scans 50] [--items 2000] [--keep FOLDER]

One site is stored as a scan stores it; the others are copies of its rows under other names. Beside each page stands the same
request for the smallest answer of the same server, so that what the page itself takes can be told from the rest.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import random
import re
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from uuid import UUID

# Beside this program stands one with the name of the package; this folder would be looked through first.
sys.path.remove(str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

import msgspec
from aiohttp import ClientSession, CookieJar, web

from benchmarks.stored import keep
from consent import users
from consent.log import ConsentLog, RequestContext, running
from consent.model.categories import CATEGORIES, Category, ConsentState, Party
from consent.model.inventory import Inventory, InventoryItem, encode_inventory
from consent.model.records import Action, ConsentEvent, EventKind, Surface
from consent.model.scans import (
    INVENTORY_JSON,
    REPORT_HTML,
    REPORT_JSON,
    ScanChange,
    ScanChangeEntry,
    ScanFindings,
    ScanItem,
    ScanRun,
)
from consent.model.sites import Server, Settings, Site
from consent.publication import publish
from consent.store import Store, open_store
from consent.times import now_ms
from consent.users import Role
from consent.web.app import make_app

PASSWORD = "four random tea leaves"
DAY_MS = 86_400_000
FIRST = "site-000"
ROUNDS = 15
BUDGET_MS = 300
BUDGET_BYTES = 100_000


def items(count: int, scan: int, chance: random.Random) -> list[ScanItem]:
    """What one scan found; a few items come, go and change from scan to scan."""
    categories = (*CATEGORIES, Category.UNCLASSIFIED)
    found = []
    for number in range(count):
        if number % 97 == scan % 97:
            continue
        found.append(
            ScanItem(
                kind="cookie" if number % 4 else "local_storage",
                name=f"_item_{number:04d}",
                host=f"host{number % 180}.example",
                party=Party.THIRD if number % 3 else Party.FIRST,
                category=categories[number % 5],
                vendor=f"Vendor {number % 90}",
                service=f"Service {number % 180}",
                confidence=0.9,
                reason=f"The rule of Service {number % 180} names it: {chance.random():.9f}",
                states=(ConsentState.BEFORE, ConsentState.ACCEPT) if number % 2 else (ConsentState.ACCEPT,),
                lifetime_s=86_400.0 * (number % 400) or None,
                set_by=(f"https://host{number % 180}.example/tag.js",),
                first_page="https://www.shop.example/",
                reopened=number % 500 == 0,
            )
        )
    return found


def report(run: ScanRun, found: list[ScanItem], findings: int) -> bytes:
    """A report.json of the size that so many items make."""
    rules = ("before-consent", "lifetime-over-cap", "third-party-storage", "unclassified")
    return msgspec.json.encode(
        {
            "schema": 1,
            "scan_id": run.scan_id,
            "site": run.site,
            "start_url": "https://www.shop.example/",
            "tool": {"version": "0", "browser": "headless-shell", "browser_version": "156.0"},
            "passes": [{"state": str(state), "applied": True} for state in ConsentState],
            "items": found,
            "requests": [
                {
                    "url": f"https://{one.host}/collect?{number}",
                    "host": one.host,
                    "initiators": list(one.set_by) * 3,
                }
                for number, one in enumerate(found * 3)
            ],
            "findings": [
                {
                    "rule": rules[number % 4],
                    "severity": ("high", "medium", "low", "info")[number % 4],
                    "title": f"Service {number}: 4 cookies before consent",
                    "subject": f"Service {number}",
                    "state": "before",
                    "page": "https://www.shop.example/",
                    "evidence": {"names": [f"_item_{number}"] * 12, "hosts": [f"host{number}.example"] * 3},
                    "law": "ePrivacy Directive Art. 5(3)",
                    "fix": "Put the consent banner first in <head>.\n" * 8,
                }
                for number in range(findings)
            ],
            "summary": {
                "verdict": run.verdict,
                "verdict_text": f"{findings} services were active before consent.",
            },
        }
    )


def inventory(run: ScanRun, found: list[ScanItem]) -> bytes:
    """What publishing the scan takes."""
    items = [
        InventoryItem(
            kind=one.kind, name=one.name, host=one.host, party=one.party, category=one.category, vendor=one.vendor,
            service=one.service, purpose="" if one.category is Category.UNCLASSIFIED else "Counts visits.",
        )
        for one in found
    ]  # fmt: skip
    return encode_inventory(
        Inventory(site=run.site, scan_id=run.scan_id, created="2026-11-24T10:00:00Z", items=tuple(items))
    )


def scan_id(time_ms: int) -> str:
    """A UUIDv7 of a time (RFC 9562, 5.7), the rest of it zero."""
    return str(UUID(int=time_ms << 80 | 7 << 76 | 2 << 62))


async def one_site(store: Store, scans: int, count: int) -> None:
    """Store the scans of the first site, the latest yesterday."""
    began = now_ms() - scans * DAY_MS
    for number in range(scans):
        at = began + number * DAY_MS
        run = ScanRun(
            scan_id=scan_id(at), site=FIRST, status="finished", trigger="schedule",
            queued_ms=at, due_ms=at, started_ms=at, finished_ms=at + 600_000, pages_done=100, pages_total=100,
            verdict=("violations", "incomplete", "clean")[number // 5 % 3], items=count, unclassified=count // 5,
            findings=ScanFindings(high=max(0, 40 - number), medium=20, low=30, info=10),
            new=count // 97, gone=count // 97, changed=12, worse=3,
        )  # fmt: skip
        found = items(count, number, random.Random(number // 10))
        entries = tuple(
            ScanChangeEntry(
                what=("new", "gone", "changed")[place % 3], subject="item", kind="cookie", name=f"_item_{place:04d}",
                host=f"host{place}.example", category="advertising", field="lifetime_s" if place % 3 == 2 else "",
                old="1 day", new="13 months", page="https://www.shop.example/",
                initiator=f"https://host{place}.example/tag.js",
            )
            for place in range(count // 10)
        )  # fmt: skip
        change = ScanChange(
            previous="x" if number else "",
            entries=entries,
            worse=("Service 3 is active before consent.",) * 3,
        )
        kept = number >= scans - 2
        files = (
            {
                REPORT_JSON: report(run, found, 100),
                REPORT_HTML: b"<!doctype html><title>Report</title>",
                INVENTORY_JSON: inventory(run, found),
            }
            if kept
            else {}
        )
        await store.record_scan(run, found, change, files)


def copies(path: Path, sites: int) -> None:
    """Copy the first site's rows to the others, with scan ids of their own."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        columns = {
            table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            for table in ("scan_run", "scan_item", "scan_artefact")
        }
        connection.execute("BEGIN")
        for number in range(1, sites):
            site, mark = f"site-{number:03d}", f"{number:04x}"
            # The digits of a scan id that are the site's own stand at its end.
            own = {"site": f"'{site}'", "scan_id": f"substr(scan_id, 1, 32) || '{mark}'", "id": "NULL"}
            for table, names in columns.items():
                quoted = ", ".join(f'"{name}"' for name in names)
                values = ", ".join(own.get(name, f'"{name}"') for name in names)
                where = (
                    f"scan_id IN (SELECT scan_id FROM scan_run WHERE site = '{FIRST}')"
                    if table == "scan_artefact"
                    else f"site = '{FIRST}'"
                )
                connection.execute(
                    f"INSERT INTO {table} ({quoted}) SELECT {values} FROM {table} WHERE {where}"
                )
        connection.execute("COMMIT")
        connection.execute("ANALYZE")


async def log_of(store: Store, settings: Settings, count: int) -> str:
    """Fill the consent log; return a record id."""
    site = settings.sites[FIRST]
    inventory = Inventory(
        site=site.id, scan_id="scan", created="2026-11-24T10:00:00Z", items=(), services=(), rules=()
    )
    publication, _ = await publish(store, site, inventory, public_url="http://127.0.0.1")
    async with running(ConsentLog(store, settings.sites)) as log:
        made = await asyncio.gather(
            *(
                log.append(
                    ConsentEvent(
                        site=site.id, consent_id=f"{number:022d}", event_id=f"event-{number}", event=EventKind.GIVEN,
                        action=Action.ACCEPT_ALL, surface=Surface.BANNER, categories=dict.fromkeys(CATEGORIES, "granted"),
                        notice_version=publication.notice_version, widget_version="1", language="en",
                        page=f"{site.url}tea", client_time="2026-11-24T10:00:00.000Z",
                    ),
                    RequestContext(),
                )
                for number in range(count)
            )
        )  # fmt: skip
    return made[-1].record_id


async def main() -> None:
    parser = argparse.ArgumentParser()
    for name, default in (("sites", 200), ("scans", 50), ("items", 2000), ("records", 5000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = chosen.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "dashboard.db"
        sites = {
            f"site-{number:03d}": Site(
                id=f"site-{number:03d}", url=f"https://www.shop{number}.example/", name=f"Shop {number}"
            )
            for number in range(chosen.sites)
        }
        settings = Settings(path="sites.toml", server=Server(limit_sign_in=0), sites=sites)
        began = time.perf_counter()
        fresh = not path.exists()
        store = await open_store(f"sqlite:///{path}")
        record = ""
        if fresh:
            await one_site(store, chosen.scans, chosen.items)
            record = await log_of(store, settings, chosen.records)
            await users.add(store, name="ada", role=Role.ADMIN, password=PASSWORD)
            await store.close()
            copies(path, chosen.sites)
            store = await open_store(f"sqlite:///{path}")
        size = path.stat().st_size / 1e6
        print(
            f"{chosen.sites} sites, {chosen.scans} scans each, {chosen.items} items a scan: {size:.0f} MB, made in {time.perf_counter() - began:.0f} s"
        )
        try:
            await measure(settings, store, record)
        finally:
            await store.close()


async def measure(settings: Settings, store: Store, record: str) -> None:
    runner = web.AppRunner(make_app(settings, store, public_url="http://127.0.0.1"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    last = (await store.trend("site-100" if "site-100" in settings.sites else FIRST, 1))[0]
    scan = f"/admin/sites/{last.site}/scans/{last.scan_id}"
    pages = {
        "the smallest answer (/healthz)": "/healthz",
        "sites": "/admin/sites",
        "sites, filtered": "/admin/sites?q=shop+1&verdict=clean",
        "one site": f"/admin/sites/{last.site}",
        "a scan with its findings": scan,
        "its items": f"{scan}/items",
        "its items, filtered": f"{scan}/items?q=service+17&category=advertising&state=before",
        "its items, by a text that none has": f"{scan}/items?q=nothing-is-called-so",
        "its changes": f"{scan}/changes",
        "what waits for a decision at all sites": "/admin/review",
        "what waits at one site": f"/admin/sites/{last.site}/review",
        "what is decided there": f"/admin/sites/{last.site}/decisions",
        "what publishing would change": f"/admin/sites/{FIRST}/publish",
        "start a scan": f"/admin/sites/{last.site}/scans",
        "the consent log": f"/admin/log?site={FIRST}",
        "one record": f"/admin/log/{record}",
        "the audit": "/admin/audit",
        "users": "/admin/users",
        "tokens": "/admin/tokens",
    }
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as client:
        form = await (await client.get(f"{base}/admin/sign-in")).text()
        token = re.findall(r'name="csrf" value="([^"]+)"', form)[0]
        answer = await client.post(
            f"{base}/admin/sign-in", data={"csrf": token, "name": "ada", "password": PASSWORD}
        )
        assert answer.url.path == "/admin/sites", await answer.text()
        print(f"{'page':38} {'median ms':>10} {'slowest':>8} {'bytes':>8} {'gzip':>7}")
        rows = []
        for name, path in pages.items():
            if path.endswith("/") and not record:
                continue
            times, body = [], b""
            for _ in range(ROUNDS):
                began = time.perf_counter()
                answer = await client.get(base + path)
                body = await answer.read()
                times.append((time.perf_counter() - began) * 1000)
                assert answer.status == 200, (path, answer.status)
            median = sorted(times)[ROUNDS // 2]
            rows.append(
                {
                    "page": name,
                    "median ms": round(median, 1),
                    "slowest ms": round(max(times), 1),
                    "bytes": len(body),
                }
            )
            over = " over budget" if median > BUDGET_MS or len(body) > BUDGET_BYTES else ""
            print(
                f"{name:38} {median:10.1f} {max(times):8.1f} {len(body):8,} {len(gzip.compress(body)):7,}{over}"
            )
    keep("dashboard", "pages", rows)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
