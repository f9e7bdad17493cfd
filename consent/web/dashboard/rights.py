"""The rights desk: what visitors asked for, the next deadline first; one request with its records; what is done about it."""

from __future__ import annotations

from typing import Final, get_args

from aiohttp import web

from consent import rights_desk
from consent.deadlines import SOON_DAYS
from consent.model.errors import RecordError
from consent.model.rights import MOST_ANSWER, Action, DeskRequest
from consent.users import Role
from consent.web.base import LOG
from consent.web.dashboard import queries, words
from consent.web.dashboard.guard import Visit, page
from consent.web.dashboard.pages import render
from consent.web.dashboard.site import OF_SITE
from consent.web.route import Route

NAV = ("Rights", "/admin/rights", 45)
MOST = 300
"""Requests on the page; further ones come up as the first are dealt with."""
KINDS: Final = {
    "access": "Access",
    "correct": "Correction",
    "erase": "Erasure",
    "restrict": "Restriction",
    "lift": "End of a restriction",
    "object": "Objection",
    "withdraw": "Withdrawal",
}
STATES: Final = {"open": "Open", "done": "Done", "refused": "Refused", "erased": "Ended by an erasure"}
STEPS: Final = {
    "received": "Received",
    "answered": "Answered",
    "extended": "Extended",
    "refused": "Refused",
    "done": "Done",
    "erased": "Ended by an erasure",
}
_ASKS: Final = {
    "access": "They ask what is held on them beside the consent log (GDPR Art. 15).",
    "correct": "They ask for a correction (GDPR Art. 16). Records are sealed: a right choice is a new record.",
    "restrict": "Their records are only stored until this is closed (GDPR Art. 18). Tell them before you end it.",
    "object": "Everything was refused when they objected (GDPR Art. 21).",
    "withdraw": "Done when they asked (GDPR Art. 7(3)).",
    "erase": "Done when they asked (GDPR Art. 17).",
    "lift": "Done when they asked (GDPR Art. 18).",
}
_NOTES: Final = {
    "answer": "The answer stands on the visitor's page.",
    "extend": "The deadline is extended by two months.",
    "refuse": "The request is refused.",
    "done": "The request is done.",
}


async def rights(request: web.Request, visit: Visit) -> web.Response:
    """List open requests, or those that are closed."""
    state = queries.choice(request, "state", ("closed",))
    site = queries.choice(request, "site", [one.id for one in visit.sites])
    sites = [site] if site else [one.id for one in visit.sites]
    found = await rights_desk.listed(visit.store, sites, is_open=not state, limit=MOST)
    return render(
        request, visit, "rights.html", found=[(one, _tone(one)) for one in found], query={"state": state, "site": site},
        sites=visit.sites, kinds=KINDS, states=STATES, overdue=sum(one.days_left < 0 for one in found),
        more=len(found) == MOST,
    )  # fmt: skip


async def one_request(request: web.Request, visit: Visit) -> web.Response:
    """Show one request; that it was read is on record."""
    return await _one(request, visit)


async def act(request: web.Request, visit: Visit) -> web.Response:
    """Answer it, extend it, refuse it or close it as done."""
    site, request_id = visit.site.id, request.match_info["request_id"]
    text = visit.form.get("text", "").replace("\r\n", "\n")
    action = next((one for one in get_args(Action) if one == visit.form.get("action")), None)
    if action is None or len(text) > MOST_ANSWER:
        problem = f"Choose what is to be done, with at most {MOST_ANSWER:,} characters of text."
        return await _one(request, visit, problem=problem, text=text[:MOST_ANSWER])
    try:
        async with visit.doing(f"rights.{action}", site=site, request=request_id):
            await rights_desk.act(visit.store, site, request_id, action, text, actor=visit.user.actor)
    except RecordError as error:
        return await _one(request, visit, problem=words.asked(str(error)), text=text, chosen=action)
    return visit.to(f"/admin/sites/{site}/rights/{request_id}", note=_NOTES[action])


async def _one(
    request: web.Request, visit: Visit, *, problem: str = "", text: str = "", chosen: str = "answer"
) -> web.Response:
    site, request_id = visit.site, request.match_info["request_id"]
    async with visit.doing("rights.read", site=site.id, request=request_id):
        case = await rights_desk.case(request.app[LOG], site.id, request_id)
    return render(
        request, visit, "rights_request.html", status=400 if problem else 200, case=case, one=case.request, site=site,
        tone=_tone(DeskRequest(request=case.request, days_left=case.days_left, standing=case.standing)), asks=_ASKS,
        kinds=KINDS, states=STATES, steps=STEPS, problem=problem, text=text, chosen=chosen, most=MOST_ANSWER,
    )  # fmt: skip


def _tone(one: DeskRequest) -> str:
    if one.request.state != "open":
        return "clean" if one.request.state == "done" else "unknown"
    return "violations" if one.days_left < 0 else "incomplete" if one.days_left < SOON_DAYS else "running"


_REQUEST = OF_SITE + r"/rights/{request_id:[0-9a-f-]{36}}"
ROUTES = (
    Route("GET", "/admin/rights", page(Role.ADMIN, rights), "What visitors asked for", page=True),
    Route("GET", _REQUEST, page(Role.ADMIN, one_request), "One request of a visitor", page=True),
    Route("POST", _REQUEST, page(Role.ADMIN, act), "Deals with a request", status=303, page=True),
)
