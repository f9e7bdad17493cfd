"""A page reaches for an address that is not public: this machine itself, a private network, a cloud's metadata service.

The scan refuses such connections, unless the operator names the host. In a visitor's browser they would go to the
visitor's own machine or network: sometimes an address that was forgotten from development, sometimes an attempt to look
around there, which reads from the visitor's terminal equipment without being asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.evidence import cut, some
from scanner.report import Finding, Report, Severity

ID = "private-address"
TITLE = "A page reaches for an address that is not public"
LAW = "ePrivacy Directive Art. 5(3); GDPR Art. 5(1)(f)"
SEVERITY: Severity = "low"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each host and address."""
    for one in report.private_addresses:
        name = one.host.rpartition(":")[0].strip("[]")
        where = "" if name == one.address else f" ({one.address})"
        evidence = {
            "kind": "private_address",
            "problem": one.kind,
            "hosts": [one.host],
            "address": one.address,
            "urls": some([cut(one.url)]),
            "initiators": [cut(url) for url in one.initiators[:5]],
            "pages": list(one.pages),
            "states": [str(state) for state in one.states],
        }
        yield Finding(
            rule=ID,
            severity=SEVERITY,
            title=f"The page reaches for {one.host}{where}, which is {one.kind}; the scan refused it",
            subject=one.host,
            state=one.states[0] if one.states else None,
            page=one.pages[0] if one.pages else "",
            evidence={key: value for key, value in evidence.items() if value not in ("", [])},
            law=LAW,
            fix="Take the address out of the page or of the script named here. Where the host is your own and meant to be "
            f"scanned, name it: --allow-private {name}, or allow_private in sites.toml.",
        )
