"""A worker in a process of its own, whose scans are one real HTTP request: `python worker_program.py URL ADDRESS SITES SECONDS`."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from consent.model.scans import ScanRun
from consent.model.sites import Site
from consent.store import open_store
from scanner.report import Report
from scanner.worker import job_queue
from tests.scanner.worker.made import a_report, left_in, settings

TIMING = job_queue.Timing(tend_s=0.2, heart_s=0.3, dead_s=1.5, poll_s=0.5, stop_s=10.0)


async def main(url: str, address: str, sites: int, seconds: float) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)

    async def scan(site: Site, run: ScanRun, folder: Path, _on_progress: Any) -> Report:
        async with ClientSession() as session:
            for event in ("begin", "end"):
                async with session.post(f"{address}{event}/{site.id}/{run.worker}") as answer:
                    await answer.read()
                await asyncio.sleep(seconds if event == "begin" else 0)
        return left_in(folder, a_report(site.id, run.scan_id))

    store = await open_store(url)
    try:
        names = [f"site-{number}" for number in range(sites)]
        await job_queue.work(
            job_queue.postgresql(store), url, settings(*names), stop, scan=scan, timing=TIMING
        )
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
