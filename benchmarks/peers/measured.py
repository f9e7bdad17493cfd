"""Run a program and tell what it took: seconds, processor time, and the peak of its process tree's memory."""

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
    """``peak_mb`` is the greatest sum of proportional set sizes (PSS) of all processes at one time, in MB.

    ``cpu_s`` is the processor time of all of them in seconds, up to the last look at each: on a busy machine it tells more
    than the clock.
    """

    code: int
    seconds: float
    cpu_s: float
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
    used: dict[int, float] = {}

    async def watch() -> None:
        nonlocal peak
        while True:
            peak = max(peak, await asyncio.to_thread(_look, mark, used))
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
        cpu_s=sum(used.values()),
        peak_mb=peak,
        out=out.decode(errors="replace"),
        err=err.decode(errors="replace"),
    )


def _pids(mark: str) -> list[int]:
    """Return the processes that carry the mark and all below them: a renderer writes its title over its environment."""
    wanted = f"{MARK}={mark}".encode()
    children: dict[int, list[int]] = {}
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(path.name)
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(pid)
            if wanted in (path / "environ").read_bytes():
                found.append(pid)
    for pid in found:  # grows while it is gone through
        found.extend(child for child in children.get(pid, ()) if child not in found)
    return found


def _look(mark: str, used: dict[int, float]) -> float:
    """Return the memory of all processes now, in MB; note each one's processor time so far in ``used``."""
    total = 0
    ticks = os.sysconf("SC_CLK_TCK")
    for pid in _pids(mark):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used[pid] = (int(fields[11]) + int(fields[12])) / ticks
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024
