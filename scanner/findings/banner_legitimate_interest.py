"""The banner, or the site's TC string, claims a legitimate interest for what is stored on the visitor's device.

Storing needs consent or is exempt by the ePrivacy Directive; no legitimate interest stands in for either.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.banner_evidence import failures, told
from scanner.report import Finding, Report, Severity

ID = "banner-legitimate-interest"
TITLE = "A legitimate interest is claimed for cookies"
LAW = "EDPB Cookie Banner Taskforce 2023, practice H; ePrivacy Directive Art. 5(3)"
SEVERITY: Severity = "medium"

PRACTICE = "legitimate-interest"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where the rule failed; low where only a text claims it."""
    answers = failures(report, PRACTICE)
    acted = any(one.numbers.get("preset_boxes") or one.numbers.get("tcf_purposes") for one in answers)
    yield from told(
        report,
        PRACTICE,
        rule=ID,
        severity=SEVERITY if acted else "low",
        title="A legitimate interest is claimed for what is stored on the device",
        fix="Base every purpose that stores or reads something on consent: in the consent tool, switch legitimate interest off for "
        "all vendors and purposes (for TCF: publisher restriction 1, consent required), and take it out of the texts.",
    )
