"""What a visitor types is sent on before anything is submitted.

The scan types random text into fields, submits nothing, and looks for that text in all that leaves, also encoded, hashed
or compressed. A hashed e-mail address still names a person. That a search field asks the site's own server for
suggestions is what it is for, and is no finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from consent.model.categories import Category, ConsentState, Party
from scanner.evidence import applied, cut, some
from scanner.fixes import code
from scanner.parties import registrable_domain
from scanner.report import Finding, Keystroke, Report, Severity

ID = "keystroke-capture"
TITLE = "Typed text is sent before the visitor submits it"
LAW = "ePrivacy Directive Art. 5(3); GDPR Art. 5(1)(a) and (c), 6(1), 25(2)"
SEVERITY: Severity = "high"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each receiver and state."""
    groups: dict[tuple[str, ConsentState], list[Keystroke]] = defaultdict(list)
    for one in report.keystrokes:
        if one.to and applied(report, one.state) and not (one.search and one.party is Party.FIRST):
            groups[label_of(one), one.state].append(one)
    for (label, state), group in groups.items():
        third = any(one.party is Party.THIRD for one in group)
        types = sorted({one.type for one in group})
        category = group[0].category
        evidence = {
            "kind": "keystroke",
            "category": "" if category is Category.UNCLASSIFIED else str(category),
            "count": len({(one.page, one.field) for one in group}),
            "names": some(f"{one.field or 'a field without a name'} ({one.type})" for one in group),
            "encodings": some(f"{one.encoding} in the {one.part}" for one in group),
            "urls": some(cut(one.to) for one in group),
            "hosts": some(one.host for one in group),
            "pages": some(one.page for one in group),
            "initiators": [cut(url) for url in group[0].initiators],
        }
        yield Finding(
            rule=ID,
            severity=severity_of(group, state),
            title=f"{label} receives what is typed into {_fields(types)} before it is submitted"
            + (" (with consent)" if state is ConsentState.ACCEPT and third else ""),
            subject=label,
            state=state,
            page=group[0].page,
            evidence={key: value for key, value in evidence.items() if value not in ("", [], 0)},
            law=LAW,
            fix=_fix(third=third),
        )


def label_of(one: Keystroke) -> str:
    """Return the name under which a receiver is told."""
    return one.service or one.vendor or registrable_domain(one.host) or one.host


def severity_of(group: list[Keystroke], state: ConsentState) -> Severity:
    """Return how severe it is: a password always, a third party without consent, less with it or by the site itself."""
    third = any(one.party is Party.THIRD for one in group)
    if third and (state is not ConsentState.ACCEPT or any(one.type == "password" for one in group)):
        return "high"
    return "medium" if third else "low"


def _fields(types: list[str]) -> str:
    words = {"email": "an e-mail field", "password": "a password field", "tel": "a telephone field"}
    told = [words[kind] for kind in types if kind in words]
    return " and ".join(told) or "a text field"


def _fix(*, third: bool) -> str:
    if not third:
        return "Send a form's content when it is submitted. Where fields are saved on the way, say so beside the form."
    return (
        "Let the script wait for consent, and exclude fields from what it records. Most recorders take such attributes:\n\n"
        + code('<input type="email" data-hj-suppress data-clarity-mask="true" class="fs-exclude">')
        + "\n\nSwitch off automatic matching of form fields (advanced matching, enhanced conversions) unless consent covers it."
    )
