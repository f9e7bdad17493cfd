"""The banner can be accepted on its first layer and refused only later, or outside of it.

Where the scan found no control at all that refuses, `reject-missing` tells so, and this rule keeps silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from consent.model.categories import ConsentState
from scanner.banner_evidence import or_ours, told
from scanner.evidence import NO_CONTROL, pass_of
from scanner.report import Finding, Report, Severity

ID = "banner-reject-later"
TITLE = "Refusing takes more clicks than accepting"
LAW = "EDPB Cookie Banner Taskforce 2023, practice A; CNIL recommendation 2020-092"
SEVERITY: Severity = "medium"

PRACTICE = "reject-first-layer"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where the first layer has no refusal, unless `reject-missing` says that no layer has one."""
    refused = pass_of(report, ConsentState.REJECT)
    if refused is not None and not refused.applied and NO_CONTROL in refused.reason.lower():
        return
    yield from told(
        report,
        PRACTICE,
        rule=ID,
        severity=SEVERITY,
        title="The banner's first layer accepts and does not refuse",
        fix=or_ours(
            report,
            "Put a button that refuses everything on the first layer, beside the one that accepts: same place, size and "
            "style, and one click.",
        ),
    )
