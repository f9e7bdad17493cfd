"""A script of the page fails after a refusal, and not without one: something needs what the refusal holds back.

A visitor who refuses must not be worse off than one who agrees, and a page that breaks pushes people to agree. Errors that
also happen before a decision or after an acceptance are the site's own and are not told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from consent.model.categories import ConsentState
from scanner.evidence import applied, some
from scanner.fixes import code
from scanner.parties import host_of
from scanner.report import Finding, PageError, Report, Severity

ID = "broken-after-reject"
TITLE = "Scripts break after a refusal"
LAW = "GDPR Art. 4(11), 7(4): consent must be free, without detriment"
SEVERITY: Severity = "low"

_STATES = {ConsentState.BEFORE, ConsentState.REJECT, ConsentState.ACCEPT}

_FIX = "Let the script ask whether what it needs is there, and go on without it:\n\n" + code(
    "if (typeof window.fbq === 'function') fbq('track', 'AddToCart');",
    "document.addEventListener('consentry:consent', () => { /* start what was waiting */ });",
)


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each host whose scripts fail after a refusal alone."""
    if not applied(report, ConsentState.REJECT) or not applied(report, ConsentState.ACCEPT):
        return
    groups: dict[str, list[PageError]] = defaultdict(list)
    for error in report.page_errors:
        if error.kind == "exception" and set(error.states) & _STATES == {ConsentState.REJECT}:
            groups[host_of(error.source.rsplit(":", 2)[0]) or "the page itself"].append(error)
    for host, errors in sorted(groups.items()):
        yield Finding(
            rule=ID,
            severity=SEVERITY,
            title=f"{host}: {len(errors)} {'error' if len(errors) == 1 else 'errors'} of scripts after a refusal alone",
            subject=host,
            state=ConsentState.REJECT,
            page=errors[0].pages[0] if errors[0].pages else "",
            evidence={
                "kind": "page_error",
                "count": len(errors),
                "errors": some(error.text for error in errors),
                "places": some((error.source for error in errors), 5),
                "pages": some((page for error in errors for page in error.pages), 5),
            },
            law=LAW,
            fix=_FIX,
        )
