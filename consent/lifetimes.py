"""How precisely a lifetime is shown: in the banner, in the notice, and where two declarations are compared."""

from __future__ import annotations

_DAY = 86_400
_UNITS = (365 * _DAY, 30 * _DAY, _DAY, 3_600, 60, 1)
"""Years, months, days, hours, minutes, seconds: as `duration` in texts.js divides them."""


def shown_lifetime(lifetime_s: float | None) -> int | None:
    """Return the lifetime as precisely as it is shown: whole numbers of the largest unit that it fills, in seconds.

    Two scans never see the same second; without this, each would make a new notice and ask every visitor again.
    """
    if lifetime_s is None:
        return None
    unit = next((size for size in _UNITS if lifetime_s >= size * (1.98 if size > _DAY else 0.99)), 1)
    return max(1, round(lifetime_s / unit)) * unit
