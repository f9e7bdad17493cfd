"""The reader's own address stands in an address of the message: in plain, encoded, or as a hash.

Addresses of the web are kept in logs, histories and referrers. A hash hides nothing: whoever has the address makes the
same one, and can join what he knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from consent.model.categories import Party
from scanner.messages import Found, by_company, evidence_of, first_message, links, remotes, state_of
from scanner.report import Finding, Report, Severity

ID = "mail-recipient-in-link"
TITLE = "The reader's address stands in links or pictures"
LAW = "GDPR Art. 5(1)(c) and (f), 25(1), 32; EDPB Guidelines 2/2023"
SEVERITY: Severity = "high"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each company; high where it is another one, or the way is not encrypted."""
    everything: list[Found] = [*remotes(report), *links(report)]
    holding = [(message, one) for message, one in everything if one.recipient]
    for label, things in by_company(holding):
        plain = any(urlsplit(one.url).scheme == "http" for _, one in things)
        foreign = any(one.party is Party.THIRD for _, one in things)
        how = ", ".join(sorted({one.recipient for _, one in things}))
        yield Finding(
            rule=ID,
            severity="high" if foreign or plain else "medium",
            title=f"{label} gets the reader's e-mail address in an address ({how})"
            + (", unencrypted" if plain else ""),
            subject=label,
            state=state_of(things),
            page=first_message(things),
            evidence=evidence_of(things, "address"),
            law=LAW,
            fix="Put a random token in its place that only your own server can look up, that holds for this one mailing and ends after a while. "
            "No hash of the address: it is the same everywhere.",
        )
