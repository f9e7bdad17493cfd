"""Whoever is bound to one site learns and changes nothing of another: walked over every route that needs a token or a session.

The routes are read from the application's own lists, so that a new one is walked too. One whose address names something
else than a site must say in `OF_LARKSPUR` what of the other site would be asked for there.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import ClientResponse

from consent import tokens, users
from consent.audit import audited
from consent.decisions import record
from consent.model.categories import Category
from consent.model.scans import ScanRun
from consent.model.sites import Decision
from consent.publication import publish
from consent.store import Store
from consent.tokens import Scope
from consent.web.dashboard import page_routes
from consent.web.route import Route
from consent.web.routes import ROUTES
from tests.consent.factories import ORIGIN, PUBLIC_URL, body, inventory, site
from tests.consent.store.test_contract_rights import a_request
from tests.consent.web.dashboard.signing_in import CHEAP, Desk, desk

THYME = site(id="thyme", url="https://thyme.example/", name="Thyme", controller=None)
SCAN = "019354aa-0000-7000-8000-00000000abcd"
REQUEST = "019354aa-0000-7000-8000-00000000abce"
ONE_S_OWN = {"/admin/sign-in", "/admin/sign-out", "/admin/account"}
"""Pages about whoever asks, and about nobody's site."""
WRITTEN = re.compile(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}")


@dataclass(frozen=True)
class World:
    """``named`` is what an address may be asked with; ``secret`` are words that only larkspur's data have."""

    desk: Desk
    named: dict[str, str]
    secret: tuple[str, ...]

    def address(self, route: Route) -> str:
        """The route's address with what is larkspur's in it."""

        def value(match: re.Match[str]) -> str:
            assert match[1] in self.named, (
                f"{route.method} {route.path}: OF_LARKSPUR must name a {match[1]} of the other site"
            )
            return self.named[match[1]]

        address = WRITTEN.sub(value, route.path)
        pattern = "".join(
            f"(?:{part.partition(':')[2][:-1] or '[^/]+'})" if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{\w+(?::(?:[^{}]|\{[^{}]*\})*)?\})", route.path)
        )
        assert re.fullmatch(pattern, address), f"{address} is no address of {route.path}"
        return address


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """larkspur has something of everything; cy, an admin of thyme alone, has signed in."""
    monkeypatch.setattr(users, "hasher", CHEAP)
    async with desk(tmp_path, site(), THYME) as opened:
        store = opened.store
        await publish(
            store, THYME, inventory(site="thyme", items=(), services=(), rules=()), public_url=PUBLIC_URL
        )
        visitor = secrets.token_urlsafe(16)
        sent = body(opened.version, consent_id=visitor, page=f"{ORIGIN}/secret-page")
        assert (await opened.client.post("/v1/consent", json=sent)).status == 201
        [entry] = await store.history(visitor)
        await record(
            store,
            "larkspur",
            [
                Decision(
                    name="secret_name",
                    category=Category.PERFORMANCE,
                    purpose="Secret purpose.",
                    reviewer="R. Secret",
                )
            ],
        )
        await store.queue_scan(ScanRun(scan_id=SCAN, site="larkspur", requested_by="secret-person"))
        wish = a_request(REQUEST, record_id="", message="secret-wish", contact="secret-contact")
        await store.add_request(wish, [], most=1)
        bound = await tokens.create(store, name="secret-token", scopes=[Scope.READ], sites=["larkspur"])
        await users.add(store, name="secret-user", role=users.Role.REVIEWER, sites=["larkspur"])
        async with audited(store, actor="user:secret-actor", action="widget.publish", site="larkspur"):
            pass
        record_id = str(msgspec.json.decode(entry.payload or b"")["record_id"])
        named = of_larkspur(visitor, record_id, opened.version, token=bound.token.id)
        await opened.sign_in("cy")
        yield World(
            opened,
            named,
            ("secret-page", "secret_name", "Secret purpose", "R. Secret", "secret-person", "secret-token", "secret-actor", "secret-user", "secret-wish", "secret-contact", "Larkspur & Co", "basket", "IDE", opened.version),
        )  # fmt: skip


