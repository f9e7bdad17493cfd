"""Practice I: nothing is treated as essential that needs consent.

What the site stores although the scan refused, it treats as essential; the scan's own classification says what that is. There
is no fixed list of essential cookies, and the burden of proof is the site's (taskforce, paragraphs 25 to 29), so that what is
not classified is no verdict.
"""

from __future__ import annotations

from consent.model.categories import Category, ConsentState
from scanner.banners.model import Layer, Look
from scanner.evidence import applied, label_of, pass_of, some
from scanner.judged import Judged
from scanner.report import Report

ID = "essential"
LETTER = "I"
TITLE = "Nothing is treated as essential that is not"
LAW = "EDPB Cookie Banner Taskforce 2023, practice I; WP29 Opinion 04/2012 (WP194)"
PER_VIEWPORT = False


def judge(look: Look, first: Layer, report: Report) -> Judged:
    """Fail where something that needs consent is stored after a confirmed refusal."""
    del look, first
    if pass_of(report, ConsentState.REJECT) is None or not applied(report, ConsentState.REJECT):
        return Judged("not measured", "the scan could not refuse, or did not try")
    stored = [item for item in report.items if ConsentState.REJECT in item.states]
    wrong = [
        item
        for item in stored
        if item.category.needs_consent
        and item.category is not Category.UNCLASSIFIED
        and ConsentState.REJECT in item.set_after_action
    ]
    open_questions = sum(item.category is Category.UNCLASSIFIED for item in stored)
    numbers = {
        "stored_after_refusal": len(stored),
        "needing_consent": len(wrong),
        "unclassified": open_questions,
        "services": some(sorted({label_of(item) for item in wrong})) or None,
    }
    if wrong:
        names = some(item.pattern or item.name for item in wrong)
        return Judged("failed", f"stored in spite of a refusal: {', '.join(names[:4])}", **numbers)
    if open_questions:
        return Judged(
            "not measured", f"{open_questions} of what is stored after a refusal is not classified", **numbers
        )
    return Judged("passed", "what is stored after a refusal is necessary", **numbers)
