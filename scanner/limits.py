"""What a report covers and what it cannot tell, in sentences that stand in every format."""

from __future__ import annotations

from consent.model.categories import ConsentState
from scanner.report import Report
from scanner.summary import measured_of, pages_of

VERDICT_LIMIT = "These are technical findings, not a legal verdict. They say what one browser saw, from one place, at one time."

LIMITS = (
    VERDICT_LIMIT,
    (
        "What the scan did not reach is not known to be in order: pages beyond the limit, logged-in areas, other languages and "
        "countries, actions such as buying or playing a video, and what a site does only for people it takes for real."
    ),
    "A state that was not applied, and a page that was not measured, count neither for nor against the site.",
    "Categories are named by rules and evidence, each with a confidence and a reason; a person decides in the end.",
)


def limits_of(report: Report) -> tuple[str, ...]:
    """Return the limits of this report; those of every report where it is an older one that has none of its own."""
    return report.limits or LIMITS


def coverage_of(report: Report) -> tuple[str, ...]:
    """Return in sentences how much was looked at: pages, known pages left out, and the consent states."""
    planned = len(pages_of(report))
    pages = f"{measured_of(report)} of {planned} {'page was' if planned == 1 else 'pages were'} measured."
    if documents := len(report.pages) - planned:
        pages += (
            f" {documents} {'link leads' if documents == 1 else 'links lead'} to a download, not to a page."
        )
    if left := report.not_visited:
        pages += f" {left} more known {'page was' if left == 1 else 'pages were'} not visited."
    applied = [str(one.state) for one in report.passes if one.applied]
    missed = [str(one.state) for one in report.passes if not one.applied]
    not_asked = [str(state) for state in ConsentState if state not in {one.state for one in report.passes}]
    parts = [
        f"{word}: {', '.join(names)}."
        for word, names in (("measured", applied), ("not applied", missed), ("not scanned", not_asked))
        if names
    ]
    told = (pages, f"Consent states {' '.join(parts)}")
    partial = report.tool.get("partial")
    if not isinstance(partial, dict):
        return told
    missing = ", ".join(f"{count} in {state}" for state, count in partial["pages_missing"].items() if count)
    return f"This report is partial: {'; '.join(partial['why'])}. Pages missing: {missing}.", *told
