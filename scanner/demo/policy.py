"""What the shop's privacy policy declares: partly right, partly out of date, mostly missing, as such tables are.

`scanner.demo.truth` says what really happens; the policy audit is held to the difference.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Declared:
    """One row of the policy's table; ``flaw`` is what an audit should say of it, empty where the row is right."""

    name: str
    provider: str
    purpose: str
    duration: str
    flaw: str = ""


DECLARED: tuple[Declared, ...] = (
    Declared("larkspur_session", "Larkspur & Co", "Keeps you signed in", "Session"),
    Declared("csrf_token", "Larkspur & Co", "Protects our forms", "Session"),
    Declared("cart", "Larkspur & Co", "Remembers your basket", "7 days"),
    Declared(
        "_ga", "Google Analytics", "Anonymous statistics", "14 months", "lifetime: two years are asked for"
    ),
    Declared("_gid", "Google Analytics", "Anonymous statistics", "24 hours"),
    Declared("_fbp", "Facebook", "Measures our campaigns", "3 months"),
    Declared("hubspotutk", "HubSpot", "Recognises visitors of our letter", "13 months", "lifetime: 180 days"),
    Declared("_hjSessionUser_*", "Hotjar", "Heat maps", "1 year", "gone: the service is no longer embedded"),
    Declared("PHPSESSID", "Larkspur & Co", "Our shop software", "Session", "gone: the old shop's software"),
)
