"""Practice E: the text of the refusal can be read.

The threshold is WCAG 2.2, 1.4.3: 4.5:1, and 3:1 for large text (24 px, or 18.66 px in bold). Transparency of the button and
of all that it stands in is worked in. The taskforce names a contrast so small that the text is unreadable to virtually any
visitor (paragraphs 17 to 19); text below WCAG's minimum is unreadable to many, which the European Accessibility Act forbids.
"""

from __future__ import annotations

from scanner.banners.model import Control, Layer, Look
from scanner.judged import Judged
from scanner.report import Report

ID = "contrast"
LETTER = "E"
TITLE = "The text of the refusal can be read"
LAW = "EDPB Cookie Banner Taskforce 2023, practice E; WCAG 2.2, 1.4.3; GDPR Art. 4(11)"
PER_VIEWPORT = True

READABLE = 4.5
"""WCAG 2.2, 1.4.3 (AA)."""
READABLE_LARGE = 3.0
"""WCAG 2.2, 1.4.3 (AA), for large text."""


def judge(look: Look, first: Layer, report: Report) -> Judged:
    """Fail where the refusal's text has less contrast than can be read."""
    del look, report
    accept, reject = first.control("accept"), first.control("reject")
    if reject is None:
        return Judged("not applicable", "the first layer has no refusal (see practice A)")
    needed = _needed(reject)
    numbers = {
        "reject_text_contrast": reject.text_contrast,
        "accept_text_contrast": accept.text_contrast if accept is not None else None,
        "needed": needed,
        "reject_text_colour": reject.text_colour or None,
        "reject_surface_colour": reject.colour or None,
    }
    if reject.text_contrast is None:
        return Judged("not measured", "a picture lies behind the text", **numbers)
    if reject.text_contrast < needed:
        return Judged(
            "failed",
            f"{reject.text!r} has a contrast of {reject.text_contrast}:1, {needed}:1 can be read",
            **numbers,
        )
    return Judged("passed", f"{reject.text!r} has a contrast of {reject.text_contrast}:1", **numbers)


def _needed(control: Control) -> float:
    large = control.font_px >= 24 or (control.font_px >= 18.66 and control.font_weight >= 700)
    return READABLE_LARGE if large else READABLE
