"""The servers that are measured: the baselines, which store nothing, and `consentry serve` in processes of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
from aiohttp import web

from consent.model.inventory import Inventory, encode_inventory
from consent.model.records import ConsentEvent

SLOW_FSYNC = Path(__file__).with_name("slow_fsync.c")


class Server(NamedTuple):
    """A running server: its address and the process that answers."""

    address: str
    pid: int


def bare_application(script: bytes = b"") -> web.Application:
    """The baselines: aiohttp with msgspec that parses an event and stores nothing, and aiohttp with a script in memory."""
    decoder = msgspec.json.Decoder(ConsentEvent)
    headers = {"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "public, max-age=300"}

    async def post(request: web.Request) -> web.Response:
        event = decoder.decode(await request.read())
        return web.Response(body=b'{"data":"%b"}' % event.event_id.encode(), status=201)

    async def get(request: web.Request) -> web.Response:
        del request
        return web.Response(body=script, headers=headers)

    app = web.Application()
    app.router.add_post("/v1/consent", post)
    app.router.add_get("/w/larkspur.js", get)
    return app


def serve_bare(script: Path | None) -> None:
    """Run the baselines on a free port and print the address, until it is ended."""
    content = script.read_bytes() if script else b""

    async def run() -> None:
        runner = web.AppRunner(bare_application(content), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
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
def started(command: list[str], environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Start a server that prints its address, and end it."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | (environment or {}),
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield Server(re.findall(r"http://[\w.:\[\]]+", line)[0], process.pid)
    finally:
        process.terminate()  # SIGINT is ignored by what was started in the background
        process.wait(timeout=60)


def serve_command(folder: Path, database: str) -> list[str]:
    """Return the command line of `consentry serve` for the site of `published`."""
    command = [sys.executable, "-m", "consent.cli", "serve", "--listen", "127.0.0.1:0"]
    return [*command, "--sites", f"{folder}/sites.toml", "--database", database]


def slow_fsync(folder: Path, milliseconds: int) -> dict[str, str] | None:
    """Return the environment in which a process waits so long for each fsync; None where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        return None
    library = folder / "slow_fsync.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(SLOW_FSYNC), "-ldl"], check=True
    )
    return {"LD_PRELOAD": str(library), "SLOW_FSYNC_MS": str(milliseconds)}


def published(folder: Path, database: str) -> str:
    """Publish an empty inventory of a site and return the notice version."""
    (folder / "sites.toml").write_text(
        '[sites.larkspur]\nurl = "https://www.larkspur.example/"\nname = "Larkspur & Co"\n', encoding="utf-8"
    )
    inventory = Inventory(site="larkspur", scan_id="benchmark", created="2026-11-24T10:00:00Z")
    (folder / "inventory.json").write_bytes(encode_inventory(inventory))
    command = [sys.executable, "-m", "consent.cli", "widget", "publish", "larkspur", "--json"]
    command += ["--sites", f"{folder}/sites.toml", "--database", database]
    command += ["--inventory", f"{folder}/inventory.json"]
    output = subprocess.run(command, check=True, capture_output=True).stdout
    version: str = json.loads(output)["data"]["notice_version"]
    return version


def processor_s(pid: int, thread: int | None = None) -> float:
    """Return the processor time that a process, or one of its threads, has used; 0 where the system does not tell."""
    path = Path(f"/proc/{pid}/stat" if thread is None else f"/proc/{pid}/task/{thread}/stat")
    try:
        fields = path.read_text(encoding="ascii").rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Return the memory that a process holds, 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def machine_s() -> tuple[float, float]:
    """Return the processor time that the machine has used and has had, over all processors; zeros where it is not told."""
    try:
        fields = [
            int(text) for text in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:9]
        ]
    except OSError:
        return 0.0, 0.0
    ticks = os.sysconf("SC_CLK_TCK")
    return (sum(fields) - fields[3] - fields[4]) / ticks, sum(fields) / ticks
