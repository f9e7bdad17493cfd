"""The banner audit as a reader wants it: practices with their verdicts, both buttons side by side, and the pictures.

Pictures are taken from the folder beside the report, by the names that the scan gives them and no others, and put into the
page itself. All texts may come from a hostile page; colours are shown only where they are such.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from scanner.banners.model import Answer, Control, Look, Verdict
from scanner.report import Report

MAX_PICTURE = 1_500_000
"""Bytes of one picture that the page holds; larger ones stay beside it."""
_PICTURE = re.compile(r"^banner-(?:desktop|phone)(?:-settings)?\.png$")
_PNG = b"\x89PNG\r\n\x1a\n"
_COLOUR = re.compile(r"^#[0-9a-f]{6}$")

VERDICT_MARKS: dict[Verdict, str] = {
    "passed": "yes",
    "failed": "no",
    "not measured": "partly",
    "not applicable": "none",
}
"""Each verdict's mark in report.css."""
WHERE = {"desktop": "Desktop", "phone": "Phone", "": "Both"}

_LABELS = {
    "clicks_to_accept": "clicks to accept",
    "clicks_to_reject": "clicks to refuse",
    "boxes": "boxes",
    "ticked_in_advance": "ticked in advance",
    "accept_surface_contrast": "accepting against the banner",
    "reject_surface_contrast": "refusing against the banner",
    "accept_border_contrast": "its border, accepting",
    "reject_border_contrast": "its border, refusing",
    "contrast_ratio_reject_to_accept": "refusing by accepting",
    "reject_text_contrast": "text of the refusal",
    "accept_text_contrast": "text of the acceptance",
    "area_ratio": "area, refusing by accepting",
    "height_ratio": "height",
    "font_ratio": "size of type",
    "text_contrast_ratio": "contrast of text",
    "covered": "share of the window covered",
    "text_before": "characters of text before",
    "text_after_acceptance": "characters after accepting",
    "reject_shows": "share of the refusal that shows",
    "accept_shows": "share of the acceptance that shows",
}


@dataclass(frozen=True)
class Cell:
    """One verdict with its reason and its numbers."""

    where: str
    verdict: Verdict
    mark: str
    reason: str
    numbers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Row:
    """One rule; one cell where both viewports agree in verdict and reason."""

    letter: str
    title: str
    law: str
    cells: tuple[Cell, ...]

    @property
    def failed(self) -> bool:
        """Whether it failed anywhere."""
        return any(cell.verdict == "failed" for cell in self.cells)


@dataclass(frozen=True)
class Button:
    """One button as it was measured; ``style`` holds its colours for a sample, ``ground`` the banner's."""

    where: str
    what: str
    text: str
    style: str
    ground: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """One picture: its caption, and its data as an address, empty where it is only beside the report."""

    caption: str
    name: str
    source: str
    width: int
    height: int


@dataclass(frozen=True)
class BannerSection:
    """Everything that the section shows."""

    found: bool
    how: str
    practices: tuple[Row, ...]
    further: tuple[Row, ...]
    buttons: tuple[Button, ...]
    pictures: tuple[Picture, ...]
    counts: tuple[tuple[str, int], ...]


def banner_section(report: Report, screenshots: Path | None = None) -> BannerSection | None:
    """Return what the page shows of the audit, None where nobody looked; ``screenshots`` is the folder of the pictures."""
    audit = report.banner
    if audit is None:
        return None
    rows = tuple(_rows(audit.answers))
    counted = [cell.verdict for row in rows for cell in row.cells]
    return BannerSection(
        found=any(look.found for look in audit.looks),
        how="; ".join(dict.fromkeys(_how(look) for look in audit.looks)),
        practices=tuple(row for row in rows if row.letter),
        further=tuple(row for row in rows if not row.letter),
        buttons=tuple(button for look in audit.looks for button in _buttons(look)),
        pictures=tuple(picture for look in audit.looks for picture in _pictures(look, screenshots)),
        counts=tuple((verdict, counted.count(verdict)) for verdict in VERDICT_MARKS),
    )


