"""Events that connections answer themselves: the same answers as on aiohttp's way, in order, with nothing lost and nobody left behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from consent.model.errors import StoreUnavailable
from consent.model.sites import Server, Settings
from consent.store import Store
from consent.store.entries import NewEntry
from consent.store.sqlite import SqliteStore
from consent.web import event_connection
from consent.web.app import make_app
from consent.web.base import LOG, REQUESTS
from consent.web.event_connection import EventConnection, is_possible
from consent.web.remembered import RememberingRunner
from tests.consent.factories import ORIGIN, PUBLIC_URL, body, published, settings


@pytest.fixture
def direct(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each event that had come whole: whether its connection took it."""
    taken: list[bool] = []
    took = EventConnection._took_event

    def watched(self: EventConnection) -> bool:
        taken.append(took(self))
        return taken[-1]

    monkeypatch.setattr(EventConnection, "_took_event", watched)
    return taken


@asynccontextmanager
async def serving(store: Store, **options: Any) -> AsyncIterator[tuple[web.Application, int]]:
    app = make_app(options.pop("settings", None) or settings(), store, public_url=PUBLIC_URL, **options)
    runner = RememberingRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield app, runner.addresses[0][1]
    finally:
        await runner.cleanup()


def post(content: dict[str, Any] | bytes, *more: str) -> bytes:
    sent = content if isinstance(content, bytes) else json.dumps(content).encode()
    lines = [
        "POST /v1/consent HTTP/1.1",
        "Host: x",
        f"Origin: {ORIGIN}",
        f"Content-Length: {len(sent)}",
        *more,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + sent


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(first.split()[1]), headers, await reader.readexactly(int(headers["content-length"]))


async def until(came: Callable[[], bool]) -> None:
    for _ in range(10_000):
        if came():
            return
        await asyncio.sleep(0.001)
    pytest.fail("it did not come")


class Line:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        self.writer.write(request)
        return await answer(self.reader)


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Line(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


class Held(SqliteStore):
    """A store whose batches wait until they are let go; then they fail, if an error is given."""

    go: asyncio.Event
    error: Exception | None = None

    async def append(self, entries: Sequence[NewEntry]) -> list[bytes | None]:
        await self.go.wait()
        if self.error is not None:
            raise self.error
        return await super().append(entries)


@pytest.fixture
async def held(tmp_path: Path) -> AsyncIterator[tuple[Held, str]]:
    async with published(tmp_path) as (store, version):
        held = Held(store.path)
        held.go = asyncio.Event()
        await held.open()
        yield held, version
        await held.close()


async def test_both_ways_give_the_same_answer_but_for_ids_and_times(
    tmp_path: Path, direct: list[bool]
) -> None:
    async with published(tmp_path) as (store, version), serving(store) as (_, port), connected(port) as line:
        cookie = "Cookie: a=1; consentry=none"
        first = await line.ask(post(body(version), cookie))  # looks the notice up
        second = await line.ask(post(body(version), cookie))
    assert direct == [False, True]
    for one in (first, second):
        assert one[0] == 201
    assert first[1].keys() == second[1].keys() >= {"set-cookie", "location", "x-request-id", "date"}
    changing = {"date", "x-request-id", "set-cookie", "location", "content-length"}
    assert {k: v for k, v in first[1].items() if k not in changing} == {
        k: v for k, v in second[1].items() if k not in changing
    }
    one, two = (json.loads(made[2])["data"]["record"] for made in (first, second))
    own = {"record_id", "consent_id", "event_id", "server_time", "valid_until", "client_time"}
    assert {k: v for k, v in one.items() if k not in own} == {k: v for k, v in two.items() if k not in own}


async def test_an_event_sent_again_is_the_same_record_and_a_contradiction_is_refused(
    tmp_path: Path, direct: list[bool]
) -> None:
    async with (
        published(tmp_path) as (store, version),
        serving(store) as (app, port),
        connected(port) as line,
    ):
        await line.ask(post(body(version)))
        sent = body(version)
        first = await line.ask(post(sent))
        again = await line.ask(post(sent))
        other = await line.ask(post(sent | {"surface": "preferences"}))
    assert direct == [False, True, True, True]
    assert first[2] == again[2]
    assert (other[0], other[1]["content-type"]) == (409, "application/problem+json")
    assert other[1]["access-control-allow-origin"] == ORIGIN
    assert json.loads(other[2])["field"] == "event_id"
    counters = app[LOG].counters
    assert (counters.appended, counters.repeated, counters.refused) == (2, 1, 1)
    assert dict(app[REQUESTS].counter("POST", "/v1/consent")) == {201: 3, 409: 1}


@pytest.mark.parametrize(
    ("content", "more", "status"),
    [
        (b"{", (), 400),
        (b"x" * 20_000, (), 413),
        (None, ("Content-Type: text/html",), 415),
        (None, ("Expect: 100-continue",), 201),
        (None, ("Connection: close",), 201),
    ],
)
async def test_what_is_refused_or_unusual_goes_the_other_way_and_is_counted_once(
    tmp_path: Path, direct: list[bool], content: bytes | None, more: tuple[str, ...], status: int
) -> None:
    async with published(tmp_path) as (store, version), serving(store) as (app, port):
        async with connected(port) as line:
            await line.ask(post(body(version)))
            line.writer.write(post(content or body(version), *more))
            if "Expect: 100-continue" in more:
                assert await line.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
            assert (await answer(line.reader))[0] == status
        assert direct == [False, False] if status in {201, 400, 415} else not any(direct)
        counts = app[REQUESTS].counter("POST", "/v1/consent")
    assert sum(counts.values()) == 2
    assert counts[status] >= 1


async def test_a_client_over_its_limit_is_told_so_once_for_each_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EventConnection, "remote", "9.9.9.9")
    monkeypatch.setattr(web.BaseRequest, "remote", "9.9.9.9")
    plain = settings()
    made = Settings(path=plain.path, server=Server(limit_consent=3), sites=plain.sites)
    async with published(tmp_path) as (store, version), serving(store, settings=made) as (app, port):
        async with connected(port) as line:
            answers = [await line.ask(post(body(version))) for _ in range(5)]
        refused = app[event_connection.LIMITS]["consent"].refused
    assert [one[0] for one in answers] == [201, 201, 201, 429, 429]
    assert refused == 2


async def test_requests_behind_an_event_wait_for_its_answer(held: tuple[Held, str]) -> None:
    store, version = held
    async with serving(store) as (app, port), connected(port) as line:
        store.go.set()
        await line.ask(post(body(version)))
        store.go.clear()
        line.writer.write(post(body(version)) + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        line.writer.write(b"GET /w/larkspur.js HTTP/1.1\r\nHost: x\r\n\r\n")
        await until(lambda: app[LOG].queue.writing_s > 0)
        line.writer.write(post(body(version)))
        await asyncio.sleep(0.05)
        store.go.set()
        assert [(await answer(line.reader))[0] for _ in range(4)] == [201, 200, 200, 201]


@pytest.mark.parametrize("slices", [1, 40])
async def test_an_event_that_comes_in_pieces_is_answered(tmp_path: Path, slices: int) -> None:
    async with published(tmp_path) as (store, version), serving(store) as (_, port), connected(port) as line:
        for _ in range(2):
            request = post(body(version))
            size = len(request) // slices + 1
            for start in range(0, len(request), size):
                line.writer.write(request[start : start + size])
                await line.writer.drain()
                await asyncio.sleep(0)
            assert (await answer(line.reader))[0] == 201


async def test_a_batch_that_fails_is_told_with_what_a_page_may_read(
    held: tuple[Held, str], direct: list[bool], caplog: pytest.LogCaptureFixture
) -> None:
    store, version = held
    store.go.set()
    async with serving(store) as (app, port), connected(port) as line:
        await line.ask(post(body(version)))
        store.error = StoreUnavailable("/secret/log.db: the disk is full.")
        refused = await line.ask(post(body(version), "X-Request-Id: 0af7651916cd43dd"))
        store.error = None
        assert (await line.ask(post(body(version))))[0] == 201
        counters = app[LOG].counters
    assert direct == [False, True, True]
    assert (refused[0], refused[1]["retry-after"], refused[1]["x-request-id"]) == (
        503,
        "2",
        "0af7651916cd43dd",
    )
    assert refused[1]["access-control-allow-origin"] == ORIGIN
    assert refused[1]["content-security-policy"]
    assert b"secret" not in refused[2]
    assert (counters.appended, counters.refused) == (2, 1)
    assert any("disk is full" in record.getMessage() for record in caplog.records)


async def test_an_event_whose_client_has_gone_is_stored_and_counted(held: tuple[Held, str]) -> None:
    store, version = held
    store.go.set()
    async with serving(store) as (app, port):
        async with connected(port) as line:
            await line.ask(post(body(version)))
            store.go.clear()
            line.writer.write(post(body(version)))
            await until(lambda: app[LOG].queue.writing_s > 0)
        await asyncio.sleep(0.02)
        store.go.set()
        await until(lambda: app[LOG].counters.appended == 2)
        async with connected(port) as line:
            assert (await line.ask(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))[0] == 200


async def test_a_server_that_ends_answers_the_event_in_work_first(held: tuple[Held, str]) -> None:
    store, version = held
    store.go.set()
    app = make_app(settings(), store, public_url=PUBLIC_URL)
    runner = RememberingRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with connected(runner.addresses[0][1]) as line:
        await line.ask(post(body(version)))
        store.go.clear()
        line.writer.write(post(body(version)))
        await until(lambda: app[LOG].queue.writing_s > 0)
        ending = asyncio.create_task(runner.cleanup())
        await asyncio.sleep(0.02)
        assert not ending.done()
        store.go.set()
        assert (await answer(line.reader))[0] == 201
        assert await line.reader.read() == b""
        await ending


async def test_where_each_request_is_logged_or_aiohttp_is_another_connections_leave_events_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with published(tmp_path) as (store, _):
        assert is_possible(make_app(settings(), store, public_url=PUBLIC_URL))
        assert not is_possible(make_app(settings(), store, public_url=PUBLIC_URL, log_requests=True))
        monkeypatch.setattr(event_connection, "_NEEDED", {"_something_new"})
        assert not is_possible(make_app(settings(), store, public_url=PUBLIC_URL))
