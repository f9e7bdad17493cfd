"""One scan: its summary and findings, its items, what changed against the scan before, and the report itself."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from aiohttp import web

from consent.model.categories import CATEGORIES, Category, ConsentState, Party
from consent.model.scans import REPORT_HTML, REPORT_JSON, ItemFilter, ItemKey, ScanChange, ScanRun
from consent.scan_reports import ReportFinding, ReportParts, report_parts
from consent.scans import artefact_of, scan_of
from consent.users import Role
from consent.web.dashboard import queries
from consent.web.dashboard.guard import Visit, page
from consent.web.dashboard.pages import render
from consent.web.dashboard.site import OF_SITE
from consent.web.dashboard.words import KINDS, SEVERITIES
from consent.web.route import Route

FINDINGS = 20
ITEMS = 50
CHANGES = 60
EVIDENCE = 6
"""Values of one list of evidence that are shown; the report has all of them."""
OF_SCAN = OF_SITE + r"/scans/{scan_id:[0-9A-Za-z-]{1,64}}"
REPORT_POLICY = (
    "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline';"
    " script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Of a stored report: an origin of its own, from which neither the session nor any page of ours can be reached. Which of its own
scripts and styles may run, the report's own policy says by their hashes; both hold."""
LIVE_S = 5


async def scan(request: web.Request, visit: Visit) -> web.Response:
    """Show a scan's summary and its findings; of one that waits or runs, how far it is."""
    run = await _run(request, visit)
    if run.status != "finished":
        waiting = run.status in {"queued", "running"}
        return render(
            request, visit, "scan_open.html", run=run, site=visit.site, refresh_s=LIVE_S if waiting else None
        )
    parts, change = await _parts(visit, run), await visit.store.scan_change(run.scan_id)
    severity = queries.choice(request, "severity", SEVERITIES)
    rule = queries.choice(request, "rule", {one.rule for one in parts.findings})
    found = [
        one for one in parts.findings
        if (not severity or one.severity == severity) and (not rule or one.rule == rule)
    ]  # fmt: skip
    pages = max(1, -(-len(found) // FINDINGS))
    number = min(queries.number(request, "page"), pages)
    return render(
        request, visit, "scan.html", run=run, site=visit.site, parts=parts, tab="", change=change,
        findings=[(one, evidence(one)) for one in found[(number - 1) * FINDINGS : number * FINDINGS]],
        found=len(found), number=number, pages=pages, rules=sorted(Counter(one.rule for one in parts.findings).items()),
        query={"severity": severity, "rule": rule},
    )  # fmt: skip


def evidence(finding: ReportFinding) -> list[tuple[str, str]]:
    """Return a finding's evidence as lines to read: lists are cut, what is nested is left to the report."""
    lines = []
    for name, value in finding.evidence.items():
        told = _told(value)
        if told:
            lines.append((name.replace("_", " ").capitalize(), told))
    return lines


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)[:200]
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        kept = ", ".join(str(one)[:120] for one in value[:EVIDENCE])
        return f"{kept} and {len(value) - EVIDENCE} more" if len(value) > EVIDENCE else kept
    return ""


async def items(request: web.Request, visit: Visit) -> web.Response:
    """List a scan's items: filtered, a page after the other."""
    run = await _finished(request, visit)
    query = {
        "q": queries.text(request, "q"),
        "category": queries.choice(request, "category", (*CATEGORIES, Category.UNCLASSIFIED)),
        "kind": queries.choice(request, "kind", KINDS),
        "party": queries.choice(request, "party", tuple(Party)),
        "state": queries.choice(request, "state", tuple(ConsentState)),
        "reopened": queries.choice(request, "reopened", ("1",)),
    }
    wanted = ItemFilter(
        category=Category(query["category"]) if query["category"] else None,
        kind=query["kind"],
        party=Party(query["party"]) if query["party"] else None,
        state=ConsentState(query["state"]) if query["state"] else None,
        reopened=True if query["reopened"] else None,
        text=query["q"],
    )
    last = [request.query.get(f"after_{part}", "") for part in ("host", "name", "kind")]
    after = ItemKey(*last) if any(last) else None
    found = await visit.store.scan_items(run.scan_id, wanted, after=after, limit=ITEMS + 1)
    shown = {state for one in found for state in one.states}
    content = await visit.store.scan_artefact(run.scan_id, REPORT_JSON)
    parts = await asyncio.to_thread(report_parts, content) if content else ReportParts()
    unmeasured = [state for state in parts.unmeasured if state in shown]
    return render(
        request, visit, "scan_items.html", run=run, site=visit.site, tab="items", items=found[:ITEMS],
        more=len(found) > ITEMS, first=after is None, query=query, filtered=any(query.values()), unmeasured=unmeasured,
    )  # fmt: skip


async def changes(request: web.Request, visit: Visit) -> web.Response:
    """Say what differs from the scan before."""
    run = await _finished(request, visit)
    change = await visit.store.scan_change(run.scan_id) or ScanChange()
    what = queries.choice(request, "what", ("new", "gone", "changed"))
    found = [one for one in change.entries if not what or one.what == what]
    pages = max(1, -(-len(found) // CHANGES))
    number = min(queries.number(request, "page"), pages)
    previous = await visit.store.scan(change.previous) if change.previous else None
    return render(
        request, visit, "scan_changes.html", run=run, site=visit.site, tab="changes", change=change, previous=previous,
        entries=found[(number - 1) * CHANGES : number * CHANGES], found=len(found), number=number, pages=pages,
        query={"what": what},
    )  # fmt: skip


async def report_html(request: web.Request, visit: Visit) -> web.Response:
    """Show the report as it was written, kept apart from the dashboard."""
    run = await _finished(request, visit)
    content = await artefact_of(visit.store, run, REPORT_HTML)
    return web.Response(
        body=content,
        headers={
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": REPORT_POLICY,
            "Cache-Control": "private, no-store",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


async def report_json(request: web.Request, visit: Visit) -> web.Response:
    """Hand out the report for programs, as a file."""
    run = await _finished(request, visit)
    content = await artefact_of(visit.store, run, REPORT_JSON)
    return web.Response(
        body=content,
        headers={
            "Content-Type": "application/json",
            "Content-Disposition": f'attachment; filename="{run.site}-{run.number}.json"',
            "Cache-Control": "private, no-store",
        },
    )


async def _parts(visit: Visit, run: ScanRun) -> ReportParts:
    content = await artefact_of(visit.store, run, REPORT_JSON)
    return await asyncio.to_thread(report_parts, content)


async def _run(request: web.Request, visit: Visit) -> ScanRun:
    return await scan_of(visit.store, visit.site.id, request.match_info["scan_id"])


async def _finished(request: web.Request, visit: Visit) -> ScanRun:
    run = await _run(request, visit)
    if run.status != "finished":
        raise web.HTTPSeeOther(f"/admin/sites/{run.site}/scans/{run.scan_id}")
    return run


ROUTES = (
    Route("GET", OF_SCAN, page(Role.REVIEWER, scan), "One scan with its findings", page=True),
    Route("GET", f"{OF_SCAN}/items", page(Role.REVIEWER, items), "The items of a scan", page=True),
    Route("GET", f"{OF_SCAN}/changes", page(Role.REVIEWER, changes), "What a scan changed", page=True),
    Route("GET", f"{OF_SCAN}/report.html", page(Role.REVIEWER, report_html), "The report", page=True),
    Route(
        "GET", f"{OF_SCAN}/report.json", page(Role.REVIEWER, report_json), "The report as a file", page=True
    ),
)
