"""Closing the banner is no consent.

The cross was pressed in a fresh profile; what was stored then and not before is set against the scan's classification. The
Garante (2021) takes a cross for going on without consent; silence and inactivity are none (GDPR recital 32).
"""

from __future__ import annotations

from scanner.banners.model import Layer, Look
from scanner.judged import Judged
from scanner.report import Report

ID = "closing"
LETTER = ""
TITLE = "Closing the banner is no consent"
LAW = "Garante 10 June 2021; GDPR Art. 4(11), recital 32; CJEU C-673/17 (Planet49)"
PER_VIEWPORT = True


def judge(look: Look, first: Layer, report: Report) -> Judged:
    """Fail where closing stored something that needs consent."""
    if first.control("close") is None:
        return Judged("not applicable", "the first layer has nothing to close it with")
    seen = look.closing
    if seen is None:
        return Judged("not measured", "what closing does could not be seen")
    needing = {item.name for item in report.items if item.category.needs_consent}
    wrong = sorted(name for name in seen.stored if name in needing)
    numbers = {"stored": len(seen.stored), "needing_consent": len(wrong)}
    if wrong:
        return Judged("failed", f"closing stores {', '.join(wrong[:4])}", **numbers)
    if not seen.closed:
        return Judged("not measured", f"pressing {seen.text or 'the cross'!r} closed nothing", **numbers)
    return Judged("passed", "closing stores nothing that needs consent", **numbers)
