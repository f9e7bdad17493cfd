"""Links of a message lead through a counter, which learns who clicked on what before it sends the reader on.

The link's own words and look name another place than the one that is asked first, so that the reader cannot know. Where the link
holds a token, the counter knows the reader by it.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.evidence import cut, some
from scanner.mail.model import MailLink
from scanner.messages import by_company, evidence_of, first_message, links, severity_in, state_of
from scanner.report import Finding, Report, Severity

ID = "mail-click-tracking"
TITLE = "Links in a message are counted"
LAW = "ePrivacy Directive Art. 5(3); EDPB Guidelines 2/2023 (URL and pixel tracking); GDPR Art. 6(1), 13(1)"
SEVERITY: Severity = "medium"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each company that counts clicks; low where no token is in the links."""
    counted = ((message, one) for message, one in links(report) if one.tracked and not one.gateway)
    for label, things in by_company(counted):
        tracked = [one for _, one in things if isinstance(one, MailLink)]
        single = any(one.identifiers or one.recipient for one in tracked)
        state = state_of(things)
        count = sum(one.count for one in tracked)
        yield Finding(
            rule=ID,
            severity=severity_in(state, SEVERITY if single else "low"),
            title=f"{count} {'link leads' if count == 1 else 'links lead'} through {label}"
            + (", with a token for the reader" if single else ""),
            subject=label,
            state=state,
            page=first_message(things),
            evidence=evidence_of(
                things,
                "link",
                reasons=sorted({one.tracked for one in tracked}),
                targets=some((cut(one.target) for one in tracked), 5),
                encodings=sorted({one.encoding for one in tracked if one.encoding}),
            ),
            law=LAW,
            fix="Switch click tracking off for readers who did not agree to it, so that each link leads where it says. Where single readers need "
            "not be known, count visits on your own pages instead, by a mark of the mailing that is the same for everybody "
            "(utm_campaign).",
        )
