"""A first-party cookie without the attributes that keep it from other eyes.

``Secure`` keeps a cookie off plain HTTP, ``SameSite=None`` is accepted by browsers only along with it, and ``HttpOnly``
keeps a session from scripts of third parties. Cookies of third parties are theirs to mend and are not told here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from consent.model.categories import Category, Party
from scanner.evidence import by_service, counted, evidence_of, first_page
from scanner.fixes import code
from scanner.report import Finding, Item, Report, Severity

ID = "insecure-cookie"
TITLE = "Cookie without its security attributes"
LAW = "GDPR Art. 32; RFC 6265bis, section 4.1.2"
SEVERITY: Severity = "low"

_SESSION = re.compile(r"(?i)(sess|sid$|^sid|auth|login|jwt|remember|(^|[_-])token)")
_READ_BY_SCRIPTS = re.compile(r"(?i)(csrf|xsrf)")
"""Double-submit tokens are meant to be read by the page's scripts."""


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each service and missing attribute."""
    # Without a SameSite (a browser that is told none takes Lax), the attributes are not known: a recording saw it sent.
    cookies = [
        one for one in report.items if one.kind == "cookie" and one.party is Party.FIRST and one.same_site
    ]
    https = report.start_url.startswith("https:")
    checks: tuple[tuple[str, str, Callable[[Item], bool]], ...] = (
        (
            "SameSite=None without Secure",
            "SameSite=None; Secure",
            lambda item: item.same_site.lower() == "none" and not item.secure,
        ),
        (
            "without Secure",
            "Secure",
            lambda item: (
                not item.secure
                and item.same_site.lower() != "none"
                and (https or item.first_page.startswith("https:"))
            ),
        ),
        ("with a session that scripts can read", "HttpOnly; Secure; SameSite=Lax", _is_open_session),
    )
    for problem, attributes, is_wrong in checks:
        for label, kind, things in by_service(item for item in cookies if is_wrong(item)):
            yield Finding(
                rule=ID,
                severity=SEVERITY,
                title=f"{label}: {counted(len(things), kind)} {problem}",
                subject=label,
                page=first_page(things),
                evidence=evidence_of(things, problem=problem),
                law=LAW,
                fix="Set the attributes where the cookie is set:\n\n"
                + code(f"Set-Cookie: {_shown(things[0].name)}=…; Path=/; {attributes}"),
            )


def _is_open_session(item: Item) -> bool:
    return (
        item.category in {Category.NECESSARY, Category.UNCLASSIFIED}
        and not item.http_only
        and item.via != "script"  # a script cannot set HttpOnly; such a cookie has to be moved first
        and _SESSION.search(item.name) is not None
        and _READ_BY_SCRIPTS.search(item.name) is None
    )


def _shown(name: str) -> str:
    """A cookie name fit for one line of a header."""
    return re.sub(r"[^\x21-\x3a\x3c\x3e-\x7e]", "?", name)[:100]
