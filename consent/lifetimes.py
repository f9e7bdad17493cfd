"""How precisely a lifetime is shown: in the banner, in the notice, and where two declarations are compared; its class."""

from __future__ import annotations

from consent.model.sites import LifetimeClass

_DAY = 86_400
_UNITS = (365 * _DAY, 30 * _DAY, _DAY, 3_600, 60, 1)
"""Years, months, days, hours, minutes, seconds: as `duration` in texts.js divides them."""

THIRTEEN_MONTHS_S = 395 * _DAY
"""CNIL guidelines 2020-091: trackers for audience measurement last at most 13 months."""
CHOICE_S = 183 * _DAY
"""Six months, for which a visitor's choice is kept (CNIL recommendation 2020-092)."""
_CLASSES: tuple[tuple[int, LifetimeClass], ...] = (
    (_DAY, "up to a day"),
    (31 * _DAY, "up to a month"),
    (CHOICE_S, "up to 6 months"),
    (THIRTEEN_MONTHS_S, "up to 13 months"),
)


def lifetime_class(lifetime_s: float | None, *, kind: str = "cookie") -> LifetimeClass:
    """Return the class a lifetime falls into; a change of class is a change worth telling, a second more is none."""
    if lifetime_s is None:
        return "session" if kind in {"cookie", "session_storage"} else "until deleted"
    return next((name for limit, name in _CLASSES if lifetime_s <= limit), "over 13 months")


def shown_lifetime(lifetime_s: float | None) -> int | None:
    """Return the lifetime as precisely as it is shown: whole numbers of the largest unit that it fills, in seconds.

    Two scans never see the same second; without this, each would make a new notice and ask every visitor again.
    """
    if lifetime_s is None:
        return None
    unit = next((size for size in _UNITS if lifetime_s >= size * (1.98 if size > _DAY else 0.99)), 1)
    return max(1, round(lifetime_s / unit)) * unit
