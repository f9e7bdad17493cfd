"""What several rules ask of a look: how a control is drawn, and how many clicks a refusal takes."""

from __future__ import annotations

from scanner.banners.model import Control, Look, Tick
from scanner.banners.words import mentioned

DRAWN = 1.15
"""The contrast of a surface or border from which a visitor sees that there is one: white on #eeeeee has 1.16. Ours."""

REACHED = 0.75
"""The share of a control that has to show for it to count as visible: a cut-off edge is no hiding. Ours."""


def is_filled(control: Control) -> bool:
    """Whether a control has a surface of its own; one over a picture counts as filled."""
    return control.surface_contrast is None or control.surface_contrast >= DRAWN


def is_outlined(control: Control) -> bool:
    """Whether a control has a border that shows."""
    return control.border_contrast is not None and control.border_contrast >= DRAWN


def is_button(control: Control) -> bool:
    """Whether a control looks like a button: by its surface or border, whatever element it is."""
    return is_filled(control) or is_outlined(control)


def is_usable(control: Control | None) -> bool:
    """Whether a control can be seen and pressed without scrolling."""
    return control is not None and not control.covered and control.seen >= REACHED


def optional_ticked(ticks: tuple[Tick, ...]) -> list[Tick]:
    """Return what is ticked, can be unticked, and is not named as necessary."""
    return [
        tick
        for tick in ticks
        if tick.checked and not tick.fixed and tick.kind != "radio" and not mentioned(tick.label, "necessary")
    ]


def clicks_to_reject(look: Look) -> int | None:
    """Return how many clicks a refusal takes, None where no way was seen; accepting takes one.

    On the second layer it is the settings and the refusal, or the settings, each box that is ticked, and saving.
    """
    if look.first is not None and (one := look.first.control("reject")) is not None and one.in_banner:
        return 1
    if look.second is None:
        return None
    if look.second.control("reject") is not None:
        return 2
    return 2 + len(optional_ticked(look.second.ticks)) if look.second.control("save") is not None else None
