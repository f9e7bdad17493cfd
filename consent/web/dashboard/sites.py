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
from consent.web.dashboard import queries
from consent.web.dashboard.guard import Visit, page
from consent.web.dashboard.pages import render
from consent.web.dashboard.trend import SCANS, trend
from consent.web.dashboard.words import VERDICTS
from consent.web.route import Route

NAV = ("Sites", "/admin/sites", 0)
ON_A_PAGE = 40
NEVER = "none"
"""The filter's word for sites that were not scanned yet."""
_ORDER = {verdict: place for place, verdict in enumerate(VERDICTS)}


class Row(NamedTuple):
    """One line of the list; ``open`` is a scan that waits or runs."""

    site: Site
    last: ScanRun | None
    open: ScanRun | None
    trend: Markup
    shown: Publication | None
    planned: NextScan | None


async def sites(request: web.Request, visit: Visit) -> web.Response:
    """List the sites, those that ask for attention first."""
    store = visit.store
    last = {run.site: run for run in await store.latest_scans()}
    text = queries.text(request, "q")
    verdict = queries.choice(request, "verdict", (*VERDICTS, NEVER))
    known = visit.sites
    found = [
        site for site in known if _has(site, text) and (not verdict or _verdict(last.get(site.id)) == verdict)
    ]
    found.sort(key=lambda site: (_ORDER.get(_verdict(last.get(site.id)), len(_ORDER)), _title(site)))
    pages = max(1, -(-len(found) // ON_A_PAGE))
    number = min(queries.number(request, "page"), pages)
    rows = await _rows(store, found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE], last)
    return render(
        request, visit, "sites.html", rows=rows, found=len(found), known=len(known), number=number, pages=pages,
        counts=_counts(known, last), query={"q": text, "verdict": verdict}, never=NEVER,
    )  # fmt: skip


async def _rows(store: Store, wanted: list[Site], last: dict[str, ScanRun]) -> list[Row]:
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
            site, last.get(site.id), open_runs.get(site.id), trend(trends.get(site.id, ())), shown.get(site.id),
            upcoming(site, due.get(site.id), now, count=1),
        )
        for site in wanted
    ]  # fmt: skip


def _verdict(run: ScanRun | None) -> str:
    return run.verdict if run is not None and run.verdict else NEVER


def _counts(known: list[Site], last: dict[str, ScanRun]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for site in known:
        counts[_verdict(last.get(site.id))] += 1
    counts["unclassified"] = sum(last[site.id].unclassified for site in known if site.id in last)
    return counts


def _title(site: Site) -> str:
    return (site.name or site.id).casefold()


def _has(site: Site, text: str) -> bool:
    return text.casefold() in f"{site.id} {site.name} {site.url}".casefold()


ROUTES = (Route("GET", "/admin/sites", page(Role.REVIEWER, sites), "The sites", page=True),)
