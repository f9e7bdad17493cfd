"""Imprint or privacy policy cannot be reached while the banner is up.

A visitor has to be able to read who asks, and what for, before deciding.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from scanner.banner_evidence import look_of, told
from scanner.fixes import code
from scanner.report import Finding, Report, Severity

ID = "banner-out-of-reach"
TITLE = "Imprint or policy cannot be reached"
LAW = "DSK guidance for telemedia 2021/2022; DDG § 5; GDPR Art. 12(1), 13"
SEVERITY: Severity = "low"

PRACTICE = "in-reach"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where the rule failed in a viewport; the fix has the site's own addresses where they are known."""
    look = look_of(report, PRACTICE)
    links = {link.kind: link.url for link in look.links} if look is not None else {}
    policy = html.escape(links.get("policy") or "/privacy", quote=True)
    lines = [f'<a href="{policy}">Privacy policy</a>']
    if "imprint" in links:
        lines.append(f'<a href="{html.escape(links["imprint"], quote=True)}">Imprint</a>')
    yield from told(
        report,
        PRACTICE,
        rule=ID,
        severity=SEVERITY,
        title="Imprint or privacy policy cannot be reached while the banner is up",
        fix="Link both from the banner itself, and let the pages that they lead to be read without a decision:\n\n"
        + code(*lines),
    )
