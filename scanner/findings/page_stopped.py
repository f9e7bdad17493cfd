"""A page went on without end, and the scan stopped it: dialogs, pop-ups, navigations, downloads, data, console messages.

What it did until then counts as seen, what it would have done later is unknown. A visitor would have had to close it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scanner.observations import STOPPED
from scanner.report import Finding, Page, Report, Severity

ID = "page-stopped"
TITLE = "A page went on without end and was stopped"
LAW = "Coverage of the scan; no verdict"
SEVERITY: Severity = "info"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each way in which pages went on without end."""
    groups: dict[str, list[Page]] = defaultdict(list)
    for page in report.pages:
        if page.error.startswith(STOPPED):
            groups[page.error].append(page)
    for error, pages in groups.items():
        count = len(pages)
        yield Finding(
            rule=ID,
            severity=SEVERITY,
            title=f"{count} {'page was' if count == 1 else 'pages were'} {error}",
            subject=error,
            page=pages[0].url,
            evidence={"count": count, "pages": [page.url for page in pages[:8]], "errors": [error]},
            law=LAW,
            fix="Open the pages in a browser and look what drives them: an error that repeats itself, a script of a third "
            "party, or a break-in. Mend it and scan again; docs/hostile-pages.md has the bounds.",
        )
