"""What Google is told about consent: the parameters of its requests, decoded.

``gcs`` tells what is granted now (``G1xy``: x advertising, y analytics storage), ``gcd`` also how it came to that, one
letter a consent type. Letters that are not known are told as unknown: newer strings use more of them.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

TYPES = ("ad_storage", "analytics_storage", "ad_user_data", "ad_personalization")
"""The consent types in the order of ``gcd``; ``gcs`` has the first two."""

LETTERS = {
    "l": "not set",
    "p": "denied by default",
    "q": "denied by default and by update",
    "t": "granted by default",
    "r": "denied by default, granted by update",
    "m": "denied by update, no default",
    "n": "granted by update, no default",
    "u": "granted by default, denied by update",
    "v": "granted by default and by update",
}
FURTHER = {
    "npa": {"0": "personalised advertising", "1": "no personalised advertising"},
    "dma": {"0": "the DMA does not apply", "1": "the DMA applies"},
    "dma_cps": {},
    "gcu": {"1": "consent was just updated"},
    "pscdl": {"denied": "cookie deprecation label denied"},
}
"""Parameters that go with them: name, and what its values say as far as it is known."""

_GCS = re.compile(r"^G1([01-])([01-])$")
_GCD = re.compile(r"^1\d([A-Za-z])\d([A-Za-z])\d([A-Za-z])\d([A-Za-z])\d?$")


def decode(url: str) -> dict[str, Any]:
    """Decode the signals of a request URL.

    Returns ``gcs`` and ``gcd`` as sent, ``now`` (consent type to granted, denied or unset), ``history`` (consent type
    to what its letter means), ``letters``, and ``further`` (other parameters); empty where the URL carries neither
    ``gcs`` nor ``gcd``.
    """
    try:
        parameters = parse_qs(urlsplit(url).query, max_num_fields=1_000)
    except ValueError:
        return {}
    found: dict[str, Any] = {}
    gcs = parameters.get("gcs", [""])[0]
    if match := _GCS.match(gcs):
        words = {"1": "granted", "0": "denied", "-": "unset"}
        found |= {
            "gcs": gcs,
            "now": {name: words[bit] for name, bit in zip(TYPES, match.groups(), strict=False)},
        }
    gcd = parameters.get("gcd", [""])[0]
    if match := _GCD.match(gcd):
        meanings = {
            name: LETTERS.get(letter, f"unknown ({letter})")
            for name, letter in zip(TYPES, match.groups(), strict=True)
        }
        found |= {"gcd": gcd, "letters": "".join(match.groups()), "history": meanings}
    further = {
        name: meanings.get(parameters[name][0], parameters[name][0][:20])
        for name, meanings in FURTHER.items()
        if name in parameters
    }
    if found and further:
        found["further"] = further
    return found
