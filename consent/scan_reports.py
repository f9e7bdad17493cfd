"""The stored report.json of a scan, as far as the dashboard shows it beside the report itself.

Only these fields are read; everything else is skipped, so that a report of many megabytes costs milliseconds. What each
means, docs/report.md says.
"""

from __future__ import annotations

from typing import Any

import msgspec

from consent.model.errors import StoreError


class ReportFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding."""

    rule: str
    severity: str
    title: str
    subject: str | None = None
    state: str | None = None
    page: str | None = None
    evidence: dict[str, Any] = {}
    law: str | None = None
    fix: str | None = None


class ReportPass(msgspec.Struct, frozen=True, kw_only=True):
    """One consent state, and whether it could be brought about."""

    state: str
    applied: bool
    method: str = ""
    reason: str | None = None


class ReportTool(msgspec.Struct, frozen=True, kw_only=True):
    """What scanned."""

    version: str = ""
    browser: str = ""
    browser_version: str = ""


class ReportParts(msgspec.Struct, frozen=True, kw_only=True):
    """What the dashboard shows of a report."""

    start_url: str = ""
    tool: ReportTool = ReportTool()
    findings: tuple[ReportFinding, ...] = ()
    passes: tuple[ReportPass, ...] = ()
    summary: dict[str, Any] = {}

    @property
    def pages(self) -> int | None:
        """How many pages were measured, each of them once for each consent state; None where the report does not say."""
        pages = self.summary.get("pages")
        measured = pages.get("measured") if isinstance(pages, dict) else None
        return measured if isinstance(measured, int) else None

    @property
    def unmeasured(self) -> tuple[str, ...]:
        """The consent states that could not be brought about: what was seen in them was seen without a choice."""
        return tuple(one.state for one in self.passes if not one.applied)


_decode = msgspec.json.Decoder(ReportParts).decode


def report_parts(content: bytes) -> ReportParts:
    """Read a report.json; raises `StoreError` where it is none."""
    try:
        return _decode(content)
    except msgspec.MsgspecError as error:
        raise StoreError(f"A stored report cannot be read: {error}.", hint="Scan the site again.") from error
