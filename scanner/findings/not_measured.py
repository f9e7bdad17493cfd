"""Pages on which something other than the site answered: a bot challenge, a block page, a login.

Such a page shows nothing of what a visitor would meet. It is never counted as clean.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.report import Finding, Report, Severity

ID = "not-measured"
TITLE = "Pages that were withheld from the scanner"
LAW = "Coverage of the scan; no verdict"
SEVERITY: Severity = "info"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for all pages that were not measured."""
    pages = [page for page in report.pages if page.status == "not_measured"]
    if not pages:
        return
    count = len(pages)
    yield Finding(
        rule=ID,
        severity=SEVERITY,
        title=f"{count} {'page was' if count == 1 else 'pages were'} not measured",
        subject="not_measured",
        page=pages[0].url,
        evidence={
            "count": count,
            "pages": [page.url for page in pages[:8]],
            "errors": list(dict.fromkeys(page.error for page in pages if page.error))[:5],
        },
        law=LAW,
        fix="Let the scanner through: allow its address or its user agent in the firewall, or scan a staging host with "
        "--resolve and --storage-state.",
    )
