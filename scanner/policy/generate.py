"""Writes the parts of a policy that a scan knows: its vendors and its cookies, and the notice that announces a change.

A lawyer edits what comes out; marks in square brackets stand for what no scan can know.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterable, Iterator

from consent.model.categories import CATEGORIES, Category
from consent.model.inventory import Inventory, InventoryItem, InventoryService
from scanner.diff import Changes
from scanner.lifetimes import lifetime_text
from scanner.reports.text import CATEGORY_NAMES, KIND_NAMES, visible

NOTICE_DAYS = 30
"""How long a change is announced before it takes effect."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~$<>&])")
_BASES = {
    Category.NECESSARY: "They need no consent (ePrivacy Directive Art. 5(3)).",
    Category.PERFORMANCE: "They measure how the site is used, and run only with your consent.",
    Category.FUNCTIONALITY: "They bring comfort and embedded content, and run only with your consent.",
    Category.ADVERTISING: "They serve advertising and the measurement of campaigns, and run only with your consent.",
    Category.UNCLASSIFIED: "Nobody has decided yet what these are for; they run only with your consent to advertising.",
}
_ORDER = (*CATEGORIES, Category.UNCLASSIFIED)


def sections(inventory: Inventory, *, as_html: bool = False) -> str:
    """Return the vendor and cookie sections, as Markdown or as HTML without a page around it."""
    write = _html if as_html else _markdown
    return "\n".join(write(_parts(inventory))) + "\n"


Part = tuple[str, tuple[str, ...] | str, list[tuple[str, ...]]]
"""A heading, a text or a table: (kind, text or column names, rows); an address in a cell is `<https://…>`."""


def _parts(inventory: Inventory) -> Iterator[Part]:
    services = _by_category(inventory.services)
    items = _by_category(inventory.items)
    yield "h2", "Services of other companies", []
    if services:
        yield (
            "p",
            "When you use our site, your browser also asks services of other companies. They thereby learn your IP address, the page and what your browser tells of itself.",
            [],
        )
    else:
        yield "p", "Our site asks no service of another company.", []
    for category, found in services:
        yield "h3", CATEGORY_NAMES[category], []
        yield "p", _BASES[category], []
        yield "table", ("Service", "Company", "Country", "Purpose", "Its privacy policy"), [
            (one.service, one.vendor, one.country or "[country]", one.purpose or "[purpose]", f"<{one.policy_url}>" if one.policy_url else "[address]")
            for one in found
            if isinstance(one, InventoryService)
        ]  # fmt: skip
    yield "h2", "Cookies and similar storage", []
    yield (
        "p",
        'You can change or withdraw your choice at any time by the link "Cookie settings" at the bottom of each page.',
        [],
    )
    for category, found in items:
        yield "h3", CATEGORY_NAMES[category], []
        yield "p", _BASES[category], []
        yield "table", ("Name", "Set by", "Purpose", "Kept for", "Kind"), [
            (one.name, one.service or one.vendor or one.host, one.purpose or "[purpose]", lifetime_text(one.lifetime_s, kind=one.kind), KIND_NAMES.get(one.kind, one.kind))
            for one in found
            if isinstance(one, InventoryItem)
        ]  # fmt: skip
    yield "p", f"As found by the scan of {inventory.created[:10] or '[date]'}.", []


def _by_category(
    things: Iterable[InventoryItem] | Iterable[InventoryService],
) -> list[tuple[Category, list[InventoryItem | InventoryService]]]:
    everything: list[InventoryItem | InventoryService] = list(things)
    groups = [(category, [one for one in everything if one.category is category]) for category in _ORDER]
    return [(category, found) for category, found in groups if found]


def _markdown(parts: Iterable[Part]) -> Iterator[str]:
    for kind, content, rows in parts:
        if kind == "table":
            yield f"| {' | '.join(content)} |"
            yield f"|{' --- |' * len(content)}"
            yield from (f"| {' | '.join(map(_cell, row))} |" for row in rows)
        else:
            yield f"{'#' * int(kind[1])} {content}" if kind[0] == "h" else str(content)
        yield ""


def _cell(text: str) -> str:
    address = _address(text)
    if address:
        return f"<{address}>"
    flat = " ".join(visible(text).split())
    return _SPECIAL.sub(r"\\\1", flat).replace("://", "&#58;//").replace("@", "&#64;")


def _html(parts: Iterable[Part]) -> Iterator[str]:
    for kind, content, rows in parts:
        if kind == "table":
            yield "<table>"
            heads = "".join(f'<th scope="col">{html.escape(one)}</th>' for one in content)
            yield f"<thead><tr>{heads}</tr></thead>"
            yield "<tbody>"
            yield from (f"<tr>{''.join(f'<td>{_html_cell(one)}</td>' for one in row)}</tr>" for row in rows)
            yield "</tbody>\n</table>"
        else:
            yield f"<{kind}>{html.escape(str(content))}</{kind}>"


def _html_cell(text: str) -> str:
    address = html.escape(_address(text))
    return f'<a href="{address}" rel="noreferrer">{address}</a>' if address else html.escape(visible(text))


def _address(text: str) -> str:
    """The address in a cell; only rules write one, so that nothing that a page wrote becomes a link."""
    inner = text[1:-1] if text.startswith("<https://") and text.endswith(">") else ""
    return inner if re.fullmatch(r"https://[^\s<>\"']+", inner) else ""


def notice(
    *,
    today: dt.date,
    days: int = NOTICE_DAYS,
    changes: Iterable[str] = (),
    compared: Changes | None = None,
    policy_url: str = "",
    contact: str = "",
) -> str:
    """Return the text that announces a change of the policy, with its dates; Markdown.

    ``changes`` are in the operator's words; ``compared`` adds the services that came and went between two scans, and says
    where a new purpose needs a new consent.
    """
    effective = today + dt.timedelta(days=days)
    lines = [
        "## Our privacy policy changes",
        "",
        f"Announced on {_date(today)}. The new policy applies from **{_date(effective)}**; until then the present one does.",
        "",
    ]
    lines += [f"- {_cell(change)}" for change in changes]
    if compared is not None:
        lines += [
            f"- New: {_cell(one.service)} ({CATEGORY_NAMES[one.category]})" for one in compared.services_new
        ]
        lines += [f"- No longer used: {_cell(one.service)}" for one in compared.services_gone]
        needing = sorted(
            {CATEGORY_NAMES[one.category] for one in compared.services_new if one.category.needs_consent}
        )
        lines += [
            "",
            f"What is new under {', '.join(needing)} needs your consent: we ask you again from that day on."
            if needing
            else "Your choice about cookies stays as it is.",
        ]
    lines += [
        "",
        f"Using our site is not taken for agreement to the change. If you object to it, write to us at {_cell(contact) if contact else '[e-mail address]'}.",
    ]
    if policy_url.startswith("https://"):
        lines += ["", f"The new policy: <{policy_url}>" if _address(f"<{policy_url}>") else ""]
    return "\n".join(lines).rstrip() + "\n"


def _date(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
