"""The review: what a scan found and nobody has judged yet, or what was judged on other facts, until it is decided.

An item waits where the last finished scan of its site has it as unclassified or reopened, and nothing was decided since. What
is decided here is an ordinary decision (`consent.decisions`), together with the facts that it was made on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from consent.decisions import covers, decision_of, record
from consent.lifetimes import lifetime_class
from consent.model.categories import Category, Party
from consent.model.domains import SiteHosts, setter_of
from consent.model.scans import ItemKey, ScanItem, ScanRun
from consent.model.sites import Decision, LifetimeClass, Site, decision_problems
from consent.store import Store
from consent.store.entries import DecisionRow

MOST_OPEN = 2_000
"""Items that are listed together: who has decided those sees the next ones."""
_AT_A_TIME = 10
"""Sites that the store is asked about at once."""

Why = Literal["", "unclassified", "reopened", "no purpose"]


class ReviewItem(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a site with what is known of it. ``why`` says why it waits; it is empty where it does not.

    ``item`` is as the scan ``scan_id`` saw it; that is empty where the last scan did not see it, and only the decision tells
    of it. ``held`` is the decision about it, ``in_file`` that it stands in sites.toml, which goes before every other.
    """

    site: str
    scan_id: str
    why: Why
    item: ScanItem
    held: Decision | None = None
    in_file: bool = False

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What names it, in the order in which items are listed within a list of sites."""
        return self.site, self.item.host, self.item.name, self.item.kind


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says of an item. ``criterion`` and ``reason`` are needed where it is to be exempt from consent."""

    category: Category
    purpose: str
    vendor: str = ""
    reason: str = ""
    criterion: Literal["A", "B"] | None = None


async def queue(store: Store, sites: Sequence[Site]) -> list[ReviewItem]:
    """Return what waits at these sites, site by site in this order, then by host, name and kind; no more than `MOST_OPEN`."""
    runs = {run.site: run for run in await store.latest_scans()}
    result: list[ReviewItem] = []
    for begin in range(0, len(sites), _AT_A_TIME):
        some = [site for site in sites[begin : begin + _AT_A_TIME] if site.id in runs]
        found = await asyncio.gather(*(store.items_to_review(site.id, limit=MOST_OPEN) for site in some))
        waiting = [
            (site, [item for _, item in items]) for site, items in zip(some, found, strict=True) if items
        ]
        result += [one for one in await _judged(store, waiting, runs) if one.why]
        if len(result) >= MOST_OPEN:
            break
    return result[:MOST_OPEN]


async def _judged(
    store: Store, found: Sequence[tuple[Site, list[ScanItem]]], runs: Mapping[str, ScanRun]
) -> list[ReviewItem]:
    rows = await asyncio.gather(*(store.decisions(site.id) for site, _ in found))
    result: list[ReviewItem] = []
    for (site, items), decisions in zip(found, rows, strict=True):
        result += map(_Judged(site, runs[site.id], decisions).item, items)
    return result


async def find(store: Store, site: Site, key: ItemKey) -> ReviewItem | None:
    """Return an item of the last finished scan, whether it waits or not; else one that only a decision tells of."""
    sightings = await store.item_history(site.id, key.kind, key.name, key.host, 1)
    decisions = await store.decisions(site.id)
    if sightings and sightings[0].item is not None:
        run = await store.scan(sightings[0].scan_id)
        if run is not None:
            return _Judged(site, run, decisions).item(sightings[0].item)
    held = next(
        (row for row in decisions if (row.kind, row.name, row.host) == (key.kind, key.name, key.host)), None
    )
    if held is None:
        return None
    decision = decision_of(held)
    item = ScanItem(
        kind=decision.kind,
        name=decision.name,
        host=decision.host,
        party=Party.FIRST if SiteHosts(site).owns(decision.host) else Party.THIRD,
        category=decision.category,
    )
    return ReviewItem(site=site.id, scan_id="", why="", item=item, held=decision)


class _Judged:
    """Says how the items of one scan stand with what was decided about them."""

    def __init__(self, site: Site, run: ScanRun, rows: Iterable[DecisionRow]) -> None:
        self._site = site
        self._run = run
        self._rows = [(row, decision_of(row)) for row in rows]

    def item(self, item: ScanItem) -> ReviewItem:
        in_file = next((one for one in self._site.decisions if covers(one, item)), None)
        row, held = next(((row, one) for row, one in self._rows if covers(one, item)), (None, None))
        why: Why = ""
        if item.reopened:
            settled = (
                _fits(in_file, item)
                if in_file
                else row is not None and row.decided >= (self._run.started_ms or 0)
            )
            why = "" if settled else "reopened"
        elif item.category is Category.UNCLASSIFIED:
            why = "" if in_file or held else "unclassified"
        return ReviewItem(
            site=self._site.id,
            scan_id=self._run.scan_id,
            why=why,
            item=item,
            held=in_file or held,
            in_file=in_file is not None,
        )


