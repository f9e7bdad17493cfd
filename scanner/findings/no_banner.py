"""Something needs consent, and no pass found a banner that asks for it.

A banner that the scanner does not recognise looks the same as none, so that the evidence names the passes that looked.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.evidence import label_of, needing_consent, some
from scanner.fixes import code, widget_tag
from scanner.report import Finding, Report, Severity

ID = "no-banner"
TITLE = "Consent is needed, and nothing asks for it"
LAW = "ePrivacy Directive Art. 5(3); GDPR Art. 4(11), 7"
SEVERITY: Severity = "high"

NO_BANNER = "no consent banner"
"""How a pass says, in its reason, that it looked for a banner and saw none; a page that failed says something else."""


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where something needs consent and every pass looked for a banner in vain."""
    if any(one.banner_found for one in report.passes):
        return
    looked = [one for one in report.passes if NO_BANNER in one.reason.lower()]
    if not looked:
        return
    things = list(needing_consent(report, lambda _: True, lambda _: True))
    if not things:
        return
    services = sorted({label_of(thing) for thing in things})
    count = f"{len(services)} {'service needs' if len(services) == 1 else 'services need'}"
    yield Finding(
        rule=ID,
        severity=SEVERITY,
        title=f"No consent banner was found, and {count} consent",
        subject=report.start_url or report.site,
        page=report.start_url,
        evidence={
            "services": some(services, 12),
            "service_count": len(services),
            "states": [str(one.state) for one in looked],
            "reason": looked[0].reason,
        },
        law=LAW,
        fix="Put the consent banner first in <head> of every page. (Use the address of your own consent server.)\n\n"
        + code(widget_tag(report)),
    )