def of_larkspur(visitor: str, record_id: str, version: str, *, token: str) -> dict[str, str]:
    return {
        "site": "larkspur",
        "consent_id": visitor,
        "request_id": REQUEST,
        "record_id": record_id,
        "scan_id": SCAN,
        "version": version,
        "token": token,
        "name": "secret-user",
        "format": "json",
        "file": "dashboard.css",
        "rest": "nowhere",
    }


def described(routes: tuple[Route, ...]) -> list[str]:
    return [f"{route.method} {route.path}" for route in routes]


def without_echo(text: str, address: str) -> str:
    """A refusal may repeat what was asked for."""
    for part in re.split(r"[/.?=&]", address):
        if part:
            text = text.replace(part, "")
    return text


async def told(answer: ClientResponse, address: str) -> str:
    headers = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    return without_echo(headers + (await answer.read()).decode(errors="replace"), address)


async def state_of_larkspur(store: Store) -> Any:
    """What a stranger could change: everything that is not of the log's audit."""
    current = next(one for one in await store.publications() if one.site == "larkspur")
    held = [one for one in await store.tokens() if one.sites == "larkspur"]
    people = sorted(one.name for one in await store.accounts())
    wish = await store.rights_request(REQUEST), await store.request_steps([REQUEST])
    return current, await store.decision_history("larkspur"), await store.scan(SCAN), held, people, wish


async def check_refused(world: World, route: Route, answer: ClientResponse, address: str) -> None:
    if "{site" in route.path:
        assert answer.status == 404, (answer.status, await answer.text())
    elif "{" in route.path and route.path.split("{")[1].split(":")[0].rstrip("}") not in {"file", "rest"}:
        assert answer.status in {403, 404}, (answer.status, await answer.text())
    text = await told(answer, address)
    assert [word for word in world.secret if word in text] == []


API = tuple(route for route in ROUTES if route.scope is not None)


async def test_a_token_of_one_site_learns_and_changes_nothing_of_another_by_any_route(world: World) -> None:
    store = world.desk.store
    made = await tokens.create(store, name="thyme", scopes=[Scope.ADMIN], sites=["thyme"])
    before = await state_of_larkspur(store)
    for route in API:
        address = world.address(route)
        answer = await world.desk.client.request(
            route.method,
            address,
            headers={"Authorization": f"Bearer {made.secret}", "Content-Type": "application/json"},
            data=b"{}" if route.takes else None,
        )
        await check_refused(world, route, answer, address)
    assert await state_of_larkspur(store) == before
    assert len(await store.history(world.named["consent_id"])) == 1
    assert (await store.history(world.named["consent_id"]))[0].erased_by is None


async def test_a_person_of_one_site_learns_and_changes_nothing_of_another_on_any_page(world: World) -> None:
    store = world.desk.store
    before = await state_of_larkspur(store)
    for route in page_routes():
        if route.path in ONE_S_OWN:
            continue
        address = world.address(route)
        answer = await (world.desk.post(address) if route.method == "POST" else world.desk.get(address))
        await check_refused(world, route, answer, address)
    assert await state_of_larkspur(store) == before
    assert (await store.history(world.named["consent_id"]))[0].erased_by is None


async def test_whoever_is_bound_to_none_does_learn_it_so_the_walk_can_fail(world: World) -> None:
    made = await tokens.create(world.desk.store, name="all", scopes=[Scope.ADMIN])
    learnt: set[str] = set()
    for route in API:
        if route.method == "GET":
            answer = await world.desk.client.get(
                world.address(route), headers={"Authorization": f"Bearer {made.secret}"}
            )
            text = await told(answer, world.address(route))
            learnt |= {word for word in world.secret if word in text}
    await world.desk.sign_out()
    await world.desk.sign_in("ada")
    for route in page_routes():
        if route.method == "GET" and "{rest" not in route.path and route.path not in ONE_S_OWN:
            answer = await world.desk.get(world.address(route))
            text = await told(answer, world.address(route))
            learnt |= {word for word in world.secret if word in text}
    assert learnt >= {"secret-page", "secret_name", "secret-actor", "secret-wish", "basket", "IDE"}, learnt
