"""A cookie that stays for more than 13 months.

France's authority lets trackers for audience measurement live 13 months at most, without renewal at each visit, and
asks again for consent sooner than that. A longer life needs a reason. The lifetime is the one that the browser keeps.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.evidence import by_service, counted, evidence_of, first_page
from scanner.fixes import code
from scanner.lifetimes import DAY_S, THIRTEEN_MONTHS_S
from scanner.report import Finding, Report, Severity

ID = "lifetime-over-13-months"
TITLE = "Kept for more than 13 months"
LAW = "CNIL guidelines 2020-091; GDPR Art. 5(1)(e)"
SEVERITY: Severity = "low"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each service with cookies over 13 months (395 days)."""
    long_lived = (
        item for item in report.items if item.kind == "cookie" and (item.lifetime_s or 0) > THIRTEEN_MONTHS_S
    )
    for label, kind, things in by_service(long_lived):
        longest = max(one.lifetime_s or 0 for one in things)
        yield Finding(
            rule=ID,
            severity=SEVERITY,
            title=f"{label}: {counted(len(things), kind)} kept for up to {longest / DAY_S:.0f} days",
            subject=label,
            page=first_page(things),
            evidence=evidence_of(things, longest_days=round(longest / DAY_S), limit_days=395),
            law=LAW,
            fix="Set a lifetime of 13 months or less, and do not renew it at each visit:\n\n"
            + code(f"Max-Age={THIRTEEN_MONTHS_S}")
            + "\n\nA vendor's cookie has its lifetime in the vendor's own settings.",
        )
