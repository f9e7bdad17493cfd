"""One site: its last scan, the history of its scans, what visitors are shown, who is told, what was decided about its items."""

from __future__ import annotations

from aiohttp import web

from consent.alerts.listing import sent_alerts
from consent.alerts.making import shown as shown_target
from consent.decisions import decisions_of
from consent.schedules import upcoming
from consent.times import now_ms
from consent.users import Role
from consent.web.base import PUBLIC_URL
from consent.web.dashboard import queries
from consent.web.dashboard.guard import Visit, page
from consent.web.dashboard.pages import render
from consent.web.dashboard.trend import trend
from consent.web.route import Route
from widget import render as widget

ON_A_PAGE = 25
DECISIONS = 40
"""Decisions shown on the page; what is over that, the API and the review have."""
_TREND = 25
_ALERTS = 5
OF_SITE = r"/admin/sites/{site:[a-z0-9][a-z0-9-]*}"


async def site(request: web.Request, visit: Visit) -> web.Response:
    """Show one site."""
    store, one = visit.store, visit.site
    before = queries.record_id(request, "before")
    runs = await store.scans(one.id, before=before or None, limit=ON_A_PAGE + 1)
    history = await store.trend(one.id, _TREND)
    planned = next((due for due in await store.planned_scans() if due.site == one.id), None)
    shown = next((shown for shown in await store.publications() if shown.site == one.id), None)
    decided = [*one.decisions, *await decisions_of(store, one.id)]
    ended = next((run for run in runs if run.status in {"finished", "failed"}), None) if not before else None
    return render(
        request, visit, "site.html", site=one, failed=ended if ended and ended.status == "failed" else None,
        receivers=[(channel, shown_target(target)) for channel, target in (one.alerts.targets() if one.alerts else ())],
        alerts=await sent_alerts(store, one.id, _ALERTS), lines=widget.snippet(f"{request.app[PUBLIC_URL].rstrip('/')}/w/{one.id}.js"), last=history[-1] if history else None, trend=trend(history, slots=_TREND),
        runs=runs[:ON_A_PAGE], more=len(runs) > ON_A_PAGE, first=not before, planned=upcoming(one, planned, now_ms()),
        open=[run for run in await store.open_scans() if run.site == one.id], shown=shown,
        decisions=decided[:DECISIONS], decided=len(decided),
    )  # fmt: skip


ROUTES = (Route("GET", OF_SITE, page(Role.REVIEWER, site), "One site", page=True),)
