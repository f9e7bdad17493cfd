"""What visitors of a site were shown and answered: charts with a table beside each, and what comparisons show."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from aiohttp import web
from markupsafe import Markup

from consent.model.categories import CONSENT_CATEGORIES
from consent.model.errors import NotFoundError
from consent.model.sites import Site
from consent.statistics.buckets import Bucket, buckets
from consent.statistics.charts import PARTS, days_chart, rates_chart, shares_chart
from consent.statistics.groups import Group
from consent.statistics.queries import By, Statistics, statistics_of
from consent.statistics.sentences import NOTICE_DIGITS, NOTICES_DIFFER_IN_TIME, percent
from consent.user_agents import AUTOMATED
from consent.users import Role
from consent.web.admin_statistics import asked_by, asked_span, csv_answer
from consent.web.dashboard.guard import Visit, page
from consent.web.dashboard.pages import render
from consent.web.route import Route

NAV = ("Statistics", "/admin/statistics", 30)
SPANS = ((30, "30 days"), (90, "90 days"), (365, "a year"))
_HEADINGS = {
    By.NOTICE: ("Notices", "Notice"),
    By.LANGUAGE: ("Languages", "Language"),
    By.DEVICE: ("Devices", "Device"),
    By.VARIANT: ("Variants", "Variant"),
    By.COUNTRY: ("Countries", "Country"),
    By.JURISDICTION: ("Jurisdictions", "Jurisdiction"),
}
_ON_A_CHART = 12
_IN_A_TABLE = 20
"""Groups that are drawn and listed; CSV has all of them."""
_SENTENCES = 8
_WITHOUT = 2
"""Differences that are told under a table, and comparisons that show none; JSON has all of them."""


class Section(NamedTuple):
    """One question with its chart, its groups and what comparisons say."""

    by: By
    title: str
    heading: str
    chart: Markup
    names: dict[str, str]
    groups: tuple[Group, ...]
    more: int
    sentences: list[tuple[str, bool]]
    untold: int
    remark: str


async def statistics(request: web.Request, visit: Visit) -> web.Response:
    """Show one site's statistics."""
    sites = visit.sites
    site = _chosen(request, visit, sites)
    span = asked_span(request)
    if site is None:
        return render(request, visit, "statistics.html", site=None, sites=sites, span=span, spans=[])
    days, *others = await asyncio.gather(
        *(statistics_of(visit.store, site.id, span, by) for by in (By.DAY, *_HEADINGS))
    )
    unit, columns = buckets(days.groups)
    return render(
        request,
        visit,
        "statistics.html",
        site=site,
        sites=sites,
        span=span,
        spans=_spans(span.until),
        days=days,
        unit=unit,
        columns=list(reversed(_with_something(columns))),
        days_chart=days_chart("days", unit, columns),
        categories=days.total.categories,
        categories_chart=_categories_chart(days.total),
        sections=[
            _section(found)
            for found in others
            if len(found.groups) > (1 if found.by is By.JURISDICTION else 0)
        ],
        parts=PARTS,
        percent=percent,
        published=any(one.site == site.id for one in await visit.store.publications()),
    )


def _chosen(request: web.Request, visit: Visit, sites: list[Site]) -> Site | None:
    """Return the site that the address names, else the person's first one; raises `NotFoundError` for another's."""
    wanted = request.query.get("site", "")
    if not wanted:
        return sites[0] if sites else None
    if not visit.covers(wanted):
        raise NotFoundError(f"There is no site {wanted!r}.", hint="The sites that you may see are listed.")
    return next(site for site in sites if site.id == wanted)


def _spans(until: date) -> list[tuple[str, date, date]]:
    today = min(until, datetime.now(tz=UTC).date())
    return [
        (words, today - timedelta(days=days - 1), today) for days, words in SPANS if today.toordinal() > days
    ]


def _with_something(columns: list[Bucket]) -> list[Bucket]:
    return [bucket for bucket in columns if bucket.shown or sum(bucket.parts)]


def _categories_chart(total: Group) -> Markup:
    rows = [
        (str(category).capitalize(), total.categories[str(category)].rate) for category in CONSENT_CATEGORIES
    ]
    return rates_chart("categories", "How many of those who answered granted each category", rows)


def _section(found: Statistics) -> Section:
    title, heading = _HEADINGS[found.by]
    names = {group.key: _name(found.by, group) for group in found.groups}
    # Notices come by time, so the last ones matter; the others by size.
    groups = found.groups[-_IN_A_TABLE:] if found.by is By.NOTICE else found.groups[:_IN_A_TABLE]
    drawn = groups[-_ON_A_CHART:] if found.by is By.NOTICE else groups[:_ON_A_CHART]
    shown = [(one.sentence, True) for one in found.comparisons if one.significant][:_SENTENCES]
    none = [(one.sentence, False) for one in found.comparisons if not one.significant]
    told = shown + none[:_WITHOUT]
    return Section(
        by=found.by,
        title=title,
        heading=heading,
        chart=shares_chart(
            found.by.value, f"Answers by {found.by.value}", [(names[one.key], _parts(one)) for one in drawn]
        ),
        names=names,
        groups=groups,
        more=len(found.groups) - len(groups),
        sentences=told,
        untold=len(found.comparisons) - len(told),
        remark=NOTICES_DIFFER_IN_TIME if found.by is By.NOTICE and found.comparisons else "",
    )


def _parts(group: Group) -> tuple[int, int, int, int]:
    return group.accepted, group.partial, group.refused, group.no_decision or 0


def _name(by: By, group: Group) -> str:
    if by is By.DEVICE and group.key == AUTOMATED:
        return "driven by a program"
    return f"{group.key[:NOTICE_DIGITS]}, from {group.first_day}" if by is By.NOTICE else group.key


async def as_csv(request: web.Request, visit: Visit) -> web.Response:
    """Answer with the numbers as CSV."""
    return csv_answer(await statistics_of(visit.store, visit.site.id, asked_span(request), asked_by(request)))


ROUTES = (
    Route("GET", "/admin/statistics", page(Role.REVIEWER, statistics), "What visitors answered", page=True),
    Route(
        "GET",
        "/admin/sites/{site:[a-z0-9][a-z0-9-]*}/statistics.csv",
        page(Role.REVIEWER, as_csv),
        "The same as CSV",
        page=True,
    ),
)
