"""Concrete mends for the site at hand: mark-up to paste, tables for sites.toml, cookie attributes.

A fix is plain text: paragraphs apart by an empty line, and code indented by four spaces. Names and URLs come from the
scanned site and are hostile: each is escaped for the language of the snippet that it stands in.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from consent.model.categories import Category
from consent.model.sites import SITE_ID
from scanner.evidence import cut
from scanner.lifetimes import lifetime_class
from scanner.parties import host_of, registrable_domain, setter_of
from scanner.report import Item, Report, Request

_COPIED = {"stylesheet", "font", "media"}
"""Request types whose files a site can serve itself."""

_WIDGET = re.compile(r"^/w/[a-z0-9-]{1,63}(\.[0-9a-f]{16,64})?\.js$")
"""The paths of the route ``/w/{site}.js`` and of its immutable twin (docs/routes.md)."""


def site_id(report: Report) -> str:
    """Return the site's id as sites.toml may write it."""
    if SITE_ID.match(report.site):
        return report.site
    return re.sub(r"[^a-z0-9-]+", "-", report.site.lower()).strip("-")[:63] or "site"


def code(*lines: str) -> str:
    """Return lines as a code block of a fix."""
    return "\n".join(f"    {part}" for line in lines for part in line.splitlines())


def widget_tag(report: Report) -> str:
    """Return the two lines that put the banner on the site, first in ``<head>``.

    The first forbids nothing: it keeps Chromium from requesting what stands further down before the script has
    arrived (docs/widget.md, "Put it into a page"; ``widget.render.snippet`` writes the same).

    The host is a suggestion: a consent server on the site's own registrable domain may set the consent cookie itself,
    which Safari keeps longer than one that a script wrote.
    """
    domain = registrable_domain(host_of(report.start_url)) or "your-site.example"
    return (
        '<meta http-equiv="Content-Security-Policy" content="base-uri *">\n'
        f'<script src="https://consent.{_attribute(domain)}/w/{site_id(report)}.js"></script>'
    )


def held_element(url: str, category: Category, request_type: str = "script") -> str:
    """Return the mark-up of an element that waits for the consent of ``category``."""
    waits = str(category.unlocked_by)
    source = _attribute(url)
    if request_type == "document":
        return f'<iframe data-category="{waits}" data-src="{source}"></iframe>'
    if request_type == "image":
        return f'<img data-category="{waits}" data-src="{source}" alt="">'
    return f'<script type="text/plain" data-category="{waits}" data-src="{source}"></script>'


def entry_point(things: Iterable[Item | Request]) -> tuple[str, str]:
    """Return URL and request type of what the page itself has to hold back.

    That is the farthest initiator that is neither a page nor Consentry's own widget (a tag manager rather than the
    tag), else the request itself; empty where only the server set it.
    """
    for thing in things:
        page = thing.first_page if isinstance(thing, Item) else thing.page
        chain = _chain(thing)
        outer = [
            url
            for url in chain
            if url.startswith(("http://", "https://")) and not _same(url, page) and not _is_widget(url)
        ]
        if outer:
            return outer[-1], "script"
        if isinstance(thing, Request) and thing.url.startswith(("http://", "https://")):
            return thing.url, thing.type
    return "", ""


def hold_back(report: Report, things: Iterable[Item | Request], category: Category) -> str:
    """Return how to make these things wait for consent on this site."""
    things = list(things)
    url, kind = entry_point(things)
    waits = category.unlocked_by
    if any(_is_widget(url) for thing in things for url in _chain(thing)):
        text = [
            (
                "The consent banner is on this page already. Publish this scan's inventory: it then holds this back until "
                f"{waits} is granted."
            ),
            code(f"consentry widget publish {site_id(report)} --report report.json"),
        ]
    else:
        text = [
            (
                "Put the consent banner first in <head>, published with this scan's inventory: it holds this back until "
                f"{waits} is granted. (Use the address of your own consent server.)"
            ),
            code(widget_tag(report)),
        ]
    if not url and any(isinstance(thing, Item) and thing.via == "header" for thing in things):
        text.append(
            "A server response sets it and no script: let the server send Set-Cookie only when the consent cookie "
            f"grants {waits}."
        )
    elif not url:
        text += [
            "Or, where a script in the page itself does it, let that script wait:",
            code(f'<script type="text/plain" data-category="{waits}">…</script>'),
        ]
    elif kind in _COPIED:
        text += [f"Or serve this {kind} from your own host, so that no third party is asked:", code(cut(url))]
    elif len(url) <= 1_000:
        text += [
            "Or mark the element itself, wherever it is written:",
            code(held_element(url, category, kind)),
        ]
    return "\n\n".join(text)


def decision(report: Report, item: Item, category: Category | None = None) -> str:
    """Return the table for sites.toml by which the privacy officer decides about one item."""
    lines = [
        f"[[sites.{site_id(report)}.decisions]]",
        f"name = {_toml(item.pattern or item.name)}",
        f"kind = {_toml(item.kind)}",
        f"host = {_toml(item.host)}",
        f"category = {_toml(str(category))}"
        if category
        else 'category = ""  # necessary, performance, functionality or advertising',
        'purpose = ""  # what it does, in plain words',
    ]
    if category is Category.NECESSARY:
        lines.append(
            'criterion = "B"  # WP194: A sole purpose is transmission, B a service the visitor asked for'
        )
        lines.append('reason = ""  # why it is exempt from consent')
    elif category is None:
        lines.append(
            '# criterion = "B"  # only where necessary (WP194): A, it only carries the transmission; B, asked for'
        )
        lines.append('reason = ""  # why you decide so')
    lines.append('reviewer = ""')
    lines.append(f"lifetime = {_toml(lifetime_class(item.lifetime_s, kind=item.kind))}")
    if setter := setter_of(item.set_by):
        lines.append(f"set_by = {_toml(setter)}")
    return code(*lines)


def _chain(thing: Item | Request) -> tuple[str, ...]:
    return thing.set_by if isinstance(thing, Item) else thing.initiators


def _is_widget(url: str) -> bool:
    """Whether this is Consentry's own script: it puts back what it held, so it stands in the chains of all of that."""
    return bool(_WIDGET.search(urlsplit(url).path)) if "/w/" in url else False


def _same(url: str, page: str) -> bool:
    return url.partition("#")[0] == page.partition("#")[0]


def _attribute(text: str) -> str:
    return html.escape(text, quote=True)


def _toml(text: str) -> str:
    """A TOML basic string; JSON's escapes are TOML's, but for DEL and lone surrogates."""
    quoted = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
    return re.sub(r"[\ud800-\udfff]", "\ufffd", quoted)
