"""Practice B: nothing that needs consent is ticked before the visitor ticks it, on any layer.

Boxes that cannot be changed, and those named as necessary, do not count (CJEU C-673/17, paragraphs 55 to 63; taskforce,
paragraphs 9 to 11).
"""

from __future__ import annotations

from scanner.banners.compare import optional_ticked
from scanner.banners.model import Layer, Look
from scanner.judged import Judged
from scanner.report import Report

ID = "preticked"
LETTER = "B"
TITLE = "No box is ticked in advance"
LAW = "EDPB Cookie Banner Taskforce 2023, practice B; CJEU C-673/17 (Planet49); GDPR recital 32"
PER_VIEWPORT = True


def judge(look: Look, first: Layer, report: Report) -> Judged:
    """Fail where an optional box is ticked on either layer as it opens."""
    del report
    layers = [first, *([look.second] if look.second is not None else [])]
    ticks = [tick for layer in layers for tick in layer.ticks]
    ticked = list(dict.fromkeys(tick.label for layer in layers for tick in optional_ticked(layer.ticks)))
    numbers = {"boxes": len(ticks), "ticked_in_advance": len(ticked), "labels": ticked[:8] or None}
    if ticked:
        return Judged("failed", f"ticked in advance: {', '.join(ticked[:4])}", **numbers)
    if look.second is None and first.control("settings") is not None:
        return Judged("not measured", f"the second layer was not seen: {look.second_reason}", **numbers)
    if not ticks:
        return Judged("not applicable", "no layer has boxes to tick", **numbers)
    return Judged("passed", "only what cannot be changed is ticked", **numbers)
