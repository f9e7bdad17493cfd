"""Scans for the worker's tests: without a browser, with real reports, whose files are made by the scanner's own writers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from consent.model.categories import ConsentState
from consent.model.inventory import encode_inventory
from consent.model.scans import ScanRun
from consent.model.sites import Server, Settings, Site
from scanner.inventory import inventory_of
from scanner.knowledge import Knowledge
from scanner.plan import OnProgress, Progress
from scanner.report import Report, encode_report
from scanner.worker.scan import Scan
from tests.scanner import factories


def settings(*names: str, **fields: Any) -> Settings:
    sites = [Site(id=name, url=f"https://www.{name}.example/", **fields) for name in names or ("larkspur",)]
    return Settings(path="sites.toml", server=Server(), sites={site.id: site for site in sites})


def a_report(site: str = "larkspur", scan_id: str = "s1", **fields: Any) -> Report:
    given: dict[str, Any] = {"site": site, "scan_id": scan_id, "items": (factories.item(),)}
    return factories.judged(factories.report(**(given | fields)))


def files_of(report: Report) -> dict[str, bytes]:
    """What is kept of a scan."""
    return {
        "report.json": encode_report(report),
        "report.html": b"<!doctype html><title>Report</title>",
        "inventory.json": encode_inventory(inventory_of(report, KNOWLEDGE)),
    }


def left_in(folder: Path, report: Report) -> Report:
    """Write what a scan leaves in its folder."""
    for name, content in files_of(report).items():
        (folder / name).write_bytes(content)
    return report


KNOWLEDGE = Knowledge.load()


def scanning(*, seconds: float = 0.0, error: Exception | None = None, **fields: Any) -> Scan:
    """A scan of one page that takes its time, then leaves a report or fails."""

    async def scan(site: Site, run: ScanRun, folder: Path, on_progress: OnProgress) -> Report:
        on_progress(Progress(state=ConsentState.BEFORE, done=1, total=2, url=site.url, status="ok"))
        await asyncio.sleep(seconds)
        if error is not None:
            raise error
        return left_in(folder, a_report(site.id, run.scan_id, **fields))

    return scan


def with_items(report: Report, *names: str) -> Report:
    """The report with these cookies instead."""
    items = tuple(factories.item(name) for name in names)
    return factories.judged(msgspec.structs.replace(report, items=items, findings=(), summary={}))


async def becomes(check: Callable[[], Awaitable[Any]], *, within_s: float = 60.0) -> Any:
    """Ask until the answer is true, and return it; a machine may be slow, so the limit only ends a test that hangs."""
    async with asyncio.timeout(within_s):
        while not (answer := await check()):  # noqa: ASYNC110 - other processes tell no event
            await asyncio.sleep(0.02)
    return answer
