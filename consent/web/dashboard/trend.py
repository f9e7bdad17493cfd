"""A site's last scans as a small drawing, made on the server, with the same in words for those who do not see it."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from consent.model.scans import ScanRun
from consent.web.dashboard.words import VERDICTS, tone_of

SCANS = 12
_STEP = 10
_WIDTH = 7
_HEIGHT = 26
_LEAST = 3


def weight_of(run: ScanRun) -> int:
    """Return what a bar stands for: findings of high and medium severity."""
    return run.findings.high + run.findings.medium


def trend(runs: Sequence[ScanRun], *, slots: int = SCANS) -> Markup:
    """Draw finished scans, oldest first, as bars: as high as their findings, in the colour of their verdict."""
    runs = runs[-slots:]
    if not runs:
        return Markup("")
    most = max(*(weight_of(run) for run in runs), 1)
    bars = []
    for place, run in enumerate(runs):
        height = _LEAST + round((_HEIGHT - _LEAST) * weight_of(run) / most)
        bars.append(
            Markup('<rect class="bar {}" x="{}" y="{}" width="{}" height="{}" rx="1"/>').format(
                tone_of(run), place * _STEP, _HEIGHT - height, _WIDTH, height
            )
        )
    return Markup(
        '<svg class="trend" role="img" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}">{}</svg>'
    ).format(told(runs), len(runs) * _STEP, _HEIGHT, len(runs) * _STEP, _HEIGHT, Markup("").join(bars))


def told(runs: Sequence[ScanRun]) -> str:
    """Return the drawing in words."""
    numbers = ", ".join(str(weight_of(run)) for run in runs)
    verdict = VERDICTS.get(runs[-1].verdict, "unknown").lower()
    if len(runs) == 1:
        return f"One scan: {numbers} findings of high or medium severity, {verdict}."
    return f"Findings of high or medium severity in the last {len(runs)} scans, oldest first: {numbers}. Last verdict: {verdict}."
