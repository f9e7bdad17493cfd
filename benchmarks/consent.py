"""Durable POST /v1/consent against a handler that parses the same JSON and stores nothing, in one run.

    .venv/bin/python benchmarks/consent.py [--postgresql] [--seconds 6] [--connections 64] [--rounds 3]

The log is in SQLite, or in a PostgreSQL that is started for it with the settings that it has by default.

Both servers run in processes of their own, on uvloop where it is installed; the load comes from a third one. The rounds
alternate, so that a noisy machine disturbs both; where it is a Linux, the processor time that a request took in the server
is printed too, which others on the machine hardly touch. The load is wrk where it is on the PATH (`apt install wrk`), else a small
loop of our own, which is slower and so flatters the ratio: the closing line says which one it was.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import msgspec
from aiohttp import web

sys.path.remove(str(Path(__file__).parent))  # this program has the package's name, and would be found first

from consent.model.inventory import Inventory, encode_inventory
from consent.model.records import ConsentEvent
from tests.consent import postgresql as databases

TARGET = 0.65

# Each request is another visitor's event: a repeated one would only be looked up.
WRK = """
local body = [[%s]]
local before, after = body:match("^(.-)@@ID@@(.*)$")
local middle, rest = after:match("^(.-)@@EVENT@@(.*)$")
local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
local function token(n)
  local t = {}
  for i = 1, n do local k = math.random(64); t[i] = alphabet:sub(k, k) end
  return table.concat(t)
end
local seeded = false
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Origin"] = "https://www.larkspur.example"
wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
local pool, at = {}, 0
function init() math.randomseed(os.time() * 1000 + %d)
  for i = 1, 4096 do pool[i] = token(18) end
end
local count = 0
function request()
  count = count + 1
  at = at %% 4096 + 1
  local tail = string.format("%%04d", count %% 10000)
  return wrk.format(nil, nil, nil, before .. pool[at] .. tail .. middle .. tail .. count .. rest)
end


