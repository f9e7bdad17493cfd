"""A form sends what a visitor types without encryption, in the open of an address, or to another party.

A password or a person's data on plain HTTP can be read on the way; a form sent by GET puts what was typed into the
address, and so into logs, histories and the referrers of every third party of the next page. A form of the site's own
page that goes to another party is a matter for the policy, and told as information.
"""

from __future__ import annotations

from collections.abc import Iterator

from consent.model.categories import Party
from scanner.evidence import cut, some
from scanner.fixes import code
from scanner.markup import Form
from scanner.report import Finding, Report, Severity

ID = "form-insecure"
TITLE = "A form sends what is typed in an unsafe way"
LAW = "GDPR Art. 5(1)(f), 32"
SEVERITY: Severity = "medium"

_PERSONAL = frozenset({"email", "tel", "password", "file", "date", "textarea"})
_NOT_SENT = frozenset({"dialog"})


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each form and problem; a frame of another site is that site's own matter."""
    for form in report.forms:
        if form.embedded or form.method in _NOT_SENT:
            continue
        for severity, problem, law, fix in _problems(form):
            label = form.host or "a script of the page"
            evidence = {
                "kind": "form",
                "problem": problem,
                "names": list(form.fields),
                "urls": [cut(form.action)] if form.action else [],
                "method": form.method,
                "hosts": some([form.host]),
                "pages": list(form.pages),
                "page_count": form.page_count,
            }
            yield Finding(
                rule=ID,
                severity=severity,
                title=f"Form to {label}: {problem}",
                subject=cut(form.action) or label,
                page=form.pages[0] if form.pages else "",
                evidence={key: value for key, value in evidence.items() if value not in ("", [], 0)},
                law=law,
                fix=fix,
            )


def _problems(form: Form) -> Iterator[tuple[Severity, str, str, str]]:
    personal = bool(_PERSONAL & set(form.asks))
    if form.action.startswith("http://"):
        secure = "https://" + form.action.removeprefix("http://")
        yield (
            "high" if "password" in form.asks else "medium",
            "what is typed is sent without encryption",
            LAW,
            "Send it over TLS, and let the server answer plain HTTP with a redirect only:\n\n"
            + code(f'<form action="{_attribute(secure)}" method="post">'),
        )
    elif not form.page_secure and personal:
        yield (
            "high" if "password" in form.asks else "medium",
            "the page that holds it came without encryption, so that anybody on the way can change where it goes",
            LAW,
            "Serve the page over TLS, with Strict-Transport-Security.",
        )
    sent_by_get = form.method == "get" and bool({"password", "email", "tel"} & set(form.asks))
    if sent_by_get and form.action.startswith("http"):
        yield (
            "medium" if "password" in form.asks else "low",
            "it is sent by GET, so that what is typed stands in the address",
            LAW,
            "Send it by POST:\n\n" + code(f'<form action="{_attribute(form.action)}" method="post">'),
        )
    if form.party is Party.THIRD and personal:
        whom = form.vendor or form.host
        yield (
            "info",
            f"what is typed goes to {whom}, another party",
            "GDPR Art. 13(1)(e), 28",
            f"Name {whom} as a recipient in the policy and beside the form, and have a contract with it.",
        )


def _attribute(text: str) -> str:
    return cut(text).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
