"""Which pictures of a message tell of its opening, and which links are counted: by known addresses, else by their look."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scanner.mail.masking import is_token
from scanner.parties import host_of, registrable_domain

if TYPE_CHECKING:  # what reads HTML comes with the extra [scan]
    from scanner.mail.html_content import Loaded

_TELLING = re.compile(
    r"/(?:wf/)?open(?:s|ed|ing)?(?:[/._?-]|$)|/(?:pixel|beacon|trackopen|track/o|o\.gif|t\.gif|p\.gif|px\.gif|1x1|spy)(?:[/._?-]|$)",
    re.IGNORECASE,
)
_SPACER = re.compile(r"spacer|blank|clear|transp|shim|trans\.", re.IGNORECASE)
_COUNTER_HOST = re.compile(
    r"^(?:click|clicks|link|links|lnk|trk|track|tracking|email|go|url\d*|e|t|r|l|ablink|news|mail)\d*\.",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"/(?:share|sharer|sharing|intent|submit|pin/create|sharearticle|send|dialog)(?:[/.?]|$)|^/sharer",
    re.IGNORECASE,
)


def pixel_of(one: Loaded, service: str, identifiers: tuple[str, ...], recipient: str) -> str:
    """Return why something that is loaded counts as telling of an opening; empty where it does not.

    A picture that only keeps a table in shape (a spacer) is as small, but the same for every reader.
    """
    if service:
        return f"an address by which {service} counts openings"
    told = bool(identifiers or recipient)
    if one.kind != "image" or not (told or is_tiny(one.size)):
        return ""
    if is_tiny(one.size):
        is_spacer = not told and (_SPACER.search(one.url) or "?" not in one.url)
        return "" if is_spacer else f"a picture of {one.size} pixels"
    if one.hidden:
        return f"a picture that is kept from sight ({one.hidden})"
    if _TELLING.search(_path(one.url)):
        return "an address that speaks of openings, with a token for the reader"
    return ""


def is_tiny(size: str) -> bool:
    """Whether a size as written (``1x1``) is one pixel or less on each side."""
    try:
        width, height = (float(side) for side in size.split("x"))
    except ValueError:
        return False
    return width <= 1 and height <= 1


def counter_of(url: str, service: str, target: str) -> str:
    """Return why a link counts as led through a counter; empty where it does not.

    A button that shares a page carries the page's address too, and counts nothing for the sender.
    """
    if service:
        return f"an address by which {service} counts clicks"
    path = _path(url)
    own, there = registrable_domain(host_of(url)), registrable_domain(host_of(target)) if target else ""
    if target and own != there:
        return "" if _SHARE.search(path) else "it leads on to another site"
    if _COUNTER_HOST.match(host_of(url)) and (is_token_path(path) or (target and own == there)):
        return "its host and its token look like a click counter"
    return ""


def is_token_path(path: str) -> bool:
    """Whether a path holds a token, as those of counters do."""
    return any(is_token(segment) for segment in path.split("/"))


def _path(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "/"
    return f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
