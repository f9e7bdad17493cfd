"""A message tells its sender when it is opened, and by whom where its address holds a token.

Loading a picture reads nothing from the device, but makes it send: Art. 5(3) covers that, whoever serves the picture. Consent to
getting mail is none to this.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.fixes import code
from scanner.messages import PIXEL_LAW, by_company, evidence_of, first_message, remotes, severity_in, state_of
from scanner.report import Finding, Report, Severity

ID = "mail-open-pixel"
TITLE = "A message tells that it is opened"
LAW = PIXEL_LAW
SEVERITY: Severity = "medium"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each company that counts openings; low where nothing in the address tells readers apart."""
    for label, things in by_company((message, one) for message, one in remotes(report) if one.pixel):
        single = any(one.identifiers or one.recipient for _, one in things)
        reasons = sorted({one.pixel for _, one in things if hasattr(one, "pixel")})
        state = state_of(things)
        yield Finding(
            rule=ID,
            severity=severity_in(state, SEVERITY if single else "low"),
            title=f"{label} is told when {'each reader opens' if single else 'somebody opens'} a message",
            subject=label,
            state=state,
            page=first_message(things),
            evidence=evidence_of(things, "pixel", reasons=reasons),
            law=LAW,
            fix="Switch the counting of openings off in the service that sends your mail (for single readers who did not agree to it, or for "
            "all), or ask for it by itself when somebody subscribes, apart from the consent to getting mail:\n\n"
            + code(
                '<label><input type="checkbox" name="measure"> You may note whether I open your messages.</label>',
                "<!-- never ticked in advance; and the way out of it in every message -->",
            )
            + "\n\nWithout consent, keep at most the day of the last opening, to stop writing to who never opens.",
        )
