"""Requests that are answered in their connection's own task: each is told from the one before, and one that fails ends nothing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, TCPConnector, web

from consent.logs import REQUEST_ID
from consent.web.one_task import spare_tasks

pytestmark = pytest.mark.skipif(sys.version_info >= (3, 12), reason="aiohttp begins its tasks at once there")


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async def told(request: web.Request) -> web.Response:
        before, name = REQUEST_ID.get(), request.query["name"]
        REQUEST_ID.set(name)
        await asyncio.sleep(0)
        if name == "fails":
            raise ZeroDivisionError
        return web.json_response(
            {"before": before, "now": REQUEST_ID.get(), "task": id(asyncio.current_task())}
        )

    app = web.Application()
    app.router.add_get("/", told)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    assert runner.server is not None
    spare_tasks(runner.server)
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def test_all_requests_of_a_connection_have_one_task_and_ids_of_their_own(address: str) -> None:
    async with ClientSession(connector=TCPConnector(limit=1)) as session:
        answers = []
        for name in ("one", "two"):
            async with session.get(address, params={"name": name}) as answer:
                answers.append(await answer.json())
    assert [one["now"] for one in answers] == ["one", "two"]
    assert [one["before"] for one in answers] == ["", ""]
    assert answers[0]["task"] == answers[1]["task"]


async def test_connections_do_not_share_what_they_know(address: str) -> None:
    async with ClientSession() as session:

        async def asked(name: str) -> dict[str, object]:
            async with session.get(address, params={"name": name}) as answer:
                found: dict[str, object] = await answer.json()
                return found

        answers = await asyncio.gather(*(asked(f"visitor-{number}") for number in range(20)))
    assert [one["now"] for one in answers] == [f"visitor-{number}" for number in range(20)]
    assert {one["before"] for one in answers} == {""}


async def test_a_handler_that_fails_is_answered_and_the_server_goes_on(address: str) -> None:
    async with ClientSession(connector=TCPConnector(limit=1)) as session:
        async with session.get(address, params={"name": "fails"}) as answer:
            assert answer.status == 500
        async with session.get(address, params={"name": "next"}) as answer:
            assert (await answer.json())["before"] == ""


async def test_a_client_that_goes_away_in_the_middle_disturbs_nobody(address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    for _ in range(5):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /?name=gone HTTP/1.1\r\nHost: x\r\n\r\n")
        writer.transport.abort()
    async with ClientSession() as session, session.get(address, params={"name": "here"}) as answer:
        assert answer.status == 200
