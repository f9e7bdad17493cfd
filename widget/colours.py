"""Colours that stay legible whatever accent a site chooses (WCAG 2.2, 1.4.3: text 4.5 to 1)."""

from __future__ import annotations

MINIMUM = 4.5
LIGHT_SURFACE = "#f0f0f0"
"""The darkest background that a link meets in the light scheme: ``--soft`` in banner.css, on white."""
DARK_SURFACE = "#2c2c2c"
"""The lightest background that a link meets in the dark scheme: ``--soft`` on the lightest canvas of the browsers, #1e1e1e."""

_Rgb = tuple[int, int, int]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    lighter, darker = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_on(background: str) -> str:
    """Return white or black, whichever is easier to read on the background."""
    return max("#ffffff", "#000000", key=lambda colour: contrast(colour, background))


def legible(colour: str, background: str) -> str:
    """Return the colour, moved towards black or white as little as it needs to be legible on the background."""
    towards = text_on(background)
    steps = (mixed(colour, towards, step / 20) for step in range(21))
    return next((moved for moved in steps if contrast(moved, background) >= MINIMUM), towards)


def mixed(colour: str, other: str, share: float) -> str:
    """Return a colour with a share of another in it, as CSS ``color-mix(in srgb, …)`` does."""
    pairs = zip(_rgb(colour), _rgb(other), strict=True)
    red, green, blue = (round(a + (b - a) * share) for a, b in pairs)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _rgb(colour: str) -> _Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(rgb: _Rgb) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
