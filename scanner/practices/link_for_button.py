"""Practice C: a refusal is a button like the acceptance, not a link in the text or outside the banner.

A control counts as a button where its surface or its border shows (`scanner.banners.compare.DRAWN`), whatever element it
is. Authorities look at whether an average visitor's attention is drawn to the refusal (taskforce, paragraphs 12 to 16).
"""

from __future__ import annotations

from scanner.banners.compare import is_button
from scanner.banners.model import Layer, Look
from scanner.judged import Judged
from scanner.report import Report

ID = "link-for-button"
LETTER = "C"
TITLE = "Refusing is a button, not a link"
LAW = "EDPB Cookie Banner Taskforce 2023, practice C; GDPR Art. 4(11), 7(2)"
PER_VIEWPORT = True


def judge(look: Look, first: Layer, report: Report) -> Judged:
    """Fail where the acceptance is drawn as a button and the refusal is not, stands in a sentence or elsewhere."""
    del look, report
    accept, reject = first.control("accept"), first.control("reject")
    if accept is None or reject is None:
        return Judged("not applicable", "the first layer has no refusal to compare (see practice A)")
    numbers = {
        "accept_surface_contrast": accept.surface_contrast,
        "reject_surface_contrast": reject.surface_contrast,
        "accept_border_contrast": accept.border_contrast,
        "reject_border_contrast": reject.border_contrast,
        "reject_element": reject.tag,
    }
    if not reject.in_banner:
        return Judged("failed", f"{reject.text!r} stands outside the banner", **numbers)
    if reject.in_text:
        return Judged("failed", f"{reject.text!r} stands in a sentence", **numbers)
    if is_button(accept) and not is_button(reject):
        return Judged(
            "failed", f"{accept.text!r} is drawn as a button, {reject.text!r} as plain text", **numbers
        )
    return Judged("passed", "both are drawn alike, as buttons or as links", **numbers)
