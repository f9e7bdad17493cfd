"""Measure what a page shows of its consent banner: which box it is, its controls, and how each looks to a visitor.

The page is asked from an isolated world, so that its scripts can change what it shows and nothing of what is answered.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

import msgspec

from scanner.banners.colours import Paint, contrast, hexadecimal, seen
from scanner.banners.model import Control, Layer, Meaning, Tick
from scanner.banners.words import is_close
from scanner.browser.targets import PageTargets
from scanner.browser.worlds import FrameAnswer, ask_frames
from scanner.consent_actions.wording import is_about_consent, meaning_of

Where = Literal["page", "shadow", "own frame", "foreign frame"]

MAX_TEXT = 3_000
"""Characters of a layer's text that are kept."""
_FOLDER = Path(__file__).parent
_TIMEOUT_S = 5.0

Rect = tuple[float, float, float, float]


class _Control(msgspec.Struct):
    """One control as measure.js describes it."""

    box: int
    text: str
    tag: str
    role: str
    action: str
    rect: Rect
    share: float
    middle: tuple[float, float]
    covered: bool
    font: tuple[float, int, str]
    letters: tuple[float, float, float, float]
    stack: list[Paint]
    own: list[Paint]
    border: tuple[float, float, float, float] | None
    underlined: bool
    in_text: bool
    shadow: bool
    surface: Rect | None


class _Box(msgspec.Struct):
    hint: bool
    text: str
    share: float
    rect: Rect
    tag: str


class _Tick(msgspec.Struct):
    box: int
    label: str
    kind: str
    checked: bool
    fixed: bool


class _Frame(msgspec.Struct):
    """An inner frame: ``banner`` says that it is lifted over the page or named for consent."""

    url: str
    rect: Rect
    share: float
    banner: bool
    covered: bool


class _Document(msgspec.Struct):
    """What measure.js answers in one document."""

    language: str
    framed: bool
    boxes: list[_Box]
    controls: list[_Control]
    ticks: list[_Tick]
    overlay: float
    frames: list[_Frame]
    scroll_locked: bool
    blurred: bool
    text_length: int


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """The banner of a page as it is now; ``layer`` is None where none is shown.

    ``answered`` is False where the page said nothing in time, ``own`` says that it is Consentry's. ``offset`` is
    where its frame begins in the viewport.
    """

    layer: Layer | None
    answered: bool = True
    where: Where = "page"
    own: bool = False
    language: str = ""
    frame_url: str = ""
    offset: tuple[float, float] = (0.0, 0.0)
    scroll_locked: bool = False
    blurred: bool = False
    text_length: int | None = None

    @property
    def gone(self) -> bool:
        """Whether the page answered and shows no banner."""
        return self.answered and self.layer is None


async def measure(targets: PageTargets, viewport: tuple[int, int], *, known_frame: str = "") -> Measured:
    """Measure the page; ``known_frame`` is the URL of a frame that is known to hold a banner."""
    answers = await ask_frames(targets, _script(), every=True, timeout_s=_TIMEOUT_S)
    documents = [(answer, made) for answer in answers if (made := _document(answer)) is not None]
    top = next((document for answer, document in documents if answer.main), None)
    if top is None:
        return Measured(layer=None, answered=False)
    for answer, document in sorted(documents, key=lambda pair: not pair[0].main):
        frame = None if answer.main else _frame_of(answer, top, known_frame)
        if not answer.main and frame is None:
            continue
        layer = _layer(document, viewport, frame, top.overlay)
        if layer is None:
            continue
        shadow = any(one.shadow for one in document.controls if one.box >= 0)
        where: Where = "shadow" if shadow else "page"
        if not answer.main:
            where = "own frame" if answer.origin == _origin(answers) else "foreign frame"
        return Measured(
            layer=layer,
            where=where,
            own=any(box.tag == "consentry-banner" for box in document.boxes),
            language=document.language or top.language,
            frame_url="" if answer.main else answer.url,
            offset=(frame.rect[0], frame.rect[1]) if frame else (0.0, 0.0),
            scroll_locked=top.scroll_locked,
            blurred=top.blurred,
            text_length=top.text_length,
        )
    return Measured(
        layer=None,
        language=top.language,
        scroll_locked=top.scroll_locked,
        blurred=top.blurred,
        text_length=top.text_length,
    )


def _document(answer: FrameAnswer) -> _Document | None:
    try:
        return msgspec.convert(answer.value, _Document, strict=False)
    except msgspec.ValidationError:
        return None


def _origin(answers: Sequence[FrameAnswer]) -> str:
    return next((answer.origin for answer in answers if answer.main), "")


def _frame_of(answer: FrameAnswer, top: _Document, known: str) -> _Frame | None:
    """Return the shown inner frame that this document is in, where it may be a banner's: a video's own notice is none."""
    origin = urlsplit(answer.url)[:2]
    same = [frame for frame in top.frames if frame.url == answer.url] or [
        frame for frame in top.frames if urlsplit(frame.url)[:2] == origin
    ]
    return next((frame for frame in same if frame.banner or (known and answer.url == known)), None)


