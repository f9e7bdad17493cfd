"""Words for readers: what the page wrote made harmless to show, and the product's terms in plain language.

Whatever a scanned page wrote is hostile. Escaping for HTML or Markdown is the format's own task; here control
characters, direction overrides and lone surrogates become visible, so that no name can pose as another.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from consent.model.categories import Category, ConsentState

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)

CATEGORY_NAMES = {
    Category.NECESSARY: "Necessary",
    Category.PERFORMANCE: "Performance",
    Category.FUNCTIONALITY: "Functionality",
    Category.ADVERTISING: "Advertising",
    Category.UNCLASSIFIED: "Unclassified",
}

CATEGORY_TEXTS = {
    Category.NECESSARY: "Needed for what the visitor asked for; exempt from consent.",
    Category.PERFORMANCE: "Measures how the site is used; needs consent.",
    Category.FUNCTIONALITY: "Comfort and embedded content; needs consent.",
    Category.ADVERTISING: "Advertising, profiles and tracking across sites; needs consent.",
    Category.UNCLASSIFIED: "Nobody has decided yet; treated as advertising until somebody does.",
}

STATE_NAMES = {
    ConsentState.BEFORE: "Before consent",
    ConsentState.REJECT: "After a refusal",
    ConsentState.ACCEPT: "After acceptance",
    ConsentState.WITHDRAW: "After a withdrawal",
    ConsentState.GPC: "With Global Privacy Control",
}

STATE_SHORT = {
    ConsentState.BEFORE: "Before",
    ConsentState.REJECT: "Refused",
    ConsentState.ACCEPT: "Accepted",
    ConsentState.WITHDRAW: "Withdrawn",
    ConsentState.GPC: "GPC",
}

STATE_TEXTS = {
    ConsentState.BEFORE: "A fresh visitor who decides nothing.",
    ConsentState.REJECT: "A fresh visitor who refuses everything.",
    ConsentState.ACCEPT: "A fresh visitor who accepts everything.",
    ConsentState.WITHDRAW: "A visitor who accepts and then withdraws.",
    ConsentState.GPC: "A visitor whose browser objects by Global Privacy Control.",
}

KIND_NAMES = {
    "cookie": "Cookie",
    "local_storage": "Local storage",
    "session_storage": "Session storage",
    "indexed_db": "IndexedDB",
    "cache_storage": "Cache storage",
    "service_worker": "Service worker",
    "request": "Request",
    "fingerprinting": "Fingerprint",
    "keystroke": "Typed text",
    "identifier": "Identifier",
    "signal": "Consent signal",
    "form": "Form",
    "blocked_cookie": "Refused cookie",
    "page_error": "Error of a script",
    "recipient": "Recipient",
    "load-order-early": "Load order",
    "load-order-hint": "Resource hint",
}

STATUS_NAMES = {
    "ok": "Measured",
    "http_error": "Answered with an error",
    "redirected": "Redirected",
    "timeout": "Timed out",
    "failed": "Could not be loaded",
    "not_measured": "Not measured",
    "download": "Download, no page",
    "crashed": "Crashed",
}

GLOSSARY = {
    "Consent state": "What the visitor had decided when the scan looked: nothing, refused, accepted, withdrawn, or an "
    "objection sent by the browser (GPC). Each is measured in a fresh browser profile.",
    "Applied": "The scan did what the state asks for and saw that it worked: the banner went away and the stored choice "
    "changed. A state that was not applied says nothing about the site.",
    "Not measured": "Something other than the page answered, such as a bot challenge, or the scan does not look at this "
    "yet. Never to be read as in order.",
    "First and third party": "Whether a cookie or request belongs to the site's own registrable domain (such as "
    "shop.co.uk) or to another.",
    "Initiator": "The script or response that caused a cookie or request; a chain leads from the nearest to the page.",
    "Service and vendor": "The product (Google Analytics 4) and the company that offers it (Google Ireland Limited).",
    "Set and kept": "Set means that it was stored in this state; kept, that it was stored earlier and was still there.",
    "Duration": "How long the browser keeps it, measured. A browser keeps a cookie for 400 days at most, whatever is asked.",
    "Criterion A or B": "The two reasons for which storage needs no consent (WP29 Opinion 04/2012): it only carries the "
    "transmission, or the visitor asked for the very service that needs it.",
}


def visible(text: str) -> str:
    r"""Return the text with invisible and direction-changing characters spelt out as ``\u202e``."""
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def short(text: str, limit: int = 160) -> str:
    """Shorten a text in the middle, which keeps the telling ends of names and addresses."""
    if len(text) <= limit:
        return text
    tail = limit // 4
    return f"{text[: limit - tail - 1]}…{text[-tail:]}"


def short_url(url: str, limit: int = 90, own_host: str = "") -> str:
    """Return host and path of a URL without scheme and query, shortened; on ``own_host`` the path alone."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return short(url, limit)
    if not parts.netloc:
        return short(url, limit)
    host = parts.netloc.rpartition("@")[2]
    return short(parts.path if host == own_host and parts.path else host + parts.path, limit)
