"""Going on with the site is taken for consent: by the banner's words, or because scrolling closes it.

Silence, scrolling and using a site are no clear affirmative act.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.banner_evidence import or_ours, told
from scanner.report import Finding, Report, Severity

ID = "banner-implied"
TITLE = "Going on is taken for consent"
LAW = "EDPB Guidelines 05/2020, paragraph 86; CJEU C-673/17 (Planet49)"
SEVERITY: Severity = "medium"

PRACTICE = "implied-consent"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where the rule failed in a viewport."""
    yield from told(
        report,
        PRACTICE,
        rule=ID,
        severity=SEVERITY,
        title="Going on with the site is taken for consent",
        fix=or_ours(
            report,
            "Let the banner stay until a button is pressed, take the handler for scroll, click and time out of the consent tool, and "
            "the sentence out of the text.",
        ),
    )
