"""The first layer says what the storing is for.

CNIL 2020-092 asks for each purpose under a short title on the first layer, the DSK that purposes, profiles and recipients be
named there. Looked for is one purpose in words; that all are named is for a person to see.
"""

from __future__ import annotations

from scanner.banners.model import Layer, Look
from scanner.banners.words import knows, mentioned
from scanner.judged import Judged
from scanner.report import Report

ID = "purposes-named"
LETTER = ""
TITLE = "Purposes are named on the first layer"
LAW = "CNIL recommendation 2020-092; DSK guidance for telemedia 2021/2022; GDPR Art. 4(11), 13(1)(c)"
PER_VIEWPORT = True


def judge(look: Look, first: Layer, report: Report) -> Judged:
    """Fail where the first layer's text names no purpose."""
    del report
    named = mentioned(first.text, "purposes")
    if named:
        return Judged("passed", f"it names {', '.join(named[:5])}", purposes=named)
    if not knows(look.language):
        return Judged(
            "not measured", f"the words of the language {look.language or '(not told)'} are not known"
        )
    return Judged("failed", "its text names no purpose", purposes=0)
