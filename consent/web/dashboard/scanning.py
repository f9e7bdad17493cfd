"""Wishing for a scan from the dashboard, and taking the wish back."""

from __future__ import annotations

from aiohttp import web

from consent.model.categories import ConsentState
from consent.scans import MOST_PAGES, ask_for_scan, cancel_scan, scan_of
from consent.users import Role
from consent.web.dashboard.guard import Visit, page
from consent.web.dashboard.pages import render
from consent.web.dashboard.scan import OF_SCAN
from consent.web.dashboard.site import OF_SITE
from consent.web.route import Route


async def form(request: web.Request, visit: Visit) -> web.Response:
    """Show the form, with the site's own settings in it."""
    return _form(request, visit)


async def start(request: web.Request, visit: Visit) -> web.Response:
    """Queue a scan and lead to its page, which shows how far it is."""
    sent = visit.form
    states = tuple(state for state in ConsentState if state in sent.getall("states", []))
    pages = _whole(sent.get("pages", ""))
    problem = ""
    if pages is None:
        problem = f"Pages: a number from 1 to {MOST_PAGES:,} is needed."
    elif ConsentState.BEFORE not in states:
        problem = "The state before consent is always needed: the others are compared with it."
    if problem:
        return _form(request, visit, problem=problem, pages=sent.get("pages", "")[:10], states=states)
    async with visit.doing("scan.start", site=visit.site.id, pages=str(pages), states=" ".join(states)):
        run = await ask_for_scan(
            visit.store,
            visit.site,
            trigger="dashboard",
            requested_by=visit.user.name,
            pages=pages,
            states=states,
        )
    return visit.to(f"/admin/sites/{visit.site.id}/scans/{run.scan_id}")


async def cancel(request: web.Request, visit: Visit) -> web.Response:
    """Take a scan that waits out of the queue."""
    run = await scan_of(visit.store, visit.site.id, request.match_info["scan_id"])
    async with visit.doing("scan.cancel", site=run.site, scan=run.scan_id):
        await cancel_scan(visit.store, run, by=visit.user.name)
    return visit.to(f"/admin/sites/{run.site}", note="The scan was cancelled.")


def _form(
    request: web.Request,
    visit: Visit,
    *,
    problem: str = "",
    pages: str = "",
    states: tuple[ConsentState, ...] | None = None,
) -> web.Response:
    own = visit.site.scan
    return render(
        request, visit, "scan_start.html", status=400 if problem else 200, site=visit.site, problem=problem,
        pages=pages or str(own.pages), states=own.states if states is None else states, all_states=tuple(ConsentState),
        most=MOST_PAGES,
    )  # fmt: skip


def _whole(text: str) -> int | None:
    text = text.strip()
    return (
        int(text)
        if text.isascii() and text.isdecimal() and 0 < len(text) < 7 and 1 <= int(text) <= MOST_PAGES
        else None
    )


ROUTES = (
    Route("GET", f"{OF_SITE}/scans", page(Role.ADMIN, form), "The form to start a scan", page=True),
    Route("POST", f"{OF_SITE}/scans", page(Role.ADMIN, start), "Starts a scan", status=303, page=True),
    Route(
        "POST",
        f"{OF_SCAN}/cancel",
        page(Role.ADMIN, cancel),
        "Cancels a scan that waits",
        status=303,
        page=True,
    ),
)
