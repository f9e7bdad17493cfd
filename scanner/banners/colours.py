"""How a stack of half-transparent layers looks, and how well two colours can be told apart.

The browser gives each element's own colours; what a visitor sees of a button is the outcome of all that lies under it
and of every ancestor's opacity, which is how refusals are made pale.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

Colour = tuple[float, float, float]
"""Red, green and blue in sRGB, 0 to 255."""

WHITE: Colour = (255.0, 255.0, 255.0)
"""What a browser paints below a page that has no background."""


class Paint(msgspec.Struct, frozen=True, array_like=True):
    """One element's part: its background (alpha 0 to 1), its opacity, and whether a picture lies in it."""

    red: float
    green: float
    blue: float
    alpha: float
    opacity: float = 1.0
    picture: bool = False


def seen(stack: Sequence[Paint], top: Paint | None = None) -> Colour | None:
    """Return the colour of a stack of elements, outermost first, with ``top`` painted in the innermost.

    None where a picture shows through. An element's opacity holds for all that lies in it (CSS Color 4, section 13).
    """
    layers = [*stack] if top is None else [*stack, top]
    opaque = max(
        (number for number, paint in enumerate(layers) if paint.alpha >= 1 and not paint.picture), default=-1
    )
    if any(paint.picture for paint in layers[opaque + 1 :]) or (
        any(paint.picture for paint in layers[: opaque + 1]) and any(p.opacity < 1 for p in layers)
    ):
        return None
    return _painted(layers, 0, WHITE)


def _painted(layers: Sequence[Paint], number: int, backdrop: Colour) -> Colour:
    if number == len(layers):
        return backdrop
    paint = layers[number]
    over = _mix(backdrop, (paint.red, paint.green, paint.blue), paint.alpha)
    return _mix(backdrop, _painted(layers, number + 1, over), paint.opacity)


def _mix(below: Colour, above: Colour, share: float) -> Colour:
    red, green, blue = (low + (high - low) * share for low, high in zip(below, above, strict=True))
    return red, green, blue


def contrast(one: Colour | None, other: Colour | None) -> float | None:
    """Return the contrast ratio of WCAG 2.2 (1 to 21, two decimals), None where either colour is not known."""
    if one is None or other is None:
        return None
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((high + 0.05) / (low + 0.05), 2)


def _luminance(colour: Colour) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (value / 255 for value in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def hexadecimal(colour: Colour | None) -> str:
    """Return ``#rrggbb``, empty where the colour is not known."""
    return "" if colour is None else "#" + "".join(f"{round(value):02x}" for value in colour)