def audit_in_words(report: Report) -> tuple[Literal["measured", "partly", "not measured"], str]:
    """Return how far the audit got, and its outcome in a few sentences, as a checklist tells it."""
    audit = report.banner
    if audit is None:
        return "not measured", ""
    if not any(look.found for look in audit.looks):
        return "not measured", f"{_how(audit.looks[0])}." if audit.looks else ""
    lettered = [one for one in audit.answers if one.letter]
    failed = list(dict.fromkeys(one.letter for one in lettered if one.verdict == "failed"))
    passed = [one.letter for one in lettered if one.verdict == "passed" and one.letter not in failed]
    unseen = [one.letter for one in lettered if one.verdict == "not measured"]
    further = list(
        dict.fromkeys(one.title for one in audit.answers if not one.letter and one.verdict == "failed")
    )
    told = [
        f"Failed: {', '.join(failed) or 'none'}.",
        f"Passed: {', '.join(dict.fromkeys(passed)) or 'none'}.",
        f"Not measured: {', '.join(dict.fromkeys(unseen))}." if unseen else "",
        f"Besides: {len(further)} of what authorities ask failed." if further else "",
        "On a desktop and on a phone; see The consent banner.",
    ]
    return "partly" if unseen else "measured", " ".join(filter(None, told))


def _rows(answers: tuple[Answer, ...]) -> Iterator[Row]:
    rules: dict[str, list[Answer]] = {}
    for answer in answers:
        rules.setdefault(answer.rule, []).append(answer)
    for group in rules.values():
        first = group[0]
        alike = len(group) > 1 and len({(one.verdict, one.reason) for one in group}) == 1
        cells = tuple(_cell(one, "" if alike else one.viewport) for one in (group[:1] if alike else group))
        yield Row(first.letter, first.title, first.law, cells)


def _cell(answer: Answer, where: str) -> Cell:
    return Cell(
        where=WHERE.get(where, where),
        verdict=answer.verdict,
        mark=VERDICT_MARKS.get(answer.verdict, "partly"),
        reason=answer.reason,
        numbers=tuple(
            (_LABELS.get(name, name.replace("_", " ")), _number(value))
            for name, value in answer.numbers.items()
        ),
    )


def _number(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(one) for one in value[:8])
    return (
        f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)
    )


def _how(look: Look) -> str:
    if not look.found:
        return f"{WHERE[look.viewport]}: {look.reason}"
    frames = {
        "shadow": " in a shadow root",
        "own frame": " in a frame",
        "foreign frame": " in another site's frame",
    }
    method = {"wording": "its wording", "own widget": "Consentry's own marks"}.get(look.method, look.method)
    return f"found by {method}{frames.get(look.frame, '')}"


def _buttons(look: Look) -> Iterator[Button]:
    if look.first is None:
        return
    for what, control in (
        ("Accepting", look.first.control("accept")),
        ("Refusing", look.first.control("reject")),
    ):
        if control is not None:
            ground = f"background: {control.behind}" if _COLOUR.match(control.behind) else ""
            yield Button(
                WHERE[look.viewport], what, control.text, _style(control), ground, tuple(_facts(control))
            )


def _style(control: Control) -> str:
    parts = []
    if _COLOUR.match(control.colour):
        parts.append(f"background: {control.colour}")
    if _COLOUR.match(control.text_colour):
        parts.append(f"color: {control.text_colour}")
    return "; ".join(parts)


def _facts(control: Control) -> Iterator[str]:
    yield f"{control.width:g} by {control.height:g} px"
    yield f"type {control.font_px:g} px, weight {control.font_weight}"
    yield f"text {control.text_contrast:g}:1" if control.text_contrast is not None else "text over a picture"
    if control.surface_contrast is not None:
        yield f"surface {control.surface_contrast:g}:1 against the banner"
    if control.seen < 1:
        yield f"{control.seen:.0%} shows"
    if control.covered:
        yield "something lies over it"


def _pictures(look: Look, folder: Path | None) -> Iterator[Picture]:
    for caption, layer in (("first layer", look.first), ("settings", look.second)):
        if layer is not None and _PICTURE.match(layer.screenshot):
            yield Picture(
                caption=f"{WHERE[look.viewport]}, {caption}",
                name=layer.screenshot,
                source=_source(folder, layer.screenshot),
                width=look.width,
                height=look.height,
            )


def _source(folder: Path | None, name: str) -> str:
    if folder is None:
        return ""
    try:
        file = folder / name
        if file.is_symlink() or file.stat().st_size > MAX_PICTURE:
            return ""
        data = file.read_bytes()
    except OSError:
        return ""
    return f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}" if data.startswith(_PNG) else ""
