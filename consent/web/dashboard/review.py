"""The review queue: one item after the other with all that is known of it, and the form in which it is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
from aiohttp import web

from consent import review
from consent.decisions import decisions_of, take_back
from consent.model.categories import CATEGORIES, Category
from consent.model.errors import NotFoundError
from consent.model.scans import ItemKey
from consent.model.sites import Decision, Site
from consent.review import Choice, ReviewItem
from consent.users import Role
from consent.web.base import SETTINGS
from consent.web.dashboard import queries, words
from consent.web.dashboard.guard import Form, Visit, page
from consent.web.dashboard.pages import render
from consent.web.dashboard.site import OF_SITE
from consent.web.route import Route

NAV = ("Review", "/admin/review", 20)
LISTED = 14
"""Items of the list beside the one that is looked at."""
DECIDED = 50
_LONGEST = {"purpose": 500, "reason": 1000, "vendor": 120}
_EVERYWHERE = "/admin/review"
_MEANINGS = {
    Category.NECESSARY: "Exempt from consent: without it the visitor does not get what they asked for.",
    Category.PERFORMANCE: "Counts visits, measures how pages are used, tests variants.",
    Category.FUNCTIONALITY: "Remembers choices, shows videos, maps, a chat.",
    Category.ADVERTISING: "Follows visitors, chooses and measures advertisements, shares with networks.",
}
_CRITERIA = (
    ("A", "Its only purpose is to carry a message over the network.", "For example a cookie of a load balancer that keeps a session on one server."),
    ("B", "It is strictly needed for a service that the visitor has asked for.", "For example a basket, a sign-in, the language that they chose, the memory of their consent."),
)  # fmt: skip


class Scope(NamedTuple):
    """Whose items are gone through: one site's, or all sites' that the person may see."""

    sites: Sequence[Site]
    path: str

    @property
    def site(self) -> Site | None:
        """The one site, None where there may be more."""
        return None if self.path == _EVERYWHERE else self.sites[0]


async def everywhere(request: web.Request, visit: Visit) -> web.Response:
    """Go through what waits at all sites."""
    return await _show(request, visit, Scope(visit.sites, _EVERYWHERE))


async def of_site(request: web.Request, visit: Visit) -> web.Response:
    """Go through what waits at one site."""
    return await _show(request, visit, _of_site(visit))


def _of_site(visit: Visit) -> Scope:
    return Scope((visit.site,), f"/admin/sites/{visit.site.id}/review")


async def _show(request: web.Request, visit: Visit, scope: Scope) -> web.Response:
    waiting = await review.queue(visit.store, scope.sites)
    asked = {name: request.query.get(name, "") for name in ("site", "host", "name", "kind")}
    one = waiting[0] if waiting else None
    if asked["name"]:
        site = scope.site or next((site for site in scope.sites if site.id == asked["site"]), None)
        one = await _find(visit, site, asked)
    return await _item(request, visit, scope, waiting, one)


async def _find(visit: Visit, site: Site | None, asked: Mapping[str, str]) -> ReviewItem:
    key = ItemKey(host=asked.get("host", ""), name=asked.get("name", ""), kind=asked.get("kind", ""))
    one = await review.find(visit.store, site, key) if site is not None else None
    if one is None:
        raise NotFoundError(
            "The last scan has no such item, and nothing is decided about one.",
            hint="The review lists what there is.",
        )
    return one


async def _item(
    request: web.Request,
    visit: Visit,
    scope: Scope,
    waiting: list[ReviewItem],
    one: ReviewItem | None,
    *,
    sent: Form | None = None,
    problems: Sequence[str] = (),
) -> web.Response:
    place = next((at for at, other in enumerate(waiting) if one is not None and other.key == one.key), None)
    begin = max(0, min((place or 0) - LISTED // 3, len(waiting) - LISTED))
    sites = request.app[SETTINGS].sites
    others: list[ReviewItem] = []
    earlier: tuple[Site, Decision] | None = None
    if one is not None and len(visit.sites) > 1:
        others = await review.elsewhere(visit.store, one, visit.sites)
        earlier = await review.precedent(visit.store, one, {site.id: site for site in visit.sites})
    before, following = None, None
    if one is not None:
        if place is None:
            following = review.after(waiting, one, scope.sites)
        else:
            before = waiting[place - 1] if place else None
            following = waiting[place + 1] if place + 1 < len(waiting) else None
    scanned = one is not None or await _scanned(visit, scope)
    return render(
        request, visit, "review.html", scanned=scanned, status=400 if problems else 200, scope=scope, waiting=waiting, one=one, place=place,
        listed=waiting[begin : begin + LISTED], begin=begin, before=before, following=following, site=sites[one.site] if one else None,
        sites=sites, others=others, earlier=earlier, form=_filled(one, earlier, sent), problems=_by_field(problems),
        categories=[(number, category, _MEANINGS[category]) for number, category in enumerate(CATEGORIES, 1)],
        criteria=_CRITERIA, longest=_LONGEST, address=lambda item: _address(scope, item), tab="waiting", most=review.MOST_OPEN,
    )  # fmt: skip


async def _scanned(visit: Visit, scope: Scope) -> bool:
    """Whether any of the sites was scanned: an empty queue of one that was not says nothing."""
    if scope.site is not None:
        return bool(await visit.store.trend(scope.site.id, 1))
    known = {site.id for site in scope.sites}
    return any(run.site in known for run in await visit.store.latest_scans())


def _address(scope: Scope, one: ReviewItem) -> str:
    return queries.link(
        scope.path,
        {
            "site": "" if scope.site else one.site,
            "host": one.item.host,
            "name": one.item.name,
            "kind": one.item.kind,
        },
    )


def _filled(
    one: ReviewItem | None, earlier: tuple[Site, Decision] | None, sent: Form | None
) -> dict[str, str]:
    """Return what the form begins with: what was sent, what is decided, what was decided elsewhere, what the rules say."""
    fields = ("category", "purpose", "vendor", "reason", "criterion", "everywhere")
    if sent is not None:
        return {name: sent.get(name, "") for name in fields}
    if one is None:
        return dict.fromkeys(fields, "")
    known = one.held or (earlier[1] if earlier else None)
    if known is not None:
        return {
            "category": str(known.category), "purpose": known.purpose or one.item.purpose, "vendor": known.vendor or one.item.vendor,
            "reason": known.reason, "criterion": known.criterion or "", "everywhere": "",
        }  # fmt: skip
    category = one.item.category
    return {
        "category": "" if category is Category.UNCLASSIFIED else str(category), "purpose": one.item.purpose,
        "vendor": one.item.vendor, "reason": "", "criterion": one.item.criterion, "everywhere": "",
    }  # fmt: skip


def _by_field(problems: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for problem in problems:
        field, _, text = problem.partition(": ")
        found.setdefault(field, words.asked(text))
    return found


async def decide(request: web.Request, visit: Visit) -> web.Response:
    """Store a decision, where it is wished for at every site that waits for the same, and lead to the next item."""
    sent = visit.form
    scope = Scope(visit.sites, _EVERYWHERE) if sent.get("scope") == "all" else _of_site(visit)
    one = await _find(visit, visit.site, sent)
    choice, problems = _choice(sent)
    if choice is not None:
        problems += [problem for problem in review.problems(one, choice) if problem not in problems]
    if choice is None or problems:
        waiting = await review.queue(visit.store, scope.sites)
        return await _item(request, visit, scope, waiting, one, sent=sent, problems=problems)
    wanted = [one]
    if sent.get("everywhere") == "1":
        wanted += await review.elsewhere(visit.store, one, visit.sites)
    for each in wanted:
        async with visit.doing(
            "knowledge.decide", site=each.site, subject=each.item.name, kind=each.item.kind, host=each.item.host,
            category=str(choice.category), reviewer=visit.user.name,
        ):  # fmt: skip
            await review.decide(visit.store, each, choice, reviewer=visit.user.name)
    waiting = await review.queue(visit.store, scope.sites)
    following = review.after(waiting, one, scope.sites)
    where = f" at {len(wanted)} sites" if len(wanted) > 1 else ""
    note = f"{one.item.name[:80]} is {choice.category} now{where}."
    return visit.to(_address(scope, following) if following else scope.path, note=note)


def _choice(sent: Form) -> tuple[Choice | None, list[str]]:
    problems = [
        f"{name}: expected at most {most} characters"
        for name, most in _LONGEST.items()
        if len(sent.get(name, "")) > most or "\x00" in sent.get(name, "")
    ]
    fields = {name: sent.get(name, "") for name in _LONGEST}
    criterion = sent.get("criterion") or None
    try:
        return msgspec.convert(
            fields | {"category": sent.get("category", ""), "criterion": criterion}, Choice
        ), problems
    except msgspec.ValidationError:
        return None, [*problems, "category: expected one of the four: what is it for?"]


# --- what is decided


async def decided(request: web.Request, visit: Visit) -> web.Response:
    """List what is decided about a site's items, to change it or take it back."""
    scope, text = _of_site(visit), queries.text(request, "q")
    stored = await decisions_of(visit.store, visit.site.id)
    found = [
        (one, in_file)
        for decisions, in_file in ((visit.site.decisions, True), (stored, False))
        for one in decisions
        if text.casefold() in f"{one.name} {one.host} {one.vendor} {one.reviewer}".casefold()
    ]
    pages = max(1, -(-len(found) // DECIDED))
    number = min(queries.number(request, "page"), pages)
    waiting = await review.queue(visit.store, scope.sites)
    return render(
        request, visit, "review_decided.html", scope=scope, site=visit.site, decisions=found[(number - 1) * DECIDED : number * DECIDED],
        found=len(found), number=number, pages=pages, query={"q": text}, waiting=waiting, tab="decided", most=review.MOST_OPEN,
        all=len(stored) + len(visit.site.decisions),
    )  # fmt: skip


async def undo(request: web.Request, visit: Visit) -> web.Response:
    """Take a decision back: the rules judge the item again."""
    del request
    sent, site = visit.form, visit.site.id
    name, kind, host = (sent.get(field, "") for field in ("name", "kind", "host"))
    async with visit.doing(
        "knowledge.take_back",
        site=site,
        subject=name[:200],
        kind=kind[:40],
        host=host[:200],
        reviewer=visit.user.name,
    ):
        await take_back(
            visit.store,
            site,
            name=name,
            kind=kind,
            host=host,
            reviewer=visit.user.name,
            reason="Taken back in the dashboard.",
        )
    return visit.to(f"/admin/sites/{site}/decisions", note=f"The decision about {name[:80]} is taken back.")


ROUTES = (
    Route("GET", _EVERYWHERE, page(Role.REVIEWER, everywhere), "What waits for a decision", page=True),
    Route("GET", f"{OF_SITE}/review", page(Role.REVIEWER, of_site), "The same of one site", page=True),
    Route(
        "POST",
        f"{OF_SITE}/review",
        page(Role.REVIEWER, decide),
        "Decides about an item",
        status=303,
        page=True,
    ),
    Route("GET", f"{OF_SITE}/decisions", page(Role.REVIEWER, decided), "What is decided", page=True),
    Route(
        "POST",
        f"{OF_SITE}/decisions/take-back",
        page(Role.REVIEWER, undo),
        "Takes a decision back",
        status=303,
        page=True,
    ),
)
