"""The page is closed off until the banner is accepted.

Consent that access depends on is not free. A page that waits for a decision is no wall where refusing opens it as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.banner_evidence import or_ours, told
from scanner.fixes import code
from scanner.report import Finding, Report, Severity

ID = "banner-wall"
TITLE = "A cookie wall"
LAW = "EDPB Guidelines 05/2020, paragraphs 38 to 41; GDPR Art. 7(4)"
SEVERITY: Severity = "medium"

PRACTICE = "cookie-wall"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where the rule failed in a viewport."""
    yield from told(
        report,
        PRACTICE,
        rule=ID,
        severity=SEVERITY,
        title="The page opens only to those who accept",
        fix=or_ours(
            report,
            "Let the page be read behind the banner, or put a refusal that opens it on the first layer:\n\n"
            + code("html, body { overflow: auto; position: static; }"),
        ),
    )
