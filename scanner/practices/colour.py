"""Practice D: colours do not highlight the acceptance against a refusal that fades into the banner.

No general standard of colour can be imposed; what is obviously misleading is judged case by case (taskforce, paragraphs 17 to
19). Ours is the plain case: an acceptance that stands out by 3:1, as WCAG 2.2 (1.4.11) asks of what has to be noticed, beside a
refusal whose surface stays under half of that and whose border under 3:1. What is merely unlike is for `parity`.
"""

from __future__ import annotations

from scanner.banners.model import Layer, Look
from scanner.judged import Judged, ratio
from scanner.report import Report

ID = "colour"
LETTER = "D"
TITLE = "Colours do not push towards accepting"
LAW = "EDPB Cookie Banner Taskforce 2023, practice D; GDPR Art. 4(11), 5(1)(a)"
PER_VIEWPORT = True

NOTICED = 3.0
"""WCAG 2.2, 1.4.11: the contrast that a control needs against what is beside it to be noticed."""
FADES = 1.5
"""Half of that: such a surface does not part itself from the banner."""


def judge(look: Look, first: Layer, report: Report) -> Judged:
    """Fail where the acceptance stands out and the refusal fades."""
    del look, report
    accept, reject = first.control("accept"), first.control("reject")
    if accept is None or reject is None:
        return Judged("not applicable", "the first layer has no refusal to compare (see practice A)")
    numbers = {
        "accept_surface_contrast": accept.surface_contrast,
        "reject_surface_contrast": reject.surface_contrast,
        "contrast_ratio_reject_to_accept": ratio(reject.surface_contrast, accept.surface_contrast),
        "accept_colour": accept.colour or None,
        "reject_colour": reject.colour or None,
    }
    if accept.surface_contrast is None or reject.surface_contrast is None:
        return Judged("not measured", "a picture lies behind the buttons", **numbers)
    bordered = (reject.border_contrast or 0) >= NOTICED
    if accept.surface_contrast >= NOTICED and reject.surface_contrast < FADES and not bordered:
        return Judged(
            "failed",
            f"accepting stands out from the banner by {accept.surface_contrast}:1, refusing by {reject.surface_contrast}:1",
            **numbers,
        )
    return Judged("passed", "refusing does not fade beside accepting", **numbers)
