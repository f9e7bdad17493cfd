"""The declaration and the cookie policy as Markdown, for static sites: headings, tables, nothing that is HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from consent.cookie_policy import CookiePolicy
from consent.declaration import Declaration, DeclaredCategory, DeclaredItem

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_URL = ":/?#[]@!$&'*+,;=%-._~"


def markdown(declaration: Declaration, policy: CookiePolicy | None = None) -> str:
    """Return the declaration, or the whole policy around it. What was scanned is escaped: none of it becomes mark-up."""
    return "\n\n".join(_blocks(declaration, policy)) + "\n"


def _blocks(declaration: Declaration, policy: CookiePolicy | None) -> Iterator[str]:
    texts = declaration.texts
    yield f"# {escaped(policy.title if policy else texts['title'])}"
    if policy is None:
        yield escaped(texts["intro"])
        yield from _categories(declaration, "##")
    else:
        yield escaped(declaration.updated_text)
        for section in policy.sections:
            yield f"## {escaped(section.title)}"
            yield from map(escaped, section.paragraphs)
            if section.list:
                yield escaped(texts["intro"])
                yield from _categories(declaration, "###")
    if texts["controller"]:
        yield escaped(texts["controller"])
    yield from _changes(declaration)
    links = (
        (texts["elsewhere"], declaration.url),
        (texts["policy"], declaration.policy_url),
        (texts["imprint"], declaration.imprint_url),
    )
    yield from (f"[{escaped(text)}]({quote(url, safe=_URL)})" for text, url in links if url)


def _categories(declaration: Declaration, heading: str) -> Iterator[str]:
    texts = declaration.texts
    for category in declaration.categories:
        yield f"{heading} {escaped(category.title)}"
        yield escaped(category.about + (f" ({texts['needs_consent']})" if category.needs_consent else ""))
        yield _table(category, texts) if category.items else escaped(texts["none"])
        if category.services:
            listed = ", ".join(f"{one.service} ({one.vendor})" for one in category.services)
            yield escaped(f"{texts['services']}: {listed}")


def _table(category: DeclaredCategory, texts: dict[str, str]) -> str:
    heads = [texts[key] for key in ("name", "vendor", "purpose", "duration", "type", "access", "country")]
    rows = [heads, *(_cells(item) for item in category.items)]
    lines = ["| " + " | ".join(map(escaped, row)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(heads), *lines[1:]])


def _cells(item: DeclaredItem) -> list[str]:
    provider = item.provider if item.provider == item.host else f"{item.provider} ({item.host})"
    return [
        item.name,
        provider,
        item.purpose or "\N{EN DASH}",
        item.lifetime,
        item.kind,
        item.access_text,
        item.country_name or "\N{EN DASH}",
    ]


def _changes(declaration: Declaration) -> Iterator[str]:
    texts = declaration.texts
    lines = [
        f"- {escaped(change.date_text)}: {escaped(texts[label])}: "
        + escaped(
            "; ".join([f"{thing.name} ({thing.kind}, {thing.provider}, {thing.category})", *thing.details])
        )
        for change in declaration.changes
        for label, things in (("new", change.new), ("gone", change.gone), ("changed", change.changed))
        for thing in things
    ]
    if declaration.published:
        lines.append(f"- {escaped(texts['first'])}: {escaped(declaration.published_text)}")
    if lines:
        yield f"## {escaped(texts['changes'])}"
        yield "\n".join(lines)


def escaped(text: str) -> str:
    """Return text as Markdown shows it, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
