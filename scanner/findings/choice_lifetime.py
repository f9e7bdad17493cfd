"""The visitor's choice is kept much longer or shorter than the authorities think right.

Six months are good practice, for a yes and for a no alike (CNIL); whoever forgets a refusal sooner asks again too often
(Garante: not within six months). Over thirteen months nobody remembers having agreed.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.evidence import by_service, evidence_of, first_page
from scanner.lifetimes import CHOICE_S, THIRTEEN_MONTHS_S, lifetime_text
from scanner.report import Finding, Item, Report, Severity

ID = "choice-lifetime"
TITLE = "The choice is kept too long or too short"
LAW = "CNIL guidelines 2020-092; Garante, guidelines of 10 June 2021; GDPR Art. 5(1)(e), 7(1)"
SEVERITY: Severity = "low"

_EARLY_S = 0.8 * CHOICE_S
_LATE_S = 1.2 * CHOICE_S
_FIX = (
    "Keep the choice for six months, a refusal as long as a consent, and ask again then. With Consentry that is "
    "consent_days = 180 in the banner table of sites.toml."
)


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each consent tool whose cookie is far from six months."""
    cookies = [item for item in report.items if item.kind == "cookie" and _is_choice(item)]
    for label, _, items in by_service(cookies):
        # A tool has helpers beside the choice itself: the one that stays longest holds it.
        longest = max(items, key=lambda item: item.lifetime_s or 0.0)
        seconds = longest.lifetime_s or 0.0
        if _EARLY_S <= seconds <= _LATE_S:
            continue
        words = lifetime_text(longest.lifetime_s, kind="cookie")
        late = seconds > _LATE_S
        told = f"for {words}" if seconds else "until the browser is closed"
        yield Finding(
            rule=ID,
            severity=SEVERITY if seconds > THIRTEEN_MONTHS_S or not seconds else "info",
            title=f"{label}: the choice is kept {told}, {'longer' if late else 'shorter'} than six months",
            subject=label,
            page=first_page(items),
            evidence=evidence_of([longest], longest=words),
            law=LAW,
            fix=_FIX,
        )


def _is_choice(item: Item) -> bool:
    """Whether a consent tool's rule named it: a rule's id is ``vendor.service.name``."""
    return item.rule == "consentry" or item.rule.split(".")[1:2] == ["consent"]
