"""report.pdf: the page for the privacy officer on paper, drawn by the scan's own browser.

Whatever the page folds away on a screen is open here, each sheet says what it belongs to, and nothing is loaded. The rules of
the filters are left out: with them, Chromium lays out a long inventory anew for every sheet and does not come to an end.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from consent.model.errors import ConfigError
from scanner.parties import host_of
from scanner.report import Report
from scanner.reports import Beside, html_report
from scanner.reports.text import short, visible

_PAPER = Path(__file__).parent / "paper.css"
_CLOSED = re.compile(rb"<details(?![^>]*\sopen[\s>=])([^>]*)>")
"""A folded part of our own page: what a scanned page wrote is escaped there and cannot look like one."""

_SHEET = (
    '<div style="width: 100%; margin: 0 14mm; padding: 0 1px; font: 8px system-ui, sans-serif; color: #555; '
    'display: flex; justify-content: space-between">{}</div>'
)
_DATE = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}")
_MARK = re.compile(rb"\(node\d{8}\)")


def render(report: Report, beside: Beside) -> bytes:
    """Return the PDF; raises `ConfigError` without a browser to draw it."""
    if beside.printer is None:
        raise ConfigError(
            "The format pdf needs a browser.", hint="Print report.html instead, or run `consentry doctor`."
        )
    page = _CLOSED.sub(rb"<details open\1>", html_report.render(report, beside, paper=True))
    page = page.replace(b"</head>", b"<style>" + _PAPER.read_bytes() + b"</style></head>", 1)
    date = report.started.replace("T", " ").replace("Z", " UTC")
    header = _SHEET.format(
        f"<span>Cookie scan of {_shown(host_of(report.start_url) or report.site)}</span><span>{_shown(date)}</span>"
    )
    footer = _SHEET.format(
        "<span>Technical findings, not a legal verdict</span>"
        '<span>Page <span class="pageNumber"></span> of <span class="totalPages"></span></span>'
    )
    return _alike(beside.printer(page, header, footer), report.finished)


def _shown(text: str) -> str:
    return escape(short(visible(text), 90))


def _alike(pdf: bytes, finished: str) -> bytes:
    """Take out what differs from one printing to the next, byte for byte, so that one report gives one file.

    The scan's own end stands for the time of printing. The marks of the structure (for screen readers) are numbered by the
    browser's nodes, of which a run begins at any number: they are counted from 1, in the same order.
    """
    digits = re.sub(r"\D", "", finished)[:14]
    if len(digits) == 14:
        pdf = _DATE.sub(rb"/\1 (D:" + digits.encode(), pdf)
    numbers = {mark: number for number, mark in enumerate(sorted(set(_MARK.findall(pdf))), 1)}
    return _MARK.sub(lambda match: b"(node%08d)" % numbers[match[0]], pdf)
