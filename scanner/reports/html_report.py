"""report.html: one self-contained page, complete without its one small script; nothing is loaded from anywhere.

Everything that a scanned page wrote is escaped by Jinja2 and made visible by `scanner.reports.text.visible`; the page's
own Content-Security-Policy would stop what slipped through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from scanner.limits import coverage_of, limits_of
from scanner.report import Report
from scanner.reports import NOTHING, Beside, text
from scanner.reports.banner_section import VERDICT_MARKS, banner_section
from scanner.reports.checklists import checklists
from scanner.reports.developer_tables import attribute_lines, developer_tables, recipients_table
from scanner.reports.filters import filters_of, policy, script
from scanner.reports.graph import NODE_HEIGHT, NODE_WIDTH, Node, graph_of
from scanner.reports.mail_tables import mail_tables
from scanner.reports.request_rows import request_groups
from scanner.reports.techniques import tables
from scanner.reports.templates import environment_of
from scanner.reports.timeline import timelines, told
from scanner.reports.view import (
    CATEGORY_ORDER,
    CHART_WIDTH,
    MAX_ITEMS,
    SEVERITY_TEXTS,
    evidence_lines,
    state_line,
    view_of,
)

MAX_ATTRIBUTES = 400
"""Entries of the inventory that open to all their attributes: each adds some forty elements to the page."""
PAPER_ROWS = 100
"""Entries of each category on paper: eight sheets of them. Nobody reads more there, and a browser takes minutes for 2,000."""

_FOLDER = Path(__file__).parent


def render(report: Report, beside: Beside = NOTHING, *, paper: bool = False) -> bytes:
    """Return the page as UTF-8; pictures of the banner are put into it from the folder beside the report.

    For ``paper`` it has no rules for filters, and at most `PAPER_ROWS` of the inventory in each category; it says how many
    it leaves out, and where they are.
    """
    view = view_of(report, rows=PAPER_ROWS if paper else MAX_ITEMS)
    filters = filters_of(report, view.states)
    page = _template().render(
        view=view,
        report=report,
        timelines=timelines(report),
        graph=graph_of(report),
        banner=banner_section(report, beside.screenshots),
        request_groups=request_groups(report),
        recipients=recipients_table(report),
        developer=developer_tables(report),
        filters=filters,
        filter_css=Markup("" if paper else filters.css()),  # noqa: S704 - made of our own words and numbers
        policy=policy(),
        script=Markup(script()),  # noqa: S704 - our own script
        checklists=checklists(report),
        techniques=(*mail_tables(report), *tables(report)),
        limits=(*coverage_of(report), *limits_of(report)),
        css=Markup((_FOLDER / "report.css").read_text(encoding="utf-8")),  # noqa: S704 - our own style sheet
    )
    return page.encode("utf-8", errors="backslashreplace")


@cache
def _template() -> jinja2.Template:
    environment = environment_of(_FOLDER)
    environment.filters |= {
        "short": text.short,
        "short_url": text.short_url,
        "breakable": _breakable,
        "upper_first": _upper_first,
        "blocks": _blocks,
        "by_label": _by_label,
    }
    environment.globals |= {
        "text": text,
        "CATEGORIES": CATEGORY_ORDER,
        "CHART_WIDTH": CHART_WIDTH,
        "SEVERITY_TEXTS": SEVERITY_TEXTS,
        "evidence_lines": evidence_lines,
        "state_line": state_line,
        "attribute_lines": attribute_lines,
        "told": told,
        "MAX_ATTRIBUTES": MAX_ATTRIBUTES,
        "NODE_WIDTH": NODE_WIDTH,
        "NODE_HEIGHT": NODE_HEIGHT,
        "VERDICT_MARKS": VERDICT_MARKS,
    }
    return environment.get_template("report.html.j2")


def _breakable(value: str) -> Markup:
    """An address that may wrap after its dots and slashes, and only there as long as that is enough."""
    return Markup(re.sub(r"(?<!www)([./_-])(?=[^\W_])", r"\1<wbr>", str(escape(text.visible(value)))))  # noqa: S704 - escaped before


def _upper_first(value: str) -> str:
    return value[:1].upper() + value[1:]


def _by_label(nodes: Iterable[Node]) -> dict[str, Node]:
    return {node.label: node for node in nodes}


def _blocks(fix: str) -> list[tuple[bool, str]]:
    """Split a fix into paragraphs and code (indented by four spaces): (is_code, content)."""
    blocks: list[tuple[bool, str]] = []
    for block in fix.split("\n\n"):
        lines = block.split("\n")
        is_code = all(line.startswith("    ") for line in lines)
        content = "\n".join(line[4:] for line in lines) if is_code else block
        if is_code and blocks and blocks[-1][0]:
            blocks[-1] = (True, f"{blocks[-1][1]}\n\n{content}")
        elif content:
            blocks.append((is_code, content))
    return blocks
