"""Pages or third parties are asked over plain HTTP: whoever is on the way reads and changes what travels.

A cookie or an identifier that travels so is everybody's. Browsers mend what they can on pages that came over TLS; what is
told here was really sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from scanner.evidence import by_service, cut, evidence_of, first_page, some
from scanner.fixes import code
from scanner.report import Finding, Report, Severity

ID = "plain-http"
TITLE = "Sent without encryption"
LAW = "GDPR Art. 5(1)(f), 32"
SEVERITY: Severity = "low"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for the site's own pages, and one for each service asked so."""
    pages = [page for page in report.pages if urlsplit(page.final_url or page.url).scheme == "http"]
    if pages:
        count = f"{len(pages)} {'page is' if len(pages) == 1 else 'pages are'}"
        yield Finding(
            rule=ID,
            severity=SEVERITY,
            title=f"{count} served over plain HTTP",
            subject=report.site,
            page=pages[0].url,
            evidence={
                "kind": "page",
                "count": len(pages),
                "pages": some((cut(page.final_url or page.url) for page in pages), 5),
                "page_count": len(pages),
            },
            law=LAW,
            fix="Serve every page over TLS, redirect from http, and say so to browsers:\n\n"
            + code("Strict-Transport-Security: max-age=31536000; includeSubDomains"),
        )
    asked = [one for one in report.requests if urlsplit(one.url).scheme in {"http", "ws"} and not one.failed]
    for label, _, requests in by_service(asked):
        yield Finding(
            rule=ID,
            severity=SEVERITY,
            title=f"{label} is asked over plain HTTP",
            subject=label,
            page=first_page(requests),
            evidence=evidence_of(requests),
            law=LAW,
            fix="Write https:// (or wss://) in the address; drop what cannot be had so.",
        )
