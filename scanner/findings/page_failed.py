"""Pages that were planned and could not be looked at, or only in part.

What a page would have done is unknown; it is counted neither as clean nor as faulty. A link to a document that is
downloaded leads to no page, and nothing failed there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scanner.observations import STOPPED
from scanner.report import Finding, Page, Report, Severity

ID = "page-failed"
TITLE = "Pages that could not be looked at"
LAW = "Coverage of the scan; no verdict"
SEVERITY: Severity = "info"

WORDS = {
    "failed": "could not be loaded",
    "timeout": "did not come to rest in time",
    "crashed": "crashed the browser's renderer",
    "http_error": "answered with an error",
}


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each way in which pages failed."""
    groups: dict[str, list[Page]] = defaultdict(list)
    for page in report.pages:
        if page.status in WORDS and not page.error.startswith(STOPPED):  # those are page-stopped's
            groups[page.status].append(page)
    for status, pages in groups.items():
        count = len(pages)
        yield Finding(
            rule=ID,
            severity=SEVERITY,
            title=f"{count} {'page' if count == 1 else 'pages'} {WORDS[status]}",
            subject=status,
            page=pages[0].url,
            evidence={
                "count": count,
                "pages": [page.url for page in pages[:8]],
                "errors": list(dict.fromkeys(page.error for page in pages if page.error))[:5],
                "http_statuses": sorted({page.http_status for page in pages if page.http_status}),
            },
            law=LAW,
            fix="Open the pages in a browser. Mend or exclude them, give slow ones more time (timeout_s in sites.toml), "
            "and scan again.",
        )
