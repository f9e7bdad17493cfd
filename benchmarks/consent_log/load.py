"""Load on a server: as much as it takes (wrk), or at a fixed rate (a client of our own, since wrk knows no rate)."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import shutil
import statistics
import subprocess
import time
from collections import deque
from pathlib import Path
from urllib.parse import urlsplit

ORIGIN = "https://www.larkspur.example"
USER_AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)

# Each request is another visitor's event: a repeated one would only be looked up. Four of the ids' two-letter parts are
# drawn for each, so that they fall anywhere in an index, as a browser's own do.
_POST = """
local body = [[%s]]
local before, after = body:match("^(.-)@@ID@@(.*)$")
local middle, rest = after:match("^(.-)@@EVENT@@(.*)$")
local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Origin"] = "%s"
wrk.headers["User-Agent"] = "%s"
local parts, run, count, random = {}, "", 0, math.random
function init()
  math.randomseed(%d)
  for i = 1, 4096 do
    local high, low = math.floor((i - 1) / 64) + 1, (i - 1) %% 64 + 1
    parts[i] = alphabet:sub(high, high) .. alphabet:sub(low, low)
  end
  for i = 1, 3 do run = run .. parts[random(4096)] end
end
function request()
  count = count + 1
  local number = string.format("%%08d", count)
  local id = parts[random(4096)] .. parts[random(4096)] .. parts[random(4096)] .. parts[random(4096)] .. run .. number
  return wrk.format(nil, nil, nil, before .. id .. middle .. run .. number .. rest)
end
"""


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
            "page": f"{ORIGIN}/tea/green",
            "client_time": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
            "gpc": False,
            "prompt_reason": "first",
            "ms_since_shown": 4200,
            "automated": False,
        },
        separators=(",", ":"),
    )


def tool() -> str:
    """Return what makes the load, for the report: our own client is slower than wrk, and so flatters a ratio."""
    return "wrk" if shutil.which("wrk") else "a client in Python (install wrk for figures that count)"


def most(url: str, body: str | None, *, seconds: int, connections: int, folder: Path) -> dict[str, float]:
    """Keep so many connections busy; returns ``rps`` and the latencies ``p50`` and ``p99`` in milliseconds."""
    if shutil.which("wrk") is None:
        return asyncio.run(_busy(url, body, seconds, connections))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s"]
    if body is not None:
        script = folder / "load.lua"
        script.write_text(_POST % (body, ORIGIN, USER_AGENT, secrets.randbelow(10**9)), encoding="utf-8")
        command += ["-s", str(script)]
    output = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in output:
        raise SystemExit(output)
    latencies = dict(re.findall(r"^\s+(50|99)%\s+([\d.]+\w+)", output, re.MULTILINE))
    return {
        "rps": float(re.findall(r"Requests/sec:\s+([\d.]+)", output)[0]),
        "p50": _milliseconds(latencies["50"]),
        "p99": _milliseconds(latencies["99"]),
    }


def _milliseconds(text: str) -> float:
    number, unit = re.findall(r"([\d.]+)(us|ms|s|m)", text)[0]
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}[unit]


def at_rate(url: str, body: str, *, rate: float, seconds: int, connections: int) -> dict[str, float]:
    """Send requests at fixed times, whether or not earlier ones were answered.

    A latency counts from the time at which its request was due, so that a server that stands still for a second is not
    asked less, and each request that it delays is one of the slow ones. Returns ``rps`` answered, ``p50``, ``p99`` and
    ``max`` in milliseconds.
    """
    return asyncio.run(_at_rate(url, body, rate, seconds, connections))


async def _at_rate(url: str, body: str, rate: float, seconds: int, connections: int) -> dict[str, float]:
    parts = urlsplit(url)
    loop = asyncio.get_running_loop()
    waiting: deque[float] = deque()
    free: deque[_Client] = deque()
    latencies: list[float] = []
    clients = [
        (await loop.create_connection(lambda: _Client(body, waiting, free, latencies), parts.hostname, parts.port))[1]
        for _ in range(connections)
    ]  # fmt: skip
    free.extend(clients)
    start = loop.time() + 0.1
    total = int(rate * seconds)
    sent = 0
    while sent < total or len(free) < connections:
        now = loop.time()
        while sent < total and (due := start + sent / rate) <= now:
            sent += 1
            if free:
                free.popleft().send(due)
            else:
                waiting.append(due)
        await asyncio.sleep(0.0005)
    took = loop.time() - start
    for client in clients:
        client.transport.close()
    quantiles = statistics.quantiles(latencies, n=100)
    return {
        "rps": total / took,
        "p50": quantiles[49] * 1000,
        "p99": quantiles[98] * 1000,
        "max": max(latencies) * 1000,
    }


class _Client(asyncio.Protocol):
    """One connection with at most one request at a time."""

    transport: asyncio.Transport

    def __init__(
        self, body: str, waiting: deque[float], free: deque[_Client], latencies: list[float]
    ) -> None:
        before, _, after = body.partition("@@ID@@")
        middle, _, rest = after.partition("@@EVENT@@")
        length = len(before) + 22 + len(middle) + 22 + len(rest)
        head = (
            f"POST /v1/consent HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nOrigin: {ORIGIN}\r\n"
            f"User-Agent: {USER_AGENT}\r\nContent-Length: {length}\r\n\r\n"
        )
        self._parts = (head + before, middle, rest)
        self._waiting, self._free, self._latencies = waiting, free, latencies
        self._due = 0.0
        self._received = b""
        self._now = time.monotonic

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self, due: float) -> None:
        self._due = due
        number = secrets.token_urlsafe(16)
        before, middle, rest = self._parts
        self.transport.write(f"{before}{number}{middle}{number}{rest}".encode())

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
        if len(body) < length:
            return
        if b" 201 " not in head[:20]:
            raise SystemExit(head.decode())
        self._received = b""
        self._latencies.append(self._now() - self._due)
        if self._waiting:
            self.send(self._waiting.popleft())
        else:
            self._free.append(self)


async def _busy(url: str, body: str | None, seconds: int, connections: int) -> dict[str, float]:
    """Keep as many connections busy, each with one request at a time, without wrk."""
    parts = urlsplit(url)
    times: list[float] = []
    end = time.perf_counter() + seconds

    async def client() -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        while (start := time.perf_counter()) < end:
            content = (body or "").replace("@@ID@@", secrets.token_urlsafe(16))
            content = content.replace("@@EVENT@@", secrets.token_hex(8))
            method = "GET" if body is None else "POST"
            writer.write(
                f"{method} {parts.path} HTTP/1.1\r\nHost: x\r\nOrigin: {ORIGIN}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n{content}".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 20" not in head[:20]:
                raise SystemExit(head.decode())
            await reader.readexactly(int(re.findall(rb"Content-Length: (\d+)", head)[0]))
            times.append((time.perf_counter() - start) * 1000)
        writer.close()

    await asyncio.gather(*(client() for _ in range(connections)))
    quantiles = statistics.quantiles(times, n=100)
    return {"rps": len(times) / seconds, "p50": quantiles[49], "p99": quantiles[98]}