def _fits(decision: Decision, item: ScanItem) -> bool:
    """Whether a decision was made on what the scan saw: the file says no more than a day, the scan was perhaps before it."""
    lifetime, setter = seen(item)
    return decision.lifetime in {"", lifetime} and decision.set_by in {"", setter}


def seen(item: ScanItem) -> tuple[LifetimeClass, str]:
    """Return lifetime class and setter of what a scan saw: what a decision about it is made on."""
    return lifetime_class(item.lifetime_s, kind=item.kind), setter_of(item.set_by)


async def made_on(store: Store, site: str, decision: Decision) -> Decision:
    """Return a decision with what the last scan saw of its item, where it does not say itself what it was made on."""
    if decision.lifetime or decision.set_by:
        return decision
    found = await store.item_history(site, decision.kind, decision.name, decision.host, 1)
    if not found or found[0].item is None:
        return decision
    lifetime, setter = seen(found[0].item)
    return msgspec.structs.replace(decision, lifetime=lifetime, set_by=setter)


def after(items: Sequence[ReviewItem], done: ReviewItem, sites: Sequence[Site]) -> ReviewItem | None:
    """Return what comes after an item that has left a list, or stays in it; the first one after the last, None where none is left."""
    order = {site.id: place for place, site in enumerate(sites)}

    def place(one: ReviewItem) -> tuple[int, str, str, str]:
        return order.get(one.site, len(order)), one.item.host, one.item.name, one.item.kind

    others = [one for one in items if one.key != done.key]
    return next((one for one in others if place(one) > place(done)), others[0] if others else None)


async def elsewhere(store: Store, one: ReviewItem, sites: Sequence[Site]) -> list[ReviewItem]:
    """Return the same item where it waits at other of these sites: the same name, and the same host or each site's own."""
    known = {site.id: site for site in sites if site.id != one.site}
    found: dict[str, list[ScanItem]] = {}
    named = await store.items_to_review(None, kind=one.item.kind, name=one.item.name, limit=MOST_OPEN)
    for site_id, item in named:
        if site_id in known and (item.host == one.item.host or item.party == one.item.party == Party.FIRST):
            found.setdefault(site_id, []).append(item)
    if not found:
        return []
    runs = {run.site: run for run in await store.latest_scans()}
    waiting = [(known[site_id], items) for site_id, items in found.items() if site_id in runs]
    return [other for other in await _judged(store, waiting, runs) if other.why and not other.in_file]


async def precedent(store: Store, one: ReviewItem, sites: Mapping[str, Site]) -> tuple[Site, Decision] | None:
    """Return what was decided last about the same item at another of these sites."""
    for row in await store.decisions_about(one.item.kind, one.item.name):
        site = sites.get(row.site)
        if site is None or site.id == one.site:
            continue
        own = one.item.party is Party.FIRST and SiteHosts(site).owns(row.host)
        if own or row.host in {"", one.item.host}:
            return site, decision_of(row)
    return None


def problems(one: ReviewItem, choice: Choice) -> list[str]:
    """Return what is wrong with a choice, each as ``key: what was expected``; empty where it can stand."""
    found = decision_problems(_decision(one, choice, reviewer=""))
    if one.in_file:
        found.insert(0, "category: sites.toml decides about this item, and goes before what is decided here")
    if not choice.purpose.strip():
        found.append("purpose: expected what it is for; nothing is published while a purpose is blank")
    return found


async def decide(store: Store, one: ReviewItem, choice: Choice, *, reviewer: str) -> Decision:
    """Store what somebody says of an item, with the facts that it was said on; raises `ConfigError` where it cannot stand."""
    decision = _decision(one, choice, reviewer=reviewer)
    await record(store, one.site, [decision])
    return decision


def _decision(one: ReviewItem, choice: Choice, *, reviewer: str) -> Decision:
    if one.scan_id or one.held is None:
        lifetime, setter = seen(one.item)
    else:  # no scan has seen it since: it was made on what it was made on
        lifetime, setter = one.held.lifetime, one.held.set_by
    necessary = choice.category is Category.NECESSARY
    fields = {
        "name": one.item.name,
        "category": choice.category,
        "kind": one.item.kind,
        "host": one.item.host,
        "vendor": choice.vendor.strip(),
        "purpose": " ".join(choice.purpose.split()),
        "reason": " ".join(choice.reason.split()),
        "criterion": choice.criterion if necessary else None,
        "reviewer": reviewer,
        "lifetime": lifetime,
        "set_by": setter,
    }
    return msgspec.convert(fields, Decision)
