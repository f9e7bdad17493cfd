"""The page can be used, or left by refusing, before anything is accepted.

A page counts as closed off where it cannot be scrolled, where the banner and its backdrop take nearly all of the viewport, where
the page is blurred, or where most of its text comes only with acceptance. That is no wall where the first layer has a refusal
or a way to close it (EDPB Guidelines 05/2020, paragraphs 38 to 41).
"""

from __future__ import annotations

from scanner.banners.compare import is_usable
from scanner.banners.model import Layer, Look
from scanner.judged import Judged
from scanner.report import Report

ID = "cookie-wall"
LETTER = ""
TITLE = "No cookie wall"
LAW = "EDPB Guidelines 05/2020, paragraphs 38 to 41; Garante 10 June 2021; GDPR Art. 4(11), 7(4)"
PER_VIEWPORT = True

CLOSED = 0.9
"""The share of the viewport from which nothing worth reading is left beside the banner. Ours."""
WITHHELD = 3
"""How many times as much text the page has after acceptance for it to have been withheld before. Ours."""
WITHHELD_FROM = 500
"""Characters of text that have to come on top: a short page changes by little. Ours."""


def judge(look: Look, first: Layer, report: Report) -> Judged:
    """Fail where the page is closed off and the first layer offers no way but accepting."""
    del report
    before, after = look.text_before, look.text_after
    withheld = (
        before is not None
        and after is not None
        and after >= WITHHELD * max(before, 1)
        and after - before >= WITHHELD_FROM
    )
    ways = {
        "it cannot be scrolled": look.scroll_locked,
        f"{round(first.covers * 100)} % of the viewport is covered": first.covers >= CLOSED,
        "it is blurred": look.blurred,
        "its text comes only with acceptance": withheld,
    }
    numbers = {
        "covered": first.covers,
        "scroll_locked": look.scroll_locked,
        "blurred": look.blurred,
        "text_before": before,
        "text_after_acceptance": after,
    }
    closed = [name for name, holds in ways.items() if holds]
    if not closed:
        return Judged("passed", "the page can be read and scrolled behind the banner", **numbers)
    if is_usable(first.control("reject")) or is_usable(first.control("close")):
        return Judged("passed", f"the page waits ({'; '.join(closed)}), and refusing opens it", **numbers)
    return Judged(
        "failed",
        f"the page is closed off ({'; '.join(closed)}), and only accepting opens it in one step",
        **numbers,
    )
