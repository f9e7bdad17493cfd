"""The server as a process of its own: how it starts, drains, and what survives when it is killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from consent.model.inventory import encode_inventory
from consent.store import open_store
from consent.store.entries import EntryKind
from consent.verification import verify
from tests.consent.factories import PUBLIC_URL, body, database, inventory

SITES = """
[server]
public_url = "https://consent.larkspur.example"
[sites.larkspur]
url = "https://www.larkspur.example/"
name = "Larkspur & Co"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sites.toml").write_text(SITES, encoding="utf-8")
    (tmp_path / "inventory.json").write_bytes(encode_inventory(inventory()))
    return tmp_path


def arguments(folder: Path, *words: str, url: str | None = None) -> list[str]:
    options = ["--sites", str(folder / "sites.toml"), "--database", url or database(folder)]
    return [sys.executable, "-m", "consent.cli", *words, *options]


def published(folder: Path, url: str | None = None) -> str:
    words = ("widget", "publish", "larkspur", "--json", "--inventory", str(folder / "inventory.json"))
    command = arguments(folder, *words, url=url)
    output = subprocess.run(command, check=True, capture_output=True).stdout
    version: str = json.loads(output)["data"]["notice_version"]
    return version


@contextlib.contextmanager
def serving(
    folder: Path, *options: str, url: str | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the server on a free port; yields the process and the line that it printed."""
    command = arguments(folder, "serve", "--listen", "127.0.0.1:0", *options, url=url)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline()
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=30)


def address_in(line: str) -> str:
    return re.findall(r"http://127\.0\.0\.1:\d+", line)[0]


async def posted(session: aiohttp.ClientSession, address: str, content: dict[str, Any]) -> int:
    async with session.post(f"{address}/v1/consent", json=content) as answer:
        return answer.status


async def test_it_prints_the_real_port_serves_and_ends_cleanly_on_sigterm(folder: Path) -> None:
    version = published(folder)
    with serving(folder) as (process, line):
        assert line.startswith("Consentry serves 1 site(s) on http://127.0.0.1:")
        async with aiohttp.ClientSession() as session:
            assert await posted(session, address_in(line), body(version)) == 201
            async with session.get(f"{address_in(line)}/w/larkspur.js") as answer:
                assert PUBLIC_URL in await answer.text()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


async def test_the_address_is_json_where_a_machine_reads_it(folder: Path) -> None:
    with serving(folder, "--json", "--public-url", "https://c.larkspur.example/") as (_, line):
        data = json.loads(line)["data"]
        assert data["public_url"] == "https://c.larkspur.example"
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", data["address"])


async def test_what_was_accepted_before_sigterm_is_answered_and_stored(folder: Path) -> None:
    version = published(folder)
    with serving(folder) as (process, line):
        async with aiohttp.ClientSession() as session:
            posts = [asyncio.create_task(posted(session, address_in(line), body(version))) for _ in range(50)]
            done, _ = await asyncio.wait(posts, return_when=asyncio.FIRST_COMPLETED)
            assert done
            process.send_signal(signal.SIGTERM)
            results = await asyncio.gather(*posts, return_exceptions=True)
            assert process.wait(timeout=30) == 0
    accepted = sum(1 for one in results if one == 201)
    store = await open_store(database(folder))
    try:
        assert (await verify(store)).records >= accepted > 0
    finally:
        await store.close()


async def test_every_acknowledged_record_survives_kill_9_under_load_and_the_chain_verifies(
    folder: Path,
) -> None:
    version = published(folder)
    acknowledged: set[str] = set()
    sent: set[str] = set()
    for round_number in range(2):
        with serving(folder) as (process, line):
            address = address_in(line)

            async def visitor(session: aiohttp.ClientSession, address: str = address) -> None:
                with contextlib.suppress(aiohttp.ClientError, OSError):
                    while True:
                        content = body(version)
                        sent.add(content["consent_id"])
                        if await posted(session, address, content) == 201:
                            acknowledged.add(content["consent_id"])

            async with aiohttp.ClientSession() as session:
                visitors = [asyncio.create_task(visitor(session)) for _ in range(32)]
                while len(acknowledged) < 300 * (round_number + 1):  # noqa: ASYNC110 - the load runs meanwhile
                    await asyncio.sleep(0.01)
                process.kill()
                await asyncio.gather(*visitors)
        store = await open_store(database(folder), exclusive=True)  # the lock went with the process
        try:
            [writer] = await store.writers()
            entries = await store.entries(writer, after=0, limit=1_000_000)
            stored = [one.consent_id for one in entries if one.kind == EntryKind.RECORD]
            result = await verify(store)
        finally:
            await store.close()
        assert result.problem is None
        assert acknowledged - set(stored) == set(), "lost"
        assert len(stored) == len(set(stored)), "duplicated"
        assert set(stored) <= sent


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits another process's files: Linux only")
async def test_where_the_disk_takes_no_more_each_event_is_told_and_none_is_half_stored(folder: Path) -> None:
    version = published(folder)
    statuses: list[int] = []
    with serving(folder) as (process, line):
        async with aiohttp.ClientSession() as session:

            async def post(count: int) -> set[int]:
                sent = [posted(session, address_in(line), body(version)) for _ in range(count)]
                answers = await asyncio.gather(*sent)
                statuses.extend(answers)
                return set(answers)

            assert await post(20) == {201}
            limits = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
            wal = Path(f"{folder}/consentry.db-wal").stat().st_size
            # Writes fail beyond this, in the middle of a batch: the write-ahead log has room for a few pages more.
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (wal + 20_000, limits[1]))
            for _ in range(3):
                await post(40)
            assert 503 in statuses
            async with session.post(f"{address_in(line)}/v1/consent", json=body(version)) as answer:
                statuses.append(answer.status)
                assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, limits)
            assert await post(20) == {201}
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    store = await open_store(database(folder))
    try:
        result = await verify(store)
        assert (result.problem, result.records) == (None, statuses.count(201))
    finally:
        await store.close()


async def test_two_servers_on_one_file_lose_nothing_and_continue_one_chain(folder: Path) -> None:
    version = published(folder)
    with serving(folder) as (_, first), serving(folder) as (_, second):
        async with aiohttp.ClientSession() as session:

            async def visitor(address: str) -> list[int]:
                return [await posted(session, address, body(version)) for _ in range(10)]

            addresses = [address_in(first), address_in(second)] * 6
            answers = await asyncio.gather(*(visitor(address) for address in addresses))
    assert {status for statuses in answers for status in statuses} == {201}
    store = await open_store(database(folder))
    try:
        result = await verify(store)
        assert (result.problem, result.records, len(await store.writers())) == (None, 120, 1)
    finally:
        await store.close()


@pytest.mark.parametrize("listen", ["nowhere", "127.0.0.1:99999", "203.0.113.1:80", ":x"])
def test_an_address_that_cannot_be_listened_on_is_told(folder: Path, listen: str) -> None:
    command = arguments(folder, "serve", "--listen", listen)
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert f"{listen}: cannot listen there" in ended.stderr
    assert not re.search(r"Errno|int\(\)|getsockaddrarg", ended.stderr)
    assert "Traceback" not in ended.stderr


def test_the_server_needs_no_browser_library(folder: Path) -> None:
    code = "import sys; import consent.commands.serve; assert not any(m.startswith('playwright') for m in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=folder)


async def test_its_log_has_neither_addresses_nor_consent_ids(folder: Path) -> None:
    version = published(folder)
    content = body(version)
    with serving(folder) as (process, line):
        async with aiohttp.ClientSession() as session:
            await posted(session, address_in(line), content)
            await posted(session, address_in(line), content | {"action": "save"})
            async with session.get(f"{address_in(line)}/v1/consent/{content['consent_id']}"):
                pass
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    assert content["consent_id"] not in out + err
    assert "127.0.0.1" not in err


async def test_its_log_lines_are_json_with_routes_and_ids_where_that_is_asked_for(folder: Path) -> None:
    version = published(folder)
    content = body(version)
    with serving(folder, "--log-format", "json", "--log-requests") as (process, line):
        address = address_in(line)
        async with aiohttp.ClientSession(headers={"X-Request-Id": "test-0123456789"}) as session:
            assert await posted(session, address, content) == 201
            async with session.get(f"{address}/v1/consent/{content['consent_id']}?q=secret"):
                pass
        host, port = address.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"NONSENSE\r\n\r\n")
        await reader.read()
        writer.close()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    lines = [json.loads(one) for one in err.splitlines()]
    requests = [one for one in lines if one["message"] == "request"]
    assert [(one["route"], one["status"], one["request_id"]) for one in requests] == [
        ("/v1/consent", 201, "test-0123456789"),
        ("/v1/consent/{consent_id}", 200, "test-0123456789"),
    ]
    for secret in (content["consent_id"], "127.0.0.1", "secret"):
        assert secret not in err


async def test_with_a_grace_it_says_no_more_and_goes_on_answering_until_it_is_over(folder: Path) -> None:
    version = published(folder)
    with serving(folder, "--grace", "1.5") as (process, line):
        address = address_in(line)
        async with aiohttp.ClientSession() as session:

            async def ready() -> int:
                async with session.get(f"{address}/readyz") as answer:
                    return answer.status

            assert await ready() == 200
            process.send_signal(signal.SIGTERM)
            while await ready() == 200:  # noqa: ASYNC110 - until the signal has arrived
                await asyncio.sleep(0.01)
            assert await posted(session, address, body(version)) == 201
        assert process.wait(timeout=30) == 0


async def test_two_servers_serve_one_postgresql_database_and_its_log_verifies(
    folder: Path, postgresql_url: str
) -> None:
    version = published(folder, postgresql_url)
    content = body(version)
    with (
        serving(folder, url=postgresql_url) as (first, line),
        serving(folder, url=postgresql_url) as (second, other_line),
    ):
        addresses = [address_in(line), address_in(other_line)]
        async with aiohttp.ClientSession() as session:
            posts = [posted(session, address, body(version)) for address in addresses for _ in range(20)]
            # A browser whose beacon and retry reach two servers: one record.
            posts += [posted(session, address, content) for address in addresses]
            assert set(await asyncio.gather(*posts)) <= {200, 201}
            async with session.get(f"{addresses[0]}/v1/consent/{content['consent_id']}") as answer:
                assert len((await answer.json())["data"]["records"]) == 1
        for server in (first, second):
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=30) == 0
    store = await open_store(postgresql_url, create=False)
    try:
        result = await verify(store)
        assert (result.problem, result.records) == (None, 41)
        # The chain of each server; the commands' own has the publication alone.
        assert len([one for one in result.anchors.chains if one.position >= 20]) == 2
    finally:
        await store.close()