def _layer(
    document: _Document, viewport: tuple[int, int], frame: _Frame | None, overlay: float
) -> Layer | None:
    """Return the layer that is shown in the box that is about consent, None where there is no such box."""
    about = [is_about_consent(box.text, hint=box.hint) for box in document.boxes]
    made = [(one, _control(one, viewport, frame)) for one in document.controls]
    inside: dict[int, list[tuple[_Control, Control]]] = {}
    for one, control in made:
        if 0 <= one.box < len(about) and about[one.box]:
            inside.setdefault(one.box, []).append((one, control))
    choices = ("accept", "reject")
    boxes = [
        (number, sum(any(control.meaning == choice for _, control in group) for choice in choices), group)
        for number, group in inside.items()
        if any(control.meaning in (*choices, "save") for _, control in group)
    ]
    if not boxes:
        return None
    number, _, group = max(
        boxes, key=lambda entry: (entry[1], sum(not control.covered for _, control in entry[2]))
    )
    box = document.boxes[number]
    uppermost = next(
        (
            one
            for one, control in group
            if control.meaning in ("accept", "reject", "save") and not control.covered and control.seen > 0
        ),
        group[0][0],
    )
    surface = uppermost.surface or box.rect
    x, y = (frame.rect[0], frame.rect[1]) if frame else (0.0, 0.0)
    controls = [control for _, control in group]
    if not any(control.meaning == "reject" for control in controls):
        controls += [
            msgspec.structs.replace(control, in_banner=False)
            for one, control in made
            if control.meaning == "reject" and not (0 <= one.box < len(about) and about[one.box])
        ][:2]
    covers = frame.share if frame else box.share
    return Layer(
        text=box.text[:MAX_TEXT],
        x=round(surface[0] + x, 1),
        y=round(surface[1] + y, 1),
        width=round(surface[2], 1),
        height=round(surface[3], 1),
        covers=round(min(1.0, covers + overlay), 2),
        controls=tuple(control for control in controls if control.meaning)[:40],
        ticks=tuple(
            Tick(label=one.label[:120], kind=one.kind[:20], checked=one.checked, fixed=one.fixed)
            for one in document.ticks
            if one.box == number
        ),
    )


def _control(one: _Control, viewport: tuple[int, int], frame: _Frame | None) -> Control:
    own = seen(one.own)
    text = Paint(*one.letters)
    behind = seen(one.own[:-1])
    border = None if one.border is None else seen(one.own, Paint(*one.border))
    x, y = (frame.rect[0], frame.rect[1]) if frame else (0.0, 0.0)
    share = one.share * _inside((one.rect[0] + x, one.rect[1] + y, one.rect[2], one.rect[3]), viewport)
    size, weight, family = one.font
    return Control(
        meaning=_meaning(one),
        text=one.text,
        tag=one.tag,
        role=one.role,
        x=round(one.rect[0] + x, 1),
        y=round(one.rect[1] + y, 1),
        width=round(one.rect[2], 1),
        height=round(one.rect[3], 1),
        font_px=round(size, 1),
        font_weight=weight,
        font_family=family,
        text_colour=hexadecimal(seen(one.stack, text)),
        colour=hexadecimal(own),
        behind=hexadecimal(behind),
        text_contrast=contrast(seen(one.stack, text), seen(one.stack)),
        surface_contrast=contrast(own, behind),
        border_contrast=contrast(border, behind),
        underlined=one.underlined,
        seen=round(share, 2),
        covered=one.covered or (frame is not None and frame.covered),
        in_text=one.in_text,
    )


def _inside(rect: Rect, viewport: tuple[int, int]) -> float:
    """Return the share of a rectangle within the viewport."""
    x, y, width, height = rect
    if width <= 0 or height <= 0 or not all(map(math.isfinite, rect)):
        return 0.0
    across = min(x + width, viewport[0]) - max(x, 0.0)
    down = min(y + height, viewport[1]) - max(y, 0.0)
    return max(0.0, across) * max(0.0, down) / (width * height)


def _meaning(one: _Control) -> Meaning:
    """By its words; the mark of our own buttons, and a cross without a name, count only where words say nothing."""
    meant = meaning_of(one.text)
    if meant is not None:
        return meant[0]
    if is_close(one.text):
        return "close"
    return one.action if one.action in get_args(Meaning) else ""  # type: ignore[return-value]  # just checked


@cache
def _script() -> str:
    buttons = (_FOLDER.parent / "consent_actions" / "buttons.js").read_text(encoding="utf-8")
    code = "\n".join(line for line in buttons.splitlines() if not line.startswith("//"))
    return (_FOLDER / "measure.js").read_text(encoding="utf-8").replace("= BUTTONS;", f"= {code};")
