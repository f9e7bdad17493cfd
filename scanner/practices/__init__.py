"""Practices: what is judged of a consent banner, one rule a file, each for one viewport at a time.

A rule is a module of this folder with ``ID``, ``LETTER`` (of the EDPB taskforce's practice, else empty), ``TITLE``, ``LAW``,
``PER_VIEWPORT``, a docstring that names its source and thresholds, and ``judge(look, first, report) -> Judged``. It is found here
and named nowhere else. It is asked only of banners whose first layer was measured.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Protocol, cast

from scanner.banners.model import VIEWPORTS, Answer, BannerAudit, Layer, Look
from scanner.judged import Judged
from scanner.report import Report

UNUSED_LETTERS = ("F", "G", "J")
"""The taskforce's report judges eight practices, by the letters of the complaints: A to E, H, I and K."""
TASKFORCE = "EDPB Report of the work undertaken by the Cookie Banner Taskforce, 17 January 2023"


class Practice(Protocol):
    """What a module of this folder holds."""

    ID: str
    LETTER: str
    TITLE: str
    LAW: str
    PER_VIEWPORT: bool
    __doc__: str | None

    def judge(self, look: Look, first: Layer, report: Report) -> Judged:
        """Say what the rule makes of a banner in one viewport; ``first`` is the look's first layer."""


@cache
def practices() -> tuple[Practice, ...]:
    """Return every rule: those with a letter by it, then the others by id."""
    modules = (importlib.import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__))
    return tuple(
        sorted(
            (cast("Practice", module) for module in modules),
            key=lambda rule: (not rule.LETTER, rule.LETTER, rule.ID),
        )
    )


def audit_of(looks: tuple[Look, ...], report: Report) -> BannerAudit | None:
    """Judge what was seen of the banner, None where nobody looked."""
    if not looks:
        return None
    answers = [answer for rule in practices() for answer in _answers(rule, looks, report)]
    answers += [
        Answer(
            rule=f"practice-{letter.lower()}",
            letter=letter,
            title="No practice of this letter",
            verdict="not applicable",
            reason="the taskforce's report has none",
            law=TASKFORCE,
        )
        for letter in UNUSED_LETTERS
    ]
    answers.sort(
        key=lambda one: (
            not one.letter,
            one.letter,
            one.rule,
            VIEWPORTS.index(one.viewport) if one.viewport else -1,
        )
    )
    return BannerAudit(looks=looks, answers=tuple(answers))


def _answers(rule: Practice, looks: tuple[Look, ...], report: Report) -> Iterator[Answer]:
    asked = looks if rule.PER_VIEWPORT else looks[:1]
    for look in asked:
        judged = _unseen(look) if look.first is None else rule.judge(look, look.first, report)
        yield Answer(
            rule=rule.ID,
            letter=rule.LETTER,
            title=rule.TITLE,
            verdict=judged.verdict,
            reason=judged.reason,
            viewport=look.viewport if rule.PER_VIEWPORT else "",
            numbers=judged.numbers,
            law=rule.LAW,
        )


def _unseen(look: Look) -> Judged:
    if not look.found and look.reason == NO_BANNER:
        return Judged("not applicable", look.reason)
    return Judged("not measured", look.reason)


NO_BANNER = "no consent banner was found"
"""How a look says that it waited for a banner and saw none."""
