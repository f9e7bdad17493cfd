"""The banner says, before anybody consents, that consent can be withdrawn.

GDPR Art. 7(3), third sentence. Looked for are words of either layer's text.
"""

from __future__ import annotations

from scanner.banners.model import Layer, Look
from scanner.banners.words import knows, mentioned
from scanner.judged import Judged
from scanner.report import Report

ID = "withdrawal-told"
LETTER = ""
TITLE = "The banner says that consent can be withdrawn"
LAW = "GDPR Art. 7(3), 13(2)(c)"
PER_VIEWPORT = True


def judge(look: Look, first: Layer, report: Report) -> Judged:
    """Fail where neither layer's text speaks of it."""
    del report
    layers = [first, *([look.second] if look.second is not None else [])]
    said = [word for layer in layers for word in mentioned(layer.text, "withdraw")]
    if said:
        return Judged("passed", f"it says {said[0]!r}", phrases=list(dict.fromkeys(said)))
    if not knows(look.language):
        return Judged(
            "not measured", f"the words of the language {look.language or '(not told)'} are not known"
        )
    if look.second is None and first.control("settings") is not None:
        return Judged("not measured", f"the second layer was not seen: {look.second_reason}")
    return Judged("failed", "neither layer speaks of it")
