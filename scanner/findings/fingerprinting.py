"""A script reads properties of the visitor's device that together tell it from all others.

Such a fingerprint needs no cookie and cannot be deleted; reading it is access to information on the visitor's device all
the same. Told are scripts whose calls meet the criteria of `scanner.fingerprints`, not single calls. Where the service
is known as necessary (protection against fraud), the exemption has to be recorded, and the finding is a low one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from consent.model.categories import Category, ConsentState, Party
from scanner.evidence import UNCONSENTED_STATES, applied, cut, in_order, some
from scanner.fixes import code, held_element
from scanner.parties import registrable_domain
from scanner.report import Finding, Fingerprint, Report, Severity

ID = "fingerprinting"
TITLE = "A script fingerprints the visitor's device"
LAW = "ePrivacy Directive Art. 5(3); EDPB Guidelines 2/2023 (device fingerprinting); WP29 Opinion 9/2014 (WP224)"
SEVERITY: Severity = "high"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each service and state; the states after a choice only where that was applied."""
    groups: dict[tuple[str, ConsentState], list[Fingerprint]] = defaultdict(list)
    for one in report.fingerprints:
        for state in one.states if one.techniques else ():
            if applied(report, state):
                groups[label_of(one), state].append(one)
    for (label, state), group in groups.items():
        if state is ConsentState.ACCEPT and any((label, other) in groups for other in UNCONSENTED_STATES):
            continue  # told already where it weighs more
        techniques = {name: reason for one in group for name, reason in one.techniques.items()}
        category = group[0].category
        evidence = {
            "kind": "fingerprinting",
            "category": "" if category is Category.UNCLASSIFIED else str(category),
            "techniques": techniques,
            "calls": _calls(group),
            "names": some(cut(one.script) for one in group),
            "hosts": some(one.host for one in group),
            "states": in_order(state for one in group for state in one.states),
            "pages": some(page for one in group for page in one.pages),
            "page_count": max(one.page_count for one in group),
            "initiators": [cut(url) for url in group[0].initiators],
        }
        yield Finding(
            rule=ID,
            severity=severity_of(group, state),
            title=f"{label} fingerprints the device ({', '.join(techniques)})"
            + (" after consent" if state is ConsentState.ACCEPT else " without consent"),
            subject=label,
            state=state,
            page=group[0].pages[0] if group[0].pages else "",
            evidence={key: value for key, value in evidence.items() if value not in ("", [], {}, 0)},
            law=LAW,
            fix=_fix(group),
        )


def label_of(one: Fingerprint) -> str:
    """Return the name under which a script is told."""
    return one.service or one.vendor or registrable_domain(one.host) or one.host


def severity_of(group: Iterable[Fingerprint], state: ConsentState) -> Severity:
    """Return how severe it is in this state."""
    group = list(group)
    if state is ConsentState.ACCEPT:
        return "info"
    if all(one.category is Category.NECESSARY and one.vendor for one in group):
        return "low"
    return "high" if any(one.party is Party.THIRD for one in group) else "medium"


def _calls(group: Iterable[Fingerprint]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for one in group:
        for api, count in one.apis.items():
            counts[api] += count
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:12])


def _fix(group: list[Fingerprint]) -> str:
    first = group[0]
    if first.category is Category.NECESSARY and first.vendor:
        return (
            "If it only protects a service that the visitor asked for (a payment, a login), load it on that page alone, "
            "record the exemption (WP194 criterion B) and name it in the policy. Else let it wait for consent:\n\n"
            + code(held_element(first.script, Category.FUNCTIONALITY))
        )
    waits = Category.ADVERTISING if first.category is Category.UNCLASSIFIED else first.category
    if first.party is Party.FIRST:
        return (
            "Remove the fingerprint from the site's own script, or run that part only after consent:\n\n"
            + code("consentry.on('consent', () => {", f"  if (consentry.has('{waits}')) {{ /* … */ }}", "});")
        )
    return (
        "Let the script wait for consent, and name in the policy that it identifies the device:\n\n"
        + code(held_element(first.script, waits))
    )
