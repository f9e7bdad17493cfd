"""The sites that a person may see: how each stands, whether it gets better, when it is scanned next."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import NamedTuple

from aiohttp import web
from markupsafe import Markup

from consent.model.scans import ScanRun
from consent.model.sites import Site
from consent.schedules import NextScan, upcoming
from consent.store import Store
from consent.store.entries import Publication
from consent.times import now_ms
from consent.users import Role
from consent.web.base import SETTINGS
from consent.web.dashboard import queries
from consent.web.dashboard.guard import Visit, page
from consent.web.dashboard.pages import render
from consent.web.dashboard.trend import SCANS, trend
from consent.web.dashboard.words import VERDICTS
from consent.web.route import Route

NAV = ("Sites", "/admin/sites", 0)
ON_A_PAGE = 40
NEVER = "none"
FAILED = "failed"
"""The filter's words for sites that were not scanned yet, and for those whose last scan could not be done."""
_ORDER = {"violations": 0, "incomplete": 1, FAILED: 2, "clean": 3}
_RECENT_OF_EACH = 3
_RECENT = 100
"""Of so many of the last runs is it told that they failed: some of each site, and some more for those that are scanned often."""


class Row(NamedTuple):
    """One line of the list; ``open`` is a scan that waits or runs, ``failed`` the last one where that could not be done."""

    site: Site
    last: ScanRun | None
    open: ScanRun | None
    failed: ScanRun | None
    trend: Markup
    shown: Publication | None
    planned: NextScan | None


async def sites(request: web.Request, visit: Visit) -> web.Response:
    """List the sites, those that ask for attention first."""
    store = visit.store
    known = visit.sites
    last = {run.site: run for run in await store.latest_scans()}
    failed = await _failed(visit)
    text = queries.text(request, "q")
    verdict = queries.choice(request, "verdict", (*VERDICTS, FAILED, NEVER))

    def place(site: Site) -> tuple[int, str]:
        stands = _ORDER.get(_verdict(last.get(site.id)), len(_ORDER))
        return (min(stands, _ORDER[FAILED]) if site.id in failed else stands), _title(site)

    found = [
        site
        for site in known
        if _has(site, text)
        and (
            not verdict
            or (site.id in failed if verdict == FAILED else _verdict(last.get(site.id)) == verdict)
        )
    ]
    found.sort(key=place)
    pages = max(1, -(-len(found) // ON_A_PAGE))
    number = min(queries.number(request, "page"), pages)
    rows = await _rows(store, found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE], last, failed)
    return render(
        request, visit, "sites.html", rows=rows, found=len(found), known=len(known), number=number, pages=pages,
        counts=_counts(known, last, failed), query={"q": text, "verdict": verdict}, never=NEVER, failed=FAILED,
    )  # fmt: skip


async def _failed(visit: Visit) -> dict[str, ScanRun]:
    """Return the last run that ended of each site where that run failed."""
    most = _RECENT_OF_EACH * len(visit.request.app[SETTINGS].sites) + _RECENT
    ended: dict[str, ScanRun] = {}
    for run in await visit.store.scans(None, limit=most):  # the latest first
        if run.status in {"finished", "failed"}:
            ended.setdefault(run.site, run)
    return {site: run for site, run in ended.items() if run.status == "failed"}


async def _rows(
    store: Store, wanted: list[Site], last: dict[str, ScanRun], failed: dict[str, ScanRun]
) -> list[Row]:
    published, planned, waiting, trends = await asyncio.gather(
        store.publications(), store.planned_scans(), store.open_scans(),
        store.trends([site.id for site in wanted], SCANS),
    )  # fmt: skip
    shown = {one.site: one for one in published}
    due = {one.site: one for one in planned}
    open_runs: dict[str, ScanRun] = {}
    for run in waiting:  # one that runs goes before one that waits
        if run.site not in open_runs or run.status == "running":
            open_runs[run.site] = run
    now = now_ms()
    return [
        Row(
            site, last.get(site.id), open_runs.get(site.id), failed.get(site.id), trend(trends.get(site.id, ())), shown.get(site.id),
            upcoming(site, due.get(site.id), now, count=1),
        )
        for site in wanted
    ]  # fmt: skip


def _verdict(run: ScanRun | None) -> str:
    return run.verdict if run is not None and run.verdict else NEVER


def _counts(known: list[Site], last: dict[str, ScanRun], failed: dict[str, ScanRun]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for site in known:
        counts[_verdict(last.get(site.id))] += 1
    counts[FAILED] = sum(site.id in failed for site in known)
    counts["unclassified"] = sum(last[site.id].unclassified for site in known if site.id in last)
    return counts


def _title(site: Site) -> str:
    return (site.name or site.id).casefold()


def _has(site: Site, text: str) -> bool:
    return text.casefold() in f"{site.id} {site.name} {site.url}".casefold()


ROUTES = (Route("GET", "/admin/sites", page(Role.REVIEWER, sites), "The sites", page=True),)
