"""What is lost when things go wrong: real servers under load are killed, starved, restarted and flooded.

    python scripts/faults.py [--rounds 20] [--slow-clients 10000] [SCENARIO …]

Each scenario counts the events that were acknowledged (201), looks for each of them in the database afterwards, and
verifies the chain. It exits with 1 where one was lost or stored twice. `make faults` runs all of them in full;
tests/scripts/test_faults.py runs each in small.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import json
import os
import re
import resource
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

sys.path.insert(0, str(Path(__file__).parents[1]))

from consent.log import ConsentLog, RequestContext, running
from consent.model.inventory import encode_inventory
from consent.publication import publish
from consent.store import open_store
from consent.store.entries import EntryKind
from consent.store.sqlite import SqliteStore
from consent.verification import verify
from tests.consent import factories
from tests.consent import postgresql as databases

SITES = """
[server]
public_url = "https://consent.larkspur.example"
[sites.larkspur]
url = "https://www.larkspur.example/"
"""


class NotPossibleHereError(Exception):
    """The machine does not allow this scenario."""


@dataclass
class Outcome:
    """What a scenario found. Events are told apart by their consent ids; ``notes`` are further measurements."""

    acknowledged: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    stored: int = 0
    lost: int = 0
    duplicated: int = 0
    invented: int = 0
    problem: str = ""
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether nothing was lost, doubled or made up, and the chain verifies."""
        return not (self.lost or self.duplicated or self.invented or self.problem)


async def judge(url: str, outcome: Outcome) -> None:
    """Look for every acknowledged event in the database, and verify its chains."""
    store = await open_store(url, create=False)
    try:
        stored: Counter[str] = Counter()
        for writer in await store.writers():
            after = 0
            while page := await store.entries(writer, after=after, limit=5000):
                after = page[-1].position
                stored.update(one.consent_id or "" for one in page if one.kind == EntryKind.RECORD)
        result = await verify(store)
    finally:
        await store.close()
    outcome.stored = stored.total()
    outcome.lost = len(outcome.acknowledged - set(stored))
    outcome.duplicated = stored.total() - len(stored)
    outcome.invented = len(set(stored) - outcome.sent)
    outcome.problem = result.problem.message if result.problem else ""


# --- a server and its visitors


def prepare(folder: Path, url: str) -> str:
    """Write the configuration, publish, and return the notice version."""
    (folder / "sites.toml").write_text(SITES, encoding="utf-8")
    (folder / "inventory.json").write_bytes(encode_inventory(factories.inventory()))
    words = ("widget", "publish", "larkspur", "--json", "--inventory", str(folder / "inventory.json"))
    output = subprocess.run(_command(folder, url, *words), check=True, capture_output=True).stdout
    version: str = json.loads(output)["data"]["notice_version"]
    return version


def _command(folder: Path, url: str, *words: str) -> list[str]:
    options = ("--sites", str(folder / "sites.toml"), "--database", url)
    return [sys.executable, "-m", "consent.cli", *words, *options]


