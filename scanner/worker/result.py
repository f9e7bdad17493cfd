"""From a report to what a store keeps of a scan: items, counts, the change against the scan before, the files."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from consent.model.categories import Category, ConsentState
from consent.model.scans import (
    INVENTORY_JSON,
    REPORT_HTML,
    REPORT_JSON,
    ScanChange,
    ScanFindings,
    ScanItem,
    ScanRun,
)
from consent.scans import new_run
from consent.store import Store
from consent.times import now_ms, parse_rfc3339
from scanner.diff import Subject, diff
from scanner.flapping import SCANS, unsteady
from scanner.report import Item, Report
from scanner.worker.change import change_of

logger = logging.getLogger("consentry.worker")

FILES = (REPORT_JSON, REPORT_HTML, INVENTORY_JSON)
"""What is kept of a scan's folder, as far as it is there."""


async def store_result(
    store: Store, run: ScanRun, report: Report, folder: Path, *, keep: int
) -> ScanRun | None:
    """Store the result of a run that its worker has; returns it as it is stored, None where it was taken away.

    ``folder`` has the report's files; all but the last ``keep`` finished scans of the site are deleted.
    """
    files = {name: (folder / name).read_bytes() for name in FILES if (folder / name).is_file()}
    finished, items, change = await _result(store, run, report, files)
    if not await store.finish_scan(finished, items, change, files):
        return None
    await store.prune_scans(run.site, keep)
    return finished


async def record_result(
    store: Store, report: Report, files: Mapping[str, bytes], *, requested_by: str, keep: int
) -> ScanRun:
    """Store the result of a scan that was never queued: a command's. ``files`` are the report's, by their names."""
    started, finished = parse_rfc3339(report.started), parse_rfc3339(report.finished)
    run = msgspec.structs.replace(
        new_run(report.site, trigger="command", requested_by=requested_by, now_ms=started),
        scan_id=report.scan_id,
        status="finished",
        started_ms=started,
        finished_ms=finished,
        attempts=1,
    )
    run, items, change = await _result(store, run, report, files)
    run = msgspec.structs.replace(run, finished_ms=finished)
    await store.record_scan(run, items, change, files)
    await store.prune_scans(run.site, keep)
    return run


async def _result(
    store: Store, run: ScanRun, report: Report, files: Mapping[str, bytes]
) -> tuple[ScanRun, list[ScanItem], ScanChange]:
    before = await store.trend(run.site, SCANS)  # oldest first
    old = await store.scan_artefact(before[-1].scan_id, REPORT_JSON) if before else None
    earlier = [change for one in before if (change := await store.scan_change(one.scan_id)) is not None]
    return await asyncio.to_thread(_worked_out, run, report, files, old, unsteady(earlier))


def _worked_out(
    run: ScanRun,
    report: Report,
    files: Mapping[str, bytes],
    old: bytes | None,
    flapping: frozenset[Subject],
) -> tuple[ScanRun, list[ScanItem], ScanChange]:
    items = items_of(report.items)
    before = _report(old)
    change = change_of(diff(before, report, unsteady=flapping), flapping) if before else ScanChange()
    counts = counts_of(report, items, change)
    pages = len(report.pages) * max(1, len(report.passes))
    finished = msgspec.structs.replace(
        run,
        **counts,
        state="",
        message="",
        finished_ms=now_ms(),
        pages_done=pages,
        pages_total=pages,
        report_sha256=hashlib.sha256(files[REPORT_JSON]).hexdigest() if REPORT_JSON in files else "",
    )
    return finished, items, change


def items_of(items: Iterable[Item]) -> list[ScanItem]:
    """Return a report's items as they are followed over time: those of one kind, pattern and host as one."""
    groups: dict[tuple[str, str, str], list[Item]] = defaultdict(list)
    for item in items:
        groups[item.kind, item.pattern or item.name, item.host].append(item)
    return [_item(groups[key]) for key in sorted(groups)]


def _item(group: list[Item]) -> ScanItem:
    # What is not classified yet must not hide behind what is.
    first = next((item for item in group if item.category is Category.UNCLASSIFIED), group[0])
    lifetimes = [item.lifetime_s for item in group if item.lifetime_s is not None]
    seen = {state for item in group for state in item.states}
    reopened = next((item.reopened for item in group if item.reopened), "")
    return ScanItem(
        kind=first.kind,
        name=_storable(first.pattern or first.name),
        host=_storable(first.host),
        party=first.party,
        category=first.category,
        vendor=_storable(first.vendor),
        service=_storable(first.service),
        confidence=round(first.confidence, 3),
        reason=first.reason,
        states=tuple(state for state in ConsentState if state in seen),
        lifetime_s=max(lifetimes, default=None),
        set_by=next((item.set_by for item in group if item.set_by), ()),
        first_page=first.first_page,
        reopened=bool(reopened),
        reopened_reason=reopened,
        purpose=first.purpose,
        criterion=first.criterion,
        identifier=any(item.identifier for item in group),
        http_only=any(item.http_only for item in group),
    )


def _storable(text: str) -> str:
    """Replace what no database column holds: NUL, which a page may put into a storage key."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def counts_of(report: Report, items: Iterable[ScanItem], change: ScanChange) -> dict[str, Any]:
    """Return what a list of scans shows of one: verdict, numbers of items, findings and differences.

    A difference is an item or a finding that is new, gone or changed, however many of its fields are; what flaps is none.
    """
    items = list(items)
    differences = {
        what: {
            (one.subject, one.kind, one.name, one.host, one.rule)
            for one in change.entries
            if one.what == what and one.subject != "service" and not one.flapping
        }
        for what in ("new", "gone", "changed")
    }
    return {
        "verdict": report.summary.get("verdict", ""),
        "items": len(items),
        "unclassified": sum(item.category is Category.UNCLASSIFIED for item in items),
        "findings": msgspec.convert(report.summary.get("findings", {}), ScanFindings),
        **{what: len(found) for what, found in differences.items()},
        "worse": len(change.worse),
    }


def _report(content: bytes | None) -> Report | None:
    """Return the report of the scan before; None where there is none, or none that this program can read."""
    if content is None:
        return None
    try:
        return msgspec.json.decode(content, type=Report)
    except msgspec.MsgspecError as error:
        logger.warning("The report of the scan before cannot be read, so no change is told: %s", error)
        return None
