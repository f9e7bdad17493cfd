"""One queued scan from its beginning to its end: done, its progress and its result stored, or put back, or failed.

A scan that failed is tried again after a while, a few times; one whose site the settings no longer have is not. What is
stored of a failure are plain words, for the operator who looks at the list of scans.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from consent.decisions import decisions_of
from consent.model.errors import ConfigError, ConsentryError, NotFoundError, ScanError, StoreError
from consent.model.scans import ScanRun
from consent.model.schedule import ScheduleSettings
from consent.model.sites import Settings, Site
from consent.schedules import may_begin_ms
from consent.store import Store
from consent.times import now_ms
from consent.worker_process import worker_of
from scanner.knowledge import Knowledge
from scanner.plan import OnProgress
from scanner.report import Report
from scanner.report_output import report_and_write
from scanner.scanning import plan_of, see
from scanner.summary import MEASURED
from scanner.worker.progress import Lost, Told
from scanner.worker.result import store_result

logger = logging.getLogger("consentry.worker")

TRIES = 3
"""So often is a scan tried that fails; with `BACK_OFF_S` the last time is six minutes after the first."""
BACK_OFF_S = (60, 300)
"""After the first failure, and after the second."""
BEGUN_AT_MOST = 5
"""A scan that was begun so often without an end, neither good nor bad, takes its workers down."""

Scan = Callable[[Site, ScanRun, Path, OnProgress], Awaitable[Report]]
"""Scans a site as a run says, leaves the report's files in a folder, tells its progress. Raises `ConsentryError`."""


class Outcome(StrEnum):
    """What became of a run that a worker had."""

    FINISHED = "finished"
    FAILED = "failed"
    PUT_BACK = "put back"
    LOST = "lost"


def worker_name() -> str:
    """Return this process's name in the list of scans: machine and process id."""
    return worker_of(os.getpid())


async def scan_site(site: Site, run: ScanRun, folder: Path, on_progress: OnProgress) -> Report:
    """Scan with a browser of its own, as `consentry scan` does; see `Scan`."""
    # Without numbers of its own a scan is done as the site's scheduled ones are, so that the two can be compared.
    schedule = site.schedule or ScheduleSettings()
    plan = plan_of(site, folder, pages=run.pages or schedule.pages, states=run.states or schedule.states)
    seen = await see(plan, site, on_progress=on_progress)
    options = {"threshold": 0.5, "formats": ("json", "html")}

    def name_and_judge() -> Report:
        return report_and_write(seen, site, Knowledge.load(), folder, options, scan_id=run.scan_id)

    report = await asyncio.to_thread(name_and_judge)
    why = without_a_page(report)
    if why is not None:
        raise ScanError(f"{site.id}: {why}.")
    return report


def without_a_page(report: Report) -> str | None:
    """Say why not one page of the site was seen, None where one was.

    What a server answers instead of its pages (404, 503) is measured, but as a result it would say that everything is gone.
    """
    if any(page.status in MEASURED - {"http_error"} for page in report.pages):
        return None
    page = next((page for page in report.pages if page.error or page.http_status), None)
    if page is None:
        return "no page could be measured: none answered"
    return f"no page could be measured: {page.url}: {page.error or f'HTTP {page.http_status}'}"


async def do_scan(
    store: Store, settings: Settings, run: ScanRun, *, scan: Scan = scan_site, beat_s: float = 1.0
) -> Outcome:
    """Do a run that ``run.worker`` has; returns what became of it.

    Raises `StoreError` where the store does not take the result, and whatever stopped it from outside, after the run was
    put back.
    """
    try:
        return await _do(store, settings, run, scan, beat_s)
    except Lost:
        logger.warning("The scan of %s was given to another worker", run.site)
        return Outcome.LOST
    except asyncio.CancelledError:
        await asyncio.shield(_put_back(store, run, now_ms(), "The worker was stopped; the scan begins anew."))
        raise
    except StoreError:
        raise
    except (ConfigError, NotFoundError) as error:  # trying again changes nothing
        return await _fail(store, run, _words(error))
    except ConsentryError as error:
        return await _try_again(store, run, _words(error))
    except Exception as error:
        logger.exception("The scan of %s failed unexpectedly", run.site)
        return await _try_again(
            store,
            run,
            f"Something unexpected went wrong ({type(error).__name__}); the worker's log has more.",
        )


async def _do(store: Store, settings: Settings, run: ScanRun, scan: Scan, beat_s: float) -> Outcome:
    site = settings.site(run.site)
    if run.attempts > BEGUN_AT_MOST:
        return await _fail(
            store,
            run,
            f"It was begun {run.attempts - 1} times, and each time its worker ended without a word.",
        )
    if run.trigger == "schedule" and site.schedule is not None:
        opens_ms = may_begin_ms(site.id, site.schedule, now_ms())
        if opens_ms > now_ms():
            return await _put_back(store, run, opens_ms, "Its turn came after its window had closed.")
    decided = site.decisions + await decisions_of(store, site.id)
    site = msgspec.structs.replace(site, decisions=decided)
    logger.info("Scanning %s (%s)", site.id, site.url)
    with TemporaryDirectory(prefix="consentry-scan-") as name:
        folder = Path(name)
        told = Told(store, run, beat_s=beat_s)
        report = await told.during(scan(site, run, folder, told.on_progress))
        stored = await store_result(store, run, report, folder, keep=site.scan.keep)
    if stored is None:
        raise Lost
    logger.info("Scanned %s: %s, %d items", site.id, stored.verdict, stored.items)
    return Outcome.FINISHED


async def _try_again(store: Store, run: ScanRun, why: str) -> Outcome:
    if run.attempts >= TRIES:
        return await _fail(store, run, why)
    due_ms = now_ms() + 1_000 * BACK_OFF_S[min(run.attempts, len(BACK_OFF_S)) - 1]
    return await _put_back(store, run, due_ms, why)


async def _put_back(store: Store, run: ScanRun, due_ms: int, why: str) -> Outcome:
    logger.info("The scan of %s waits again: %s", run.site, why)
    if await store.put_back_scan(run.scan_id, run.worker, due_ms, why):
        return Outcome.PUT_BACK
    # Another scan of the site waits, which will do as well.
    return await _fail(store, run, f"{why} Another scan of the site waits.")


async def _fail(store: Store, run: ScanRun, why: str) -> Outcome:
    logger.warning("The scan of %s failed: %s", run.site, why)
    return Outcome.FAILED if await store.fail_scan(run.scan_id, run.worker, now_ms(), why) else Outcome.LOST


def _words(error: ConsentryError) -> str:
    return f"{error.message} {error.hint}".strip().replace("\x00", "\N{REPLACEMENT CHARACTER}")
