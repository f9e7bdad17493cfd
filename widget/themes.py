"""A site's own look for the banner: colours for each scheme, corners, and the font. What cannot be read is refused.

The style sheets mix every other colour of these two, text and surface; text must stay legible where it is mixed most (WCAG
2.2, 1.4.3), and the edges of controls visible (1.4.11).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from widget.colours import DARK_SURFACE, LIGHT_SURFACE, MINIMUM, contrast, legible, mixed, text_on

MINIMUM_OF_EDGES = 3.0
_SOFT, _CONTROL, _MUTED = 0.06, 0.55, 0.70
"""How much text is in ``--soft``, ``--control`` and ``--muted`` of banner.css."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours are ``#rrggbb``, empty for the browser's own; ``radius`` is in CSS pixels, None for the usual one.

    ``font`` is a CSS list of families, empty for the system's.
    """

    surface: str = ""
    text: str = ""
    dark_surface: str = ""
    dark_text: str = ""
    radius: int | None = None
    font: str = ""


def problems(theme: Theme) -> Iterator[str]:
    """Say what is wrong with a theme, each as ``key: what was expected``."""
    for prefix, surface, text in _schemes(theme):
        if bool(surface) != bool(text):
            missing = f"{prefix}text" if surface else f"{prefix}surface"
            yield f"{missing}: missing; the colours of text and surface belong together"
        elif surface:
            soft = mixed(surface, text, _SOFT)
            muted = contrast(mixed(surface, text, _MUTED), soft)
            if muted < MINIMUM:
                yield (
                    f"{prefix}text: soft text would have a contrast of {muted:.1f} to 1 on {prefix}surface;"
                    f" expected at least {MINIMUM}"
                )
            elif contrast(mixed(surface, text, _CONTROL), surface) < MINIMUM_OF_EDGES:
                yield f"{prefix}text: the edges of controls could not be seen on {prefix}surface"


def styles(accent: str, theme: Theme) -> str:
    """Return the rules that come after banner.css: the accent's colours, and what the theme sets."""
    light, dark = (
        mixed(surface, text, _SOFT) if surface else usual
        for (_, surface, text), usual in zip(_schemes(theme), (LIGHT_SURFACE, DARK_SURFACE), strict=True)
    )
    shape = f";--radius:{theme.radius}px" if theme.radius is not None else ""
    font = f";font-family:{theme.font},system-ui,sans-serif" if theme.font else ""
    return (
        f":host{{--accent:{accent};--on-accent:{text_on(accent)};--link:{legible(accent, light)}{shape}{font}}}"
        + (
            f"@media not (prefers-color-scheme:dark){{:host{{{_pair(theme.surface, theme.text)}}}}}"
            if theme.surface
            else ""
        )
        + "@media(prefers-color-scheme:dark){:host{"
        + (f"{_pair(theme.dark_surface, theme.dark_text)};" if theme.dark_surface else "")
        + f"--link:{legible(accent, dark)}}}}}"
    )


def _pair(surface: str, text: str) -> str:
    return f"--surface:{surface};--text:{text}"


def _schemes(theme: Theme) -> tuple[tuple[str, str, str], ...]:
    return ("", theme.surface, theme.text), ("dark_", theme.dark_surface, theme.dark_text)
