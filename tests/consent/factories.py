"""Factories for the log's tests: a site, its inventory, events, and a real SQLite store with something published."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from consent.log import ConsentLog, RequestContext, running
from consent.model.categories import CATEGORIES, Category, Party
from consent.model.inventory import BlockingRule, Inventory, InventoryItem, InventoryService
from consent.model.records import Action, ConsentEvent, ConsentRecord, EventKind, Surface
from consent.model.sites import Controller, Server, Settings, Site
from consent.publication import publish
from consent.store import Store, open_store
from consent.store.sqlite import SqliteStore
from consent.web.app import make_app
from consent.web.remembered import RememberingRunner

ORIGIN = "https://www.larkspur.example"
PUBLIC_URL = "https://consent.larkspur.example"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"


def site(**fields: Any) -> Site:
    given: dict[str, Any] = {
        "id": "larkspur",
        "url": f"{ORIGIN}/",
        "name": "Larkspur & Co",
        "controller": Controller(name="Larkspur & Co Ltd", contact="privacy@larkspur.example"),
    }
    return Site(**(given | fields))


def settings(*sites: Site) -> Settings:
    return Settings(path="sites.toml", server=Server(), sites={one.id: one for one in sites or (site(),)})


def inventory(**fields: Any) -> Inventory:
    given: dict[str, Any] = {
        "site": "larkspur",
        "scan_id": "scan-1",
        "created": "2026-11-24T10:00:00Z",
        "items": (
            InventoryItem(
                kind="cookie",
                name="basket",
                host="www.larkspur.example",
                party=Party.FIRST,
                category=Category.NECESSARY,
                purpose="Keeps the basket.",
            ),
            InventoryItem(
                kind="cookie",
                name="IDE",
                host="doubleclick.net",
                party=Party.THIRD,
                category=Category.ADVERTISING,
                vendor="Google",
                service="DoubleClick",
                purpose="Measures advertisements.",
                lifetime_s=390 * 86_400,
            ),
        ),
        "services": (
            InventoryService(
                service="DoubleClick", vendor="Google", category=Category.ADVERTISING, country="US"
            ),
        ),
        "rules": (BlockingRule(host="doubleclick.net", category=Category.ADVERTISING),),
    }
    return Inventory(**(given | fields))


def consent_id() -> str:
    return secrets.token_urlsafe(16)


def event(version: str, **fields: Any) -> ConsentEvent:
    given: dict[str, Any] = {
        "site": "larkspur",
        "consent_id": consent_id(),
        "event_id": secrets.token_hex(8),
        "event": EventKind.GIVEN,
        "action": Action.ACCEPT_ALL,
        "surface": Surface.BANNER,
        "categories": dict.fromkeys(CATEGORIES, "granted"),
        "notice_version": version,
        "widget_version": "1_0",
        "language": "en",
        "page": f"{ORIGIN}/tea/green",
        "client_time": "2026-11-24T10:00:00.000Z",
    }
    return ConsentEvent(**(given | fields))


def body(version: str, **fields: Any) -> dict[str, Any]:
    """An event as JSON objects; wrong values may be given too."""
    built: dict[str, Any] = msgspec.to_builtins(event(version))
    return built | fields


def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/consentry.db"


@asynccontextmanager
async def published(tmp_path: Path, **options: Any) -> AsyncIterator[tuple[SqliteStore, str]]:
    """An open store with one publication, and its notice version."""
    store = await open_store(database(tmp_path), **options)
    assert isinstance(store, SqliteStore)
    try:
        publication, _ = await publish(store, site(), inventory(), public_url=PUBLIC_URL)
        yield store, publication.notice_version
    finally:
        await store.close()


@asynccontextmanager
async def opened_log(tmp_path: Path, **options: Any) -> AsyncIterator[tuple[ConsentLog, str]]:
    """A running log on a store with one publication, and the notice version."""
    async with (
        published(tmp_path) as (store, version),
        running(ConsentLog(store, settings().sites, **options)) as log,
    ):
        yield log, version


async def fill(log: ConsentLog, version: str, count: int, **fields: Any) -> list[ConsentRecord]:
    """Append events one after the other: each is a batch of its own."""
    return [await log.append(event(version, **fields), RequestContext()) for _ in range(count)]


class _Served(TestServer):
    async def _make_runner(self, **options: Any) -> web.AppRunner:
        return RememberingRunner(self.app, access_log=None, **options)


@asynccontextmanager
async def client_of(store: Store, *sites: Site, **options: Any) -> AsyncIterator[TestClient[Any, Any]]:
    """A client of the real application on a real socket, served as `consentry serve` does."""
    options = {"public_url": PUBLIC_URL, **options}
    app = make_app(settings(*sites), store, **options)
    async with TestClient(_Served(app)) as client:
        assert isinstance(client.session, ClientSession)
        yield client
