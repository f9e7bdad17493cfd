"""Routes that are looked up once: the answers are the same the second time, and no address with a secret is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from consent.store import Store
from consent.web import remembered
from consent.web.app import make_app
from consent.web.remembered import RememberingRunner, is_worth_it
from tests.consent.factories import ORIGIN, PUBLIC_URL, body, published, settings


@asynccontextmanager
async def served(store: Store) -> AsyncIterator[tuple[ClientSession, str]]:
    runner = RememberingRunner(make_app(settings(), store, public_url=PUBLIC_URL), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        async with ClientSession() as session:
            yield session, f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def test_every_answer_is_the_same_when_its_route_is_remembered(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version), served(store) as (session, address):

        async def asked(method: str, path: str, **options: Any) -> tuple[int, str, str]:
            async with session.request(method, f"{address}{path}", **options) as answer:
                return answer.status, answer.content_type, await answer.text()

        for _ in range(3):
            sent = {"json": body(version), "headers": {"Origin": ORIGIN}}
            assert (await asked("POST", "/v1/consent", **sent))[:2] == (201, "application/json")
            assert (await asked("POST", "/v1/consent", json={}))[0] == 400
            assert (await asked("OPTIONS", "/v1/consent"))[0] == 204
            assert (await asked("PATCH", "/v1/consent"))[0] == 405
            assert (await asked("GET", "/w/larkspur.js"))[:2] == (200, "text/javascript")
            assert (await asked("HEAD", "/w/larkspur.js"))[:2] == (200, "text/javascript")
            assert (await asked("GET", "/w/thyme.js"))[0] == 404
            assert (await asked("GET", "/w/no/such"))[0] == 404


async def test_a_request_that_expects_to_be_asked_on_is_asked_on(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version), served(store) as (session, address):
        for expect in (False, True):
            async with session.post(f"{address}/v1/consent", json=body(version), expect100=expect) as answer:
                assert answer.status == 201


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("CONNECT /v1/admin/sites/larkspur/notice", 404),
        ("GET /v1/admin/sites/larkspur/notice HTTP/1.1\r\nExpect: tea", 417),
    ],
)
async def test_what_is_refused_before_any_route_has_the_form_of_every_refusal(
    tmp_path: Path, head: str, status: int
) -> None:
    async with published(tmp_path) as (store, _), served(store) as (_, address):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        line = head if " HTTP/1.1" in head else f"{head} HTTP/1.1"
        writer.write(f"{line}\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = (await reader.read()).decode()
        writer.close()
    assert answer.startswith(f"HTTP/1.1 {status} ")
    assert "Content-Type: application/problem+json" in answer
    assert "X-Content-Type-Options: nosniff" in answer


@pytest.mark.parametrize(
    ("path", "worth"),
    [
        ("/v1/consent", True),
        ("/w/larkspur.js", True),
        ("/v1/consent/AAAAAAAAAAAAAAAAAAAAAA", False),
        ("/v1/admin/sites", False),
    ],
)
def test_no_address_that_holds_a_secret_is_kept(path: str, worth: bool) -> None:
    assert is_worth_it(path) is worth


async def test_addresses_that_somebody_tries_out_are_not_kept_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "MOST", 4)
    async with published(tmp_path) as (store, _), served(store) as (session, address):
        for number in range(20):
            async with session.get(f"{address}/w/site{number}.js") as answer:
                assert answer.status == 404
        async with session.get(f"{address}/w/larkspur.js") as answer:
            assert answer.status == 200
