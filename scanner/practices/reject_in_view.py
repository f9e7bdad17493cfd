"""The refusal shows without scrolling, and nothing lies over it.

DSK guidance on telemedia (2021, revised 2022) asks that a refusal be visible without scrolling. A quarter of a button may
be cut off (`scanner.banners.compare.REACHED`); a button under WCAG 2.2's 24 px (2.5.8) is told with the numbers.
"""

from __future__ import annotations

from scanner.banners.compare import is_usable
from scanner.banners.model import Layer, Look
from scanner.judged import Judged
from scanner.report import Report

ID = "reject-in-view"
LETTER = ""
TITLE = "Refusing shows without scrolling"
LAW = "DSK guidance for telemedia 2021/2022; TDDDG § 25; GDPR Art. 4(11)"
PER_VIEWPORT = True


def judge(look: Look, first: Layer, report: Report) -> Judged:
    """Fail where less than that of the refusal shows, or something covers it."""
    del report
    accept, reject = first.control("accept"), first.control("reject")
    if reject is None:
        return Judged("not applicable", "the first layer has no refusal (see practice A)")
    numbers = {
        "viewport": f"{look.width} x {look.height}",
        "reject_shows": reject.seen,
        "accept_shows": accept.seen if accept is not None else None,
        "reject_top_px": reject.y,
        "reject_size_px": f"{reject.width:g} x {reject.height:g}",
    }
    if is_usable(reject):
        return Judged("passed", "it is in view", **numbers)
    if reject.covered:
        return Judged("failed", f"something lies over {reject.text!r}", **numbers)
    return Judged(
        "failed", f"{round(reject.seen * 100)} % of {reject.text!r} shows in the viewport", **numbers
    )
