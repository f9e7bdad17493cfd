"""Going on with the site is not taken for consent: neither scrolling nor using it.

Read is the first layer's text; and the page was scrolled once, after which the banner has to be there still (EDPB Guidelines
05/2020, paragraph 86; CJEU C-673/17).
"""

from __future__ import annotations

from scanner.banners.model import Layer, Look
from scanner.banners.words import knows, mentioned
from scanner.judged import Judged
from scanner.report import Report

ID = "implied-consent"
LETTER = ""
TITLE = "Going on is not taken for consent"
LAW = "EDPB Guidelines 05/2020, paragraph 86; CJEU C-673/17 (Planet49); GDPR Art. 4(11)"
PER_VIEWPORT = True


def judge(look: Look, first: Layer, report: Report) -> Judged:
    """Fail where the text says so, or the banner goes away when the page is scrolled."""
    del report
    said = mentioned(first.text, "implied")
    numbers = {"phrases": said or None, "gone_after_scroll": look.gone_after_scroll}
    if look.gone_after_scroll:
        return Judged("failed", "the banner goes away when the page is scrolled", **numbers)
    if said:
        return Judged("failed", f"the banner says {said[0]!r}", **numbers)
    if not knows(look.language):
        return Judged(
            "not measured",
            f"the words of the language {look.language or '(not told)'} are not known",
            **numbers,
        )
    return Judged("passed", "scrolling changes nothing, and the text claims nothing of the kind", **numbers)
