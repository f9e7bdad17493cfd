"""The audit for readers: one self-contained HTML page, and Markdown. Whatever a policy wrote is escaped in both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from scanner.policy.model import Audit, Statement
from scanner.report import SEVERITIES, Finding, Severity
from scanner.reports.templates import environment_of
from scanner.reports.text import CATEGORY_NAMES, short, visible

_FOLDER = Path(__file__).parent
_CSS = _FOLDER.parent / "reports" / "report.css"
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~$<>&])")

TOPIC_NAMES = {
    "date": "Last changed",
    "controller": "Who is responsible",
    "contact": "Contact",
    "purpose": "Purposes",
    "legal-basis": "Legal bases",
    "recipients": "Recipients",
    "transfer": "Transfers",
    "safeguard": "Safeguards of transfers",
    "storage-place": "Places of storage",
    "retention": "Retention",
    "right": "Rights",
    "automated-decisions": "Automated decisions",
    "children": "Children",
    "consent": "How consent is said to be given",
    "withdrawal": "How consent is withdrawn",
    "category": "Categories of cookies",
    "lifetime": "Lifetimes of cookies",
    "change": "Changes of the policy",
    "claim": "Claims",
}
"""The topics in the order in which a reader looks for them."""

ROLE_NAMES = {"used": "used", "mentioned": "only mentioned", "denied": "said not to be used"}


def by_severity(audit: Audit) -> list[tuple[Severity, list[Finding]]]:
    """Return the findings in groups, the gravest first; empty groups are left out."""
    groups = [(one, [finding for finding in audit.findings if finding.severity == one]) for one in SEVERITIES]
    return [(severity, findings) for severity, findings in groups if findings]


def by_topic(audit: Audit) -> list[tuple[str, list[Statement]]]:
    """Return the statements in groups by topic, each with its name; empty groups are left out."""
    groups = [
        (name, [one for one in audit.statements if one.topic == topic]) for topic, name in TOPIC_NAMES.items()
    ]
    return [(name, statements) for name, statements in groups if statements]


def detail_of(statement: Statement) -> str:
    """Return a statement's value with what belongs to it, in words."""
    words = [] if statement.value == "stated" else [statement.value.removeprefix("policy-").replace("-", " ")]
    words += [value for key, value in statement.detail.items() if key not in {"seconds", "defined"}]
    return ", ".join(words)


def html(audit: Audit) -> bytes:
    """Return the page as UTF-8."""
    page = _template().render(
        audit=audit,
        groups=by_severity(audit),
        topics=by_topic(audit),
        css=Markup(_CSS.read_text(encoding="utf-8")),  # noqa: S704 - our own style sheet
    )
    return page.encode("utf-8", errors="backslashreplace")


@cache
def _template() -> jinja2.Template:
    environment = environment_of(_FOLDER)
    environment.filters |= {"short": short, "detail": detail_of, "address": _address}
    environment.globals |= {
        "CATEGORY_NAMES": {str(key): value for key, value in CATEGORY_NAMES.items()},
        "ROLE_NAMES": ROLE_NAMES,
    }
    return environment.get_template("policy.html.j2")


def _address(url: str) -> str:
    """An address that a link may have; a policy's own words never make one."""
    return url if url.startswith("https://") else ""


def markdown(audit: Audit) -> bytes:
    """Return the audit as Markdown with tables (GitHub Flavoured)."""
    return ("\n".join(_lines(audit)) + "\n").encode("utf-8", errors="backslashreplace")


def _lines(audit: Audit) -> Iterator[str]:
    yield f"# Audit of the policy {_text(audit.title or audit.source)}"
    yield ""
    yield f"{_text(audit.source)}, {audit.sentences:,} sentences" + (
        f", set against the scan of {_text(audit.compared['site'])} of {_text(audit.compared['started'])}"
        if audit.compared
        else ""
    )
    for note in audit.notes:
        yield ""
        yield f"**{_text(note)}**"
    yield ""
    yield f"## Findings ({len(audit.findings)})"
    for severity, findings in by_severity(audit):
        for finding in findings:
            yield ""
            yield f"### {severity.capitalize()}: {_text(short(finding.title, 200))}"
            yield ""
            yield f"`{finding.rule}` · {_text(finding.law)} · {finding.evidence.get('source', '')}"
            yield ""
            nearest = "Nearest" if finding.evidence.get("absent") else "Quote"
            yield f"> {_text(short(finding.evidence['quote'], 600))}"
            yield ""
            yield f"{nearest}: line {finding.evidence['line']}, characters {finding.evidence['start']} to {finding.evidence['end']}. {_text(finding.evidence.get('why', ''))}"
            if finding.fix:
                yield ""
                yield f"Say instead: {_text(finding.fix)}"
    yield ""
    yield f"## Vendors and services ({len(audit.vendors)})"
    yield ""
    yield from _table(
        ("Name", "Company", "Written", "Role", "Sure", "First said"),
        (
            (
                one.name,
                one.vendor,
                ", ".join(one.written),
                ROLE_NAMES[one.role],
                f"{one.confidence:.0%}",
                short(one.mentions[0].text, 160),
            )
            for one in audit.vendors
        ),
    )
    yield ""
    yield f"## Cookies ({len(audit.cookies)})"
    yield ""
    yield from _table(
        ("Name", "Provider", "Purpose", "Category", "Lifetime", "Line"),
        (
            (one.written, one.provider, one.purpose, one.category, one.lifetime, str(one.quote.line))
            for one in audit.cookies
        ),
    )
    yield ""
    yield "## What it says"
    for name, statements in by_topic(audit):
        yield ""
        yield f"### {name}"
        yield ""
        for one in statements:
            yield f"- **{_text(detail_of(one) or name)}** (line {one.quote.line}): {_text(short(one.quote.text, 300))}"


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(_text(cell) for cell in row)} |"


def _text(value: str) -> str:
    """Escape for running text and table cells: no mark-up, no link, no line end."""
    flat = " ".join(visible(value).split())
    return _SPECIAL.sub(r"\\\1", flat).replace("://", "&#58;//").replace("@", "&#64;")
