"""A message loads fonts, style sheets or pictures from others: they learn the reader's IP address, program and time.

A message can carry its pictures itself and use the fonts that are there. Even without a token, what is loaded tells of an
opening and from where; mail programs that load it through a proxy hide a part of that, and not all do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from consent.model.categories import Party
from scanner.mail.model import Remote, RemoteKind
from scanner.messages import by_company, evidence_of, first_message, remotes, severity_in, state_of
from scanner.report import Finding, Report, Severity

ID = "mail-remote-content"
TITLE = "A message loads things from others"
LAW = "ePrivacy Directive Art. 5(3); GDPR Art. 5(1)(c), 25(2); LG München I, 3 O 17493/20 (remote fonts)"
SEVERITY: Severity = "low"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each third party that serves anything but a pixel, which another rule tells of."""
    for label, things in by_company(
        (message, one) for message, one in remotes(report) if one.party is Party.THIRD and not one.pixel
    ):
        kinds = Counter(one.kind for _, one in things if isinstance(one, Remote))
        state = state_of(things)
        is_code = bool(kinds.keys() & {"font", "stylesheet", "frame", "script"})
        yield Finding(
            rule=ID,
            severity=severity_in(state, SEVERITY if is_code else "info"),
            title=f"A message loads {_words(kinds)} from {label}",
            subject=label,
            state=state,
            page=first_message(things),
            evidence=evidence_of(things, "remote", kinds=dict(sorted(kinds.items()))),
            law=LAW,
            fix="Name fonts that every device has instead of remote ones, write styles into the message, and attach pictures "
            "(Content-ID) or serve them from your own host, with addresses that are the same for every reader.",
        )


def _words(kinds: Counter[RemoteKind]) -> str:
    many = {"stylesheet": "style sheet", "hint": "resource hint"}
    return ", ".join(
        f"{count} {many.get(kind, kind)}{'' if count == 1 or kind == 'media' else 's'}"
        for kind, count in sorted(kinds.items())
    )
