"""Practice H: no legitimate interest is claimed for what is stored on or read from the visitor's device.

Storing needs consent or is exempt; a legitimate interest is no basis for it, and where storing was unlawful, so is what
follows from it (taskforce, paragraphs 20 to 24). Read are both layers' texts and boxes, and the purposes that the site's TC
string bases on legitimate interest.
"""

from __future__ import annotations

from scanner.banners.model import Layer, Look
from scanner.banners.words import knows, mentioned
from scanner.judged import Judged
from scanner.report import Report

ID = "legitimate-interest"
LETTER = "H"
TITLE = "No legitimate interest is claimed for cookies"
LAW = "EDPB Cookie Banner Taskforce 2023, practice H; ePrivacy Directive Art. 5(3); GDPR Art. 6(1)"
PER_VIEWPORT = True


def judge(look: Look, first: Layer, report: Report) -> Judged:
    """Fail where a text, a box or the TC string claims it."""
    layers = [first, *([look.second] if look.second is not None else [])]
    named = list(dict.fromkeys(word for layer in layers for word in mentioned(layer.text, "interest")))
    preset = [
        tick.label
        for layer in layers
        for tick in layer.ticks
        if tick.checked and mentioned(tick.label, "interest")
    ]
    purposes = sorted(
        {
            int(purpose)
            for signal in report.signals
            if signal.api == "tcf"
            for purpose in signal.values.get("interests") or ()
            if isinstance(purpose, int)
        }
    )
    numbers = {
        "phrases": named or None,
        "preset_boxes": len(preset),
        "tcf_purposes": purposes or None,
    }
    if preset:
        return Judged("failed", f"preset on legitimate interest: {', '.join(preset[:3])}", **numbers)
    if purposes:
        return Judged(
            "failed",
            f"the TC string bases purposes {', '.join(map(str, purposes))} on legitimate interest",
            **numbers,
        )
    if named:
        return Judged("failed", f"the banner claims it: {', '.join(named)}", **numbers)
    if not knows(look.language):
        return Judged(
            "not measured",
            f"its words in the language {look.language or '(not told)'} are not known",
            **numbers,
        )
    if look.second is None and first.control("settings") is not None:
        return Judged("not measured", f"the second layer was not seen: {look.second_reason}", **numbers)
    return Judged("passed", "neither layer nor a TC string claims it", **numbers)
