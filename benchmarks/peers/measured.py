"""Run a program and tell what it took: seconds, and the peak of its process tree's memory."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import secrets
import signal
import time
from pathlib import Path

MARK = "CONSENTRY_BENCHMARK_RUN"
"""Every process of a run inherits this variable; a browser that leaves its parent's group is found by it all the same."""
EVERY_S = 0.4


@dataclasses.dataclass(kw_only=True)
class Run:
    """``peak_mb`` is the greatest sum of proportional set sizes (PSS) of all processes at one time, in MB."""

    code: int
    seconds: float
    peak_mb: float
    out: str
    err: str


async def run(command: list[str], *, env: dict[str, str], cwd: Path, limit_s: float = 600) -> Run:
    """Run a command to its end, or end it and all that it started after ``limit_s``."""
    mark = secrets.token_hex(8)
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command,
        env=env | {MARK: mark},
        cwd=cwd,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    peak = 0.0

    async def watch() -> None:
        nonlocal peak
        while True:
            peak = max(peak, await asyncio.to_thread(_pss_mb, mark))
            await asyncio.sleep(EVERY_S)

    watching = asyncio.create_task(watch())
    try:
        async with asyncio.timeout(limit_s):
            out, err = await process.communicate()
    except TimeoutError:
        out, err = b"", f"ended after {limit_s:g} s".encode()
    finally:
        seconds = time.perf_counter() - begun
        watching.cancel()
        for pid in _pids(mark):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        await process.wait()
    return Run(
        code=process.returncode or 0,
        seconds=seconds,
        peak_mb=peak,
        out=out.decode(errors="replace"),
        err=err.decode(errors="replace"),
    )


def _pids(mark: str) -> list[int]:
    wanted = f"{MARK}={mark}".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if wanted in path.read_bytes():
                found.append(int(path.parent.name))
    return found


def _pss_mb(mark: str) -> float:
    total = 0
    for pid in _pids(mark):
        with contextlib.suppress(OSError, ValueError, IndexError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024
