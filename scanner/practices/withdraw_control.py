"""Practice K: a small control that is always there leads back to the choice.

After accepting, the first page is looked at in view, at its end, and once more after a reload. The taskforce names an icon or
link that stays (paragraphs 30 to 35); one page stands for the others, which the pass ``withdraw`` visits too.
"""

from __future__ import annotations

from consent.model.categories import ConsentState
from scanner.banners.model import Layer, Look
from scanner.evidence import pass_of
from scanner.judged import Judged
from scanner.report import Report

ID = "withdraw-control"
LETTER = "K"
TITLE = "Consent can be withdrawn at any time"
LAW = "EDPB Cookie Banner Taskforce 2023, practice K; GDPR Art. 7(3)"
PER_VIEWPORT = True


def judge(look: Look, first: Layer, report: Report) -> Judged:
    """Fail where nothing on the page leads back to the choice once consent was given."""
    del first
    seen = look.withdrawal
    if seen is None:
        return Judged("not measured", "the scan did not accept, as accepting was not among its states")
    if not seen.accepted:
        return Judged("not measured", seen.reason)
    if seen.found:
        return Judged("passed", f"a control leads back to the choice ({seen.place})", place=seen.place)
    withdrawn = pass_of(report, ConsentState.WITHDRAW)
    if withdrawn is not None and withdrawn.applied and look.viewport == "desktop":
        return Judged("passed", "the scan withdrew by a control of the site")
    return Judged("failed", seen.reason)
