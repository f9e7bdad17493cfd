"""The refusal does not show without scrolling, or something lies over it.

Often it is a phone's narrow window alone that hides it.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.banner_evidence import told
from scanner.fixes import code
from scanner.report import Finding, Report, Severity

ID = "banner-reject-hidden"
TITLE = "The refusal is out of view"
LAW = "DSK guidance for telemedia 2021/2022; TDDDG § 25"
SEVERITY: Severity = "medium"

PRACTICE = "reject-in-view"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where the rule failed in a viewport."""
    yield from told(
        report,
        PRACTICE,
        rule=ID,
        severity=SEVERITY,
        title="The button that refuses does not show",
        fix="Keep the banner's buttons outside of the part that scrolls, and let them wrap in a narrow window:\n\n"
        + code(
            "@media (max-width: 480px) {",
            "  .actions { display: flex; flex-wrap: wrap; }",
            "  .actions > * { flex: 1 1 9rem; }",
            "}",
        ),
    )
