"""A cookie is sent or written and the browser stores nothing.

It is dead code, or a mistake that will hit visitors: a cookie without SameSite in a frame, a Domain that the host may not
set, a ``__Host-`` name without what it promises. A policy that lists it declares what does not exist.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scanner.blocked_cookies import REASONS
from scanner.evidence import in_order, some
from scanner.fixes import code
from scanner.report import BlockedCookie, Finding, Report, Severity

ID = "cookie-refused"
TITLE = "Cookies that the browser does not store"
LAW = "RFC 6265bis, section 5.7"
SEVERITY: Severity = "info"

_CROSS_SITE = ("SameSite", "Schemeful")


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each host and reason."""
    groups: dict[tuple[str, tuple[str, ...]], list[BlockedCookie]] = defaultdict(list)
    for cookie in report.blocked_cookies:
        groups[cookie.host, cookie.reasons].append(cookie)
    for (host, reasons), cookies in sorted(groups.items()):
        why = "; ".join(REASONS.get(reason, reason) for reason in reasons) or "no reason given"
        first = cookies[0]
        yield Finding(
            rule=ID,
            severity=SEVERITY,
            title=f"{host}: {len(cookies)} {'cookie' if len(cookies) == 1 else 'cookies'} refused ({why})",
            subject=first.service or host,
            page=first.first_page,
            evidence={
                "kind": "blocked_cookie",
                "category": str(first.category),
                "count": len(cookies),
                "names": some(cookie.name for cookie in cookies),
                "hosts": [host],
                "reasons": list(reasons),
                "states": in_order(state for cookie in cookies for state in cookie.states),
                "initiators": list(first.set_by[:8]),
                "set_via": some(cookie.via for cookie in cookies),
            },
            law=LAW,
            fix=_fix(reasons),
        )


def _fix(reasons: tuple[str, ...]) -> str:
    if any(reason.startswith(_CROSS_SITE) for reason in reasons):
        return (
            "Stop sending it, or, where it has to work inside other sites, give it these attributes (and wait for consent "
            "where it needs one):\n\n"
            + code("Set-Cookie: name=value; Secure; SameSite=None; Partitioned; Path=/")
        )
    return "Stop sending it, or mend its attributes; then scan again, and declare it only if it is stored."
