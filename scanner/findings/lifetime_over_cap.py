"""A cookie that asks for more time than a browser gives.

Browsers cut a lifetime to 400 days. What the site's code asks for is still what its owner answers for, and what a
privacy policy copied from that code would wrongly state.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.evidence import by_service, counted, evidence_of, first_page
from scanner.fixes import code
from scanner.lifetimes import BROWSER_CAP_S, DAY_S, THIRTEEN_MONTHS_S
from scanner.report import Finding, Report, Severity

ID = "lifetime-over-cap"
TITLE = "Asks for more than the 400 days that a browser keeps"
LAW = "RFC 6265bis, section 5.5; GDPR Art. 5(1)(e), 13(2)(a)"
SEVERITY: Severity = "info"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each service with cookies whose requested lifetime is over the cap."""
    over = (
        item
        for item in report.items
        if item.kind == "cookie" and (item.requested_lifetime_s or 0) > BROWSER_CAP_S
    )
    for label, kind, things in by_service(over):
        asked = max(one.requested_lifetime_s or 0 for one in things)
        yield Finding(
            rule=ID,
            severity=SEVERITY,
            title=f"{label}: {counted(len(things), kind)} asking for up to {asked / DAY_S:,.0f} days",
            subject=label,
            page=first_page(things),
            evidence=evidence_of(things, requested_days=round(asked / DAY_S), limit_days=400),
            law=LAW,
            fix="Ask for what you need and state that in the policy:\n\n"
            + code(f"Max-Age={THIRTEEN_MONTHS_S}"),
        )
