"""Parameters of addresses that tell of a person, by their names and by their values."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote_to_bytes

Kind = Literal["e-mail", "secret", "person", "place", "click", "search"]

MASKED = b"masked"
_MAX_NAME = 80
_WORDS: tuple[tuple[Kind, str], ...] = (
    ("e-mail", r"e-?mail|mail(?:addr(?:ess)?)?|recipient|subscriber"),
    (
        "secret",
        (
            r"(?:\w*[_-])?(?:token|jwt|otp|secret|password|passwd|passwort|pwd|pass|sig|signature|nonce|hash)|api[_-]?key|key|auth\w*|code|state"
            r"|(?:php|j|asp)?sess(?:ion)?[_-]?(?:id)?|sid|ticket|saml\w*|magic\w*|invite|reset\w*"
        ),
    ),
    (
        "person",
        (
            r"(?:user|login|account|acct|member|customer|client|patient|order|person|contact|subscriber)(?:[_-]?(?:id|no|name|number))?|uid|cid"
            r"|(?:first|last|full|sur|given|family|nick)[_-]?name|name|vorname|nachname|nom|prenom|phone\w*|tel(?:ephone)?|mobile|fax|birth\w*|dob|iban"
            r"|ssn|passport|company"
        ),
    ),
    (
        "place",
        r"lat(?:itude)?|lng|lon(?:gitude)?|geo\w*|street|address|addr|zip(?:code)?|plz|postal\w*|postcode|city|town",
    ),
    (
        "click",
        (
            r"gclid|gbraid|wbraid|dclid|fbclid|msclkid|ttclid|twclid|li_fat_id|yclid|igshid|mc_eid|_hsenc|_kx|mkt_tok|vero_id|oly_\w+|_gl|epik|scclid|rdt_cid"
            r"|irclickid|ck_subscriber_id|ml_subscriber_hash"
        ),
    ),
    ("search", r"q|query|search|s|suche|keywords?|term|k"),
)
_NAMED = tuple((kind, re.compile(rf"(?:{words})(?:\[\w*\])?", re.IGNORECASE)) for kind, words in _WORDS)
_MAIL = re.compile(rb"[A-Za-z0-9._+%-]{1,64}(?:@|%40)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_V4 = re.compile(rb"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_TOKEN = re.compile(rb"(?=[^&]*\d)(?=[^&]*[A-Za-z])[A-Za-z0-9._~%+=/-]{24,}")
_JWT = re.compile(rb"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]{8,}")
_SESSION = re.compile(rb"(;(?:jsessionid|phpsessid|sid)=)[^?&#;/ ]+", re.IGNORECASE)


@lru_cache(maxsize=16_384)
def kind_of_name(name: bytes) -> Kind | None:
    """Return what a parameter of that name tells of a person; None where its name says nothing."""
    text = unquote_to_bytes(name[:_MAX_NAME]).decode("utf-8", "replace")
    return next((kind for kind, pattern in _NAMED if pattern.fullmatch(text)), None)


def kind_of_value(value: bytes) -> Kind | None:
    """Return what a value tells whatever its name; None where it looks harmless."""
    if (b"@" in value or b"%40" in value) and _MAIL.search(value):
        return "e-mail"
    if len(value) >= 24 and (_JWT.search(value) or _TOKEN.fullmatch(value)):
        return "secret"
    return "place" if _V4.fullmatch(value) else None


def masked_query(query: bytes) -> tuple[bytes, list[tuple[Kind, bytes]]]:
    """Return a query string without what tells of a person, and what was found: kind and parameter."""
    found: list[tuple[Kind, bytes]] = []
    pairs = query.split(b"&")
    for number, pair in enumerate(pairs):
        name, equals, value = pair.partition(b"=")
        if not equals:
            if kind := kind_of_value(name):
                found.append((kind, b""))
                pairs[number] = MASKED
            continue
        kind = kind_of_name(name) or kind_of_value(value) if value else None
        if kind is not None:
            found.append((kind, name[:_MAX_NAME]))
            pairs[number] = name + b"=" + MASKED
    return b"&".join(pairs) if found else query, found


def masked_path(path: bytes) -> tuple[bytes, list[tuple[Kind, bytes]]]:
    """Return a path without e-mail addresses, session ids and tokens that are signed (JWT)."""
    found: list[tuple[Kind, bytes]] = []
    if (b"@" in path or b"%40" in path) and _MAIL.search(path):
        found.append(("e-mail", b""))
        path = _MAIL.sub(MASKED, path)
    if b";" in path and _SESSION.search(path):
        found.append(("secret", b""))
        path = _SESSION.sub(rb"\1" + MASKED, path)
    if b"eyJ" in path and _JWT.search(path):
        found.append(("secret", b""))
        path = _JWT.sub(MASKED, path)
    return path, found


def masked_address(address: bytes) -> tuple[bytes, list[tuple[Kind, bytes]]]:
    """Return a path with its query without what tells of a person, and what was found."""
    path, mark, query = address.partition(b"?")
    path, found = masked_path(path)
    if query:
        query, more = masked_query(query)
        found += more
    return path + mark + query, found
