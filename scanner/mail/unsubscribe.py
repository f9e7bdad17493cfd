"""Ways out of a mailing: the header for mail programs (RFC 2369, RFC 8058), and links that say so."""

from __future__ import annotations

import re

_WORDS = re.compile(
    r"unsubscri|opt[\s_-]?out|email[\s_-]?preferences|manage[\s_-]?(?:your\s)?(?:preferences|subscription)|preference[\s_-]?cent"
    r"|abmeld|abbestell|austragen|newsletter\s+k(?:ü|ue)ndigen"
    r"|d(?:é|e)s(?:abonn|inscri)|se\s+d(?:é|e)sabonner"
    r"|darse?\s+de\s+baja|cancelar\s+(?:la\s+)?suscripci|disiscri|annulla\s+(?:l.)?iscrizione|cancella\s+iscrizione"
    r"|cancelar\s+(?:a\s+)?(?:subscri|inscri)|remover\s+(?:meu\s+)?e-?mail|afmeld|uitschrijv|avregistr|avprenumerer|avslutt?a?\s+prenum"
    r"|avmeld|meld\s+av|peru\s+(?:uutiskirj|tilaus)|wypisz|rezygnacj|odhl(?:á|a)(?:s|š)|leiratkoz|dezabon|отпис|odjav|διαγραφ|配信停止|退订",
    re.IGNORECASE,
)
"""How ways out are named, in the languages of the European Union that newsletters are mostly written in, and some more."""
_ONE_CLICK = re.compile(r"^\s*List-Unsubscribe\s*=\s*One-Click\s*$", re.IGNORECASE)
_URI = re.compile(r"<\s*((?:https?|mailto):[^>\s]+)\s*>", re.IGNORECASE)


def says_so(url: str, words: str) -> bool:
    """Whether a link's words or its address are those of a way out."""
    return bool(_WORDS.search(words[:300]) or _WORDS.search(url[:2_000]))


def header_addresses(value: str) -> list[str]:
    """Return the addresses of a List-Unsubscribe header, in the sender's order of preference."""
    return _URI.findall(value[:20_000])[:10]


def is_one_click(post: str, addresses: list[str]) -> bool:
    """Whether one request is enough: List-Unsubscribe-Post says so, and there is an https address (RFC 8058, section 3.1)."""
    return bool(_ONE_CLICK.match(post)) and any(one.lower().startswith("https://") for one in addresses)