"""


def bare_application() -> web.Application:
    """The baseline: aiohttp and msgspec, the same body, no storage."""
    decoder = msgspec.json.Decoder(ConsentEvent)

    async def post(request: web.Request) -> web.Response:
        event = decoder.decode(await request.read())
        return web.Response(body=b'{"data":"%b"}' % event.event_id.encode(), status=201)

    app = web.Application()
    app.router.add_post("/v1/consent", post)
    return app


def serve_bare() -> None:
    """Run the baseline on a free port and print its address."""

    async def run() -> None:
        runner = web.AppRunner(bare_application(), access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        host, port = runner.addresses[0][:2]
        print(f"http://{host}:{port}", flush=True)
        await asyncio.Event().wait()

    try:
        import uvloop  # noqa: PLC0415 - optional

        factory = uvloop.new_event_loop
    except ImportError:
        factory = None
    with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=factory) as runner:
        runner.run(run())


@contextlib.contextmanager
def started(command: list[str]) -> Iterator[tuple[str, int]]:
    """Start a server, yield its address and process id, and end it."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield re.findall(r"http://[\w.:\[\]]+", line)[0], process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def processor_s(pid: int) -> float:
    """Return the processor time that a process has used, 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(server: tuple[str, int], body: str, script: Path, args: argparse.Namespace) -> dict[str, float]:
    """Put one server under load; adds the processor time a request, in microseconds."""
    address, pid = server
    before = processor_s(pid)
    result = load(address, body, script, args)
    result["cpu"] = (processor_s(pid) - before) / (result["rps"] * args.seconds) * 1e6
    return result


def load(address: str, body: str, script: Path, args: argparse.Namespace) -> dict[str, float]:
    """Return requests a second and latencies in milliseconds."""
    if shutil.which("wrk") is None:
        return asyncio.run(own_load(address, body, args))
    script.write_text(WRK % (body, secrets.randbelow(10**6)), encoding="utf-8")
    command = [
        "wrk",
        "-t1",
        f"-c{args.connections}",
        f"-d{args.seconds}s",
        "--latency",
        "-s",
        str(script),
        f"{address}/v1/consent",
    ]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in output or "status" in output:
        raise SystemExit(output)
    latencies = dict(re.findall(r"^\s+(50|99)%\s+([\d.]+\w+)", output, re.MULTILINE))
    return {
        "rps": float(re.findall(r"Requests/sec:\s+([\d.]+)", output)[0]),
        "p50": _milliseconds(latencies["50"]),
        "p99": _milliseconds(latencies["99"]),
    }


def _milliseconds(text: str) -> float:
    number, unit = re.findall(r"([\d.]+)(us|ms|s)", text)[0]
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


async def own_load(address: str, body: str, args: argparse.Namespace) -> dict[str, float]:
    """Keep as many connections busy, each with one request at a time."""
    parts = urlsplit(address)
    times: list[float] = []
    end = time.perf_counter() + args.seconds

    async def client() -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        while (start := time.perf_counter()) < end:
            content = body.replace("@@ID@@", secrets.token_urlsafe(16)).replace(
                "@@EVENT@@", secrets.token_hex(8)
            )
            writer.write(
                f"POST /v1/consent HTTP/1.1\r\nHost: x\r\nOrigin: https://www.larkspur.example\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n{content}".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 201 " not in head:
                raise SystemExit(head.decode())
            await reader.readexactly(int(re.findall(rb"Content-Length: (\d+)", head)[0]))
            times.append((time.perf_counter() - start) * 1000)
        writer.close()

    await asyncio.gather(*(client() for _ in range(args.connections)))
    quantiles = statistics.quantiles(times, n=100)
    return {"rps": len(times) / args.seconds, "p50": quantiles[49], "p99": quantiles[98]}


def published(folder: Path, database: str) -> str:
    """Publish an empty inventory and return the notice version."""
    (folder / "sites.toml").write_text(
        f'[server]\ndatabase = "{database}"\n'
        '[sites.larkspur]\nurl = "https://www.larkspur.example/"\nname = "Larkspur & Co"\n',
        encoding="utf-8",
    )
    inventory = Inventory(site="larkspur", scan_id="benchmark", created="2026-11-24T10:00:00Z")
    (folder / "inventory.json").write_bytes(encode_inventory(inventory))
    command = [sys.executable, "-m", "consent.cli", "widget", "publish", "larkspur", "--json"]
    command += ["--sites", f"{folder}/sites.toml", "--inventory", f"{folder}/inventory.json"]
    output = subprocess.run(command, check=True, capture_output=True).stdout
    version: str = json.loads(output)["data"]["notice_version"]
    return version


def event(version: str) -> str:
    """Return a typical body with places for the two ids that differ each time (22 and up to 64 characters)."""
    return json.dumps(
        {
            "site": "larkspur",
            "consent_id": "@@ID@@",
            "event_id": "@@EVENT@@",
            "event": "given",
            "action": "accept_all",
            "surface": "banner",
            "categories": dict.fromkeys(
                ("necessary", "performance", "functionality", "advertising"), "granted"
            ),
            "notice_version": version,
            "widget_version": "benchmark",
            "language": "en",
            "page": "https://www.larkspur.example/tea/green",
            "client_time": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
            "gpc": False,
        },
        separators=(",", ":"),
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgresql", action="store_true", help="measure on PostgreSQL instead of SQLite")
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.bare:
        serve_bare()
        return
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="consentry-benchmark-")))
        database = f"sqlite:///{folder}/consentry.db"
        if args.postgresql:
            database = databases.new_database(stack.enter_context(databases.server()))
        body = event(published(folder, database))
        ours = [sys.executable, "-m", "consent.cli", "serve", "--listen", "127.0.0.1:0"]
        ours += ["--sites", f"{folder}/sites.toml"]
        results: dict[str, list[dict[str, float]]] = {"bare": [], "durable": []}
        with (
            started([sys.executable, __file__, "--bare"]) as bare,
            started(ours) as durable,
        ):
            for _ in range(args.rounds):
                results["bare"].append(measured(bare, body, folder / "load.lua", args))
                results["durable"].append(measured(durable, body, folder / "load.lua", args))
        report(results, database, args)


def report(results: dict[str, list[dict[str, float]]], database: str, args: argparse.Namespace) -> None:
    """Print each case's median round, and the ratio of the medians."""
    tool = "wrk" if shutil.which("wrk") else "own loop"
    print(f"{args.connections} connections, {args.rounds} rounds of {args.seconds} s, load by {tool}")
    medians = {}
    for case, rounds in results.items():
        medians[case] = statistics.median(r["rps"] for r in rounds)
        p50, p99, cpu = (statistics.median(r[key] for r in rounds) for key in ("p50", "p99", "cpu"))
        print(
            f"{case:8} {medians[case]:9,.0f} requests/s   p50 {p50:6.2f} ms   p99 {p99:6.2f} ms   {cpu:4.0f} us of processor   "
            f"({', '.join(format(r['rps'], ',.0f') for r in rounds)})"
        )
    records, batches, size = (
        asyncio.run(size_in_postgresql(database)) if args.postgresql else size_of(database)
    )
    print(f"{records:,} records in {batches:,} batches, {size / max(records, 1):,.0f} bytes a record on disk")
    ratio = medians["durable"] / medians["bare"]
    print(f"ratio durable / bare: {ratio:.2f} (target {TARGET})")


def size_of(database: str) -> tuple[int, int, int]:
    """Return records, batches, and bytes on the disk."""
    with contextlib.closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        records, batches = connection.execute(
            "SELECT count(*), (SELECT count(*) FROM seal) FROM entry"
        ).fetchone()
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    return records, batches, pages * size


async def size_in_postgresql(database: str) -> tuple[int, int, int]:
    """Return the same of PostgreSQL: tables with their indexes, without the write-ahead log."""
    connection = await asyncpg.connect(database)
    try:
        row = await connection.fetchrow(
            "SELECT count(*), (SELECT count(*) FROM seal),"
            " pg_total_relation_size('entry') + pg_total_relation_size('seal') FROM entry"
        )
    finally:
        await connection.close()
    return tuple(row)


if __name__ == "__main__":
    main()