@contextlib.asynccontextmanager
async def serving(folder: Path, url: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Start a server of its own process; it is ended in order, unless it has ended already."""
    words = ("serve", "--listen", "127.0.0.1:0")
    with (folder / "server.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *_command(folder, url, *words), stdout=asyncio.subprocess.PIPE, stderr=log
        )
        try:
            assert process.stdout is not None
            line = (await process.stdout.readline()).decode()
            [address] = re.findall(r"http://127\.0\.0\.1:\d+", line)
            yield process, address
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                try:
                    await asyncio.wait_for(process.wait(), 30)
                except TimeoutError:
                    process.kill()
                    await process.wait()


class Visitors:
    """So many visitors at once, each of whom sends one event after the other, and repeats one that got no answer."""

    def __init__(self, outcome: Outcome, version: str, count: int = 32) -> None:
        self.outcome, self.version, self.count = outcome, version, count
        self.address = ""
        self.stopping = asyncio.Event()

    async def _visitor(self, session: aiohttp.ClientSession) -> None:
        while not self.stopping.is_set():
            content = factories.body(self.version)
            self.outcome.sent.add(content["consent_id"])
            for _ in range(40):  # the widget's queue does the same
                try:
                    async with session.post(f"{self.address}/v1/consent", json=content) as answer:
                        self.outcome.statuses[answer.status] += 1
                        if answer.status == 201:
                            self.outcome.acknowledged.add(content["consent_id"])
                            break
                except (aiohttp.ClientError, OSError):
                    self.outcome.statuses[0] += 1
                if self.stopping.is_set():
                    return
                await asyncio.sleep(0.05)

    @contextlib.asynccontextmanager
    async def at(self, address: str) -> AsyncIterator[None]:
        """Let them come to a server until the block ends."""
        self.address = address
        self.stopping.clear()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
            tasks = [asyncio.create_task(self._visitor(session)) for _ in range(self.count)]
            try:
                yield
            finally:
                self.stopping.set()
                await asyncio.gather(*tasks)

    async def until(self, more: int) -> None:
        """Wait until so many more events are acknowledged; raises `TimeoutError` after two minutes."""
        wanted = len(self.outcome.acknowledged) + more
        async with asyncio.timeout(120):
            while len(self.outcome.acknowledged) < wanted:  # noqa: ASYNC110 - others change it, and tell nobody
                await asyncio.sleep(0.01)


# --- the scenarios


async def kill(folder: Path, options: argparse.Namespace) -> Outcome:
    """Kill -9 while events are written, again and again; the visitors send on to the next server."""
    outcome, url = Outcome(), f"sqlite:///{folder}/log.db"
    visitors = Visitors(outcome, prepare(folder, url))
    for _ in range(options.rounds):
        async with serving(folder, url) as (process, address), visitors.at(address):
            await visitors.until(options.events)
            process.kill()
            await process.wait()
            visitors.stopping.set()
        await judge(url, outcome)
        if not outcome.good:
            break
    outcome.notes["kills"] = options.rounds
    return outcome


async def postgresql(folder: Path, options: argparse.Namespace) -> Outcome:
    """End every process of the database at once while events are written, and start it again."""
    outcome = Outcome()
    with databases.server() as server:
        url = databases.new_database(server)
        visitors = Visitors(outcome, prepare(folder, url))
        async with serving(folder, url) as (_, address), visitors.at(address):
            for _ in range(max(1, options.rounds // 4)):
                await visitors.until(options.events)
                await asyncio.to_thread(databases.crash, server)
                await asyncio.sleep(0.2)
                await asyncio.to_thread(server.ensure_postgres_running)
                await visitors.until(options.events)
        await judge(url, outcome)
    outcome.notes["crashes"] = max(1, options.rounds // 4)
    return outcome


def _run(command: list[str]) -> int:
    return subprocess.run(command, check=False, capture_output=True).returncode


async def full_disk(folder: Path, options: argparse.Namespace) -> Outcome:
    """Let the log fill a real, small file system; then make room again."""
    del options
    small = folder / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(small)]
    if os.geteuid() or (await asyncio.to_thread(_run, mount)):
        raise NotPossibleHereError("mounting a small file system needs root and the right to mount")
    try:
        outcome, url = Outcome(), f"sqlite:///{small}/log.db"
        ballast = small / "ballast"
        visitors = Visitors(outcome, prepare(folder, url), count=8)
        async with serving(folder, url) as (_, address), aiohttp.ClientSession() as session:

            async def ready() -> int:
                async with session.get(f"{address}/readyz") as answer:
                    return answer.status

            async with visitors.at(address):
                await visitors.until(50)
                with contextlib.suppress(OSError), ballast.open("wb") as file:
                    while True:
                        file.write(bytes(65_536))
                        file.flush()
                async with asyncio.timeout(60):
                    while not outcome.statuses[503]:  # noqa: ASYNC110 - others change it, and tell nobody
                        await asyncio.sleep(0.01)
                outcome.notes["ready while full"] = await ready()
                ballast.unlink()
                await visitors.until(50)
            outcome.notes["refused"] = outcome.statuses[503]
        await judge(url, outcome)
        return outcome
    finally:
        await asyncio.to_thread(_run, ["umount", "-l", str(small)])


async def clock(folder: Path, options: argparse.Namespace) -> Outcome:
    """Set the clock back and forth by seconds, days and years between batches."""
    outcome, now = Outcome(), [time.time_ns() // 1_000_000]

    def new_id() -> Any:
        random = int.from_bytes(os.urandom(10), "big")
        value = (now[0] & (2**48 - 1)) << 80 | 7 << 76 | (random >> 2 & 0xFFF) << 64 | 0b10 << 62
        return uuid.UUID(int=value | random >> 18 & (2**62 - 1))

    store = SqliteStore(folder / "log.db", clock=lambda: now[0])
    await store.open()
    try:
        shown, _ = await publish(
            store, factories.site(), factories.inventory(), public_url=factories.PUBLIC_URL
        )
        log = ConsentLog(store, factories.settings().sites, new_id=new_id)
        async with running(log):
            jumps = (0, -1_500, 3_000, -86_400_000, 5, 400 * 86_400_000, -900 * 86_400_000, 0, 60_000)
            for jump in jumps * options.rounds:
                now[0] += jump
                events = [factories.event(shown.notice_version) for _ in range(5)]
                outcome.sent |= {event.consent_id for event in events}
                for record in await asyncio.gather(*(log.append(one, RequestContext()) for one in events)):
                    outcome.acknowledged.add(record.consent_id)
    finally:
        await store.close()
    await judge(f"sqlite:///{folder}/log.db", outcome)
    outcome.notes["jumps"] = len(jumps) * options.rounds
    return outcome


async def slow_clients(folder: Path, options: argparse.Namespace) -> Outcome:
    """Open thousands of connections that send a byte now and then; others must be served meanwhile."""
    outcome, url = Outcome(), f"sqlite:///{folder}/log.db"
    visitors = Visitors(outcome, prepare(folder, url), count=8)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    wanted = min(options.slow_clients, most - 500)
    head = b"POST /v1/consent HTTP/1.1\r\nHost: x\r\n"
    body = head + b"Content-Type: application/json\r\nContent-Length: 900\r\n\r\n{"
    heads = (b"", head + b"X-Slow: ", body)
    async with serving(folder, url) as (_, address):
        host, port = address.removeprefix("http://").split(":")
        gate = asyncio.Semaphore(200)
        opened = closed = 0

        async def slow(number: int) -> None:
            nonlocal opened, closed
            try:
                async with gate:
                    reader, writer = await asyncio.open_connection(host, int(port))
                    opened += 1
                    writer.write(heads[number % len(heads)])
                try:
                    while not reader.at_eof():
                        with contextlib.suppress(TimeoutError):
                            await asyncio.wait_for(reader.read(4096), 3)
                        writer.write(b"x")
                        await writer.drain()
                finally:
                    writer.close()
            except OSError as error:
                if error.errno == errno.EMFILE:
                    raise
            closed += 1

        tasks = [asyncio.create_task(slow(number)) for number in range(wanted)]
        began = time.monotonic()
        async with visitors.at(address):
            async with asyncio.timeout(300):
                while opened < wanted and closed < wanted:  # noqa: ASYNC110 - others change it, and tell nobody
                    await asyncio.sleep(0.05)
                before = len(outcome.acknowledged)
                await visitors.until(100)
                outcome.notes["served beside them"] = len(outcome.acknowledged) - before
                await asyncio.gather(*tasks)
        outcome.notes |= {"slow clients": wanted, "all let go after s": round(time.monotonic() - began, 1)}
    await judge(url, outcome)
    return outcome


async def malformed(folder: Path, options: argparse.Namespace) -> Outcome:
    """Flood with what is no request or no event, beside good ones: never a 5xx, and the good ones are stored."""
    outcome, url = Outcome(), f"sqlite:///{folder}/log.db"
    visitors = Visitors(outcome, prepare(folder, url), count=8)
    answers: Counter[str] = Counter()
    async with serving(folder, url) as (_, address):
        host, port = address.removeprefix("http://").split(":")

        async def one() -> None:
            junk = secrets.token_bytes(secrets.randbelow(2000))
            shape = secrets.choice((
                b"POST /v1/consent HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(junk), junk),
                b"POST /v1/consent HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n%b" % junk,
                b"GET /%b HTTP/1.1\r\n\r\n" % junk, junk + b"\r\n\r\n", b"POST /v1/consent HTTP/9.9\r\n\r\n",
                b"GET / HTTP/1.1\r\n" + b"X: %b\r\n" % (b"y" * 20_000) + b"\r\n",
            ))  # fmt: skip
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection(host, int(port))
                writer.write(shape)
                writer.write_eof()
                async with asyncio.timeout(30):
                    line = await reader.readline()
                answers[line[9:10].decode("ascii", "replace") or "closed"] += 1
                writer.close()

        async with visitors.at(address):
            for _ in range(max(1, options.flood // 100)):
                await asyncio.gather(*(one() for _ in range(100)))
            await visitors.until(100)
    await judge(url, outcome)
    outcome.notes |= {"answers to junk": dict(answers)}
    if answers["5"] or any(status >= 500 for status in outcome.statuses):
        outcome.problem = outcome.problem or "a malformed request was answered with 5xx"
    return outcome


SCENARIOS: dict[str, Callable[[Path, argparse.Namespace], Awaitable[Outcome]]] = {
    "kill": kill,
    "postgresql": postgresql,
    "full-disk": full_disk,
    "clock": clock,
    "slow-clients": slow_clients,
    "malformed": malformed,
}


def parser() -> argparse.ArgumentParser:
    """Return the options, which tests fill in small."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)}; else all")
    made.add_argument("--rounds", type=int, default=20)
    made.add_argument("--events", type=int, default=300, help="acknowledged between two faults")
    made.add_argument("--slow-clients", type=int, default=10_000)
    made.add_argument("--flood", type=int, default=20_000)
    return made


def main() -> int:
    """Run the scenarios and print the table; returns 1 where one failed."""
    options = parser().parse_args()
    print(f"{'scenario':14} {'acknowledged':>12} {'stored':>8} {'lost':>5} {'duplicated':>10}  notes")
    failed = False
    for name in options.scenarios or SCENARIOS:
        with tempfile.TemporaryDirectory(prefix="consentry-faults-") as folder:
            try:
                found = asyncio.run(SCENARIOS[name](Path(folder), options))
            except NotPossibleHereError as error:
                print(f"{name:14} not run: {error}")
                continue
        failed = failed or not found.good
        notes = ", ".join(f"{key} {value}" for key, value in found.notes.items())
        end = f"  FAILED {found.problem}" if not found.good else ""
        print(
            f"{name:14} {len(found.acknowledged):>12,} {found.stored:>8,} {found.lost:>5} {found.duplicated:>10}"
            f"  {notes}{end}",
            flush=True,
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
