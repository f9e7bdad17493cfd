"""What a look at a consent banner saw, and what a rule says of it: plain data, part of the crawl and of report.json.

Lengths are CSS pixels, ``x`` and ``y`` from the viewport's corner; colours are ``#rrggbb`` as a visitor sees them, all
transparency worked in; contrasts are ratios from 1 to 21 (WCAG 2.2, 1.4.3), None where a picture lies behind.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

ViewportName = Literal["desktop", "phone"]
Verdict = Literal["passed", "failed", "not applicable", "not measured"]
Meaning = Literal["accept", "reject", "settings", "save", "close", ""]

VIEWPORTS: tuple[ViewportName, ...] = ("desktop", "phone")


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """One control of a banner.

    ``seen`` is the share (0 to 1) of its area that shows without scrolling, ``covered`` whether something else lies over
    its middle. ``text_contrast`` is of its text against its own surface, ``surface_contrast`` and ``border_contrast`` of
    these against the banner. ``in_text`` says that it stands in a sentence, ``in_banner`` is False for one elsewhere.
    """

    meaning: Meaning
    text: str
    tag: str
    role: str = ""
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    font_px: float = 0.0
    font_weight: int = 400
    font_family: str = ""
    text_colour: str = ""
    colour: str = ""
    behind: str = ""
    text_contrast: float | None = None
    surface_contrast: float | None = None
    border_contrast: float | None = None
    underlined: bool = False
    seen: float = 1.0
    covered: bool = False
    in_text: bool = False
    in_banner: bool = True


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """One box, switch or radio button of a banner; ``fixed`` ones cannot be changed."""

    label: str
    kind: str
    checked: bool
    fixed: bool = False


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """One layer as it was shown; ``covers`` is the share of the viewport that the page cannot be used in."""

    text: str
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    covers: float = 0.0
    controls: tuple[Control, ...] = ()
    ticks: tuple[Tick, ...] = ()
    screenshot: str = ""

    def control(self, meaning: Meaning) -> Control | None:
        """Return the most visible control of a meaning."""
        fitting = [one for one in self.controls if one.meaning == meaning]
        return max(fitting, key=lambda one: (one.in_banner, not one.covered, one.seen > 0.5), default=None)


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One link to the imprint or to a privacy or cookie policy; ``problem`` says why it cannot be reached, else empty."""

    kind: Literal["imprint", "policy"]
    text: str
    url: str
    in_banner: bool = False
    problem: str = ""


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True):
    """What leads back to the choice once consent was given.

    ``accepted`` is False where the scan could not accept, with the reason. ``place`` is ``in view`` or ``end of page``.
    """

    accepted: bool
    found: bool = False
    text: str = ""
    place: str = ""
    reason: str = ""


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """What closing the banner did: the names of cookies and storage keys that came with it."""

    text: str
    closed: bool
    stored: tuple[str, ...] = ()


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """The banner in one viewport. ``found`` False is explained by ``reason``; so is a banner without known controls.

    ``method`` says how it was recognised, ``frame`` where it lives (``page``, ``shadow``, ``own frame`` or ``foreign
    frame``). ``second_reason`` says why there is no second layer. ``text_before`` and ``text_after`` count the page's
    characters of text outside the banner, before and after accepting (None: not measured).
    """

    viewport: ViewportName
    width: int
    height: int
    found: bool
    method: str = ""
    frame: str = ""
    reason: str = ""
    language: str = ""
    first: Layer | None = None
    second: Layer | None = None
    second_reason: str = ""
    scroll_locked: bool = False
    blurred: bool = False
    gone_after_scroll: bool = False
    text_before: int | None = None
    text_after: int | None = None
    links: tuple[Link, ...] = ()
    withdrawal: Withdrawal | None = None
    closing: Closing | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule says of the banner in one viewport; ``viewport`` is empty where the viewport plays no part.

    ``letter`` is that of the EDPB taskforce's practice, else empty. ``numbers`` hold what the verdict rests on.
    """

    rule: str
    title: str
    verdict: Verdict
    reason: str
    letter: str = ""
    viewport: ViewportName | Literal[""] = ""
    numbers: dict[str, Any] = {}
    law: str = ""


class BannerAudit(msgspec.Struct, frozen=True, kw_only=True):
    """The audit of a report: what was seen, and what each rule says of it."""

    looks: tuple[Look, ...] = ()
    answers: tuple[Answer, ...] = ()
