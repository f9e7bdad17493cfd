"""What the findings about e-mail have in common: whose things they are, and the evidence that proves them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from consent.model.categories import ConsentState
from scanner.evidence import cut, some
from scanner.mail.model import MailLink, Message, Remote
from scanner.parties import registrable_domain
from scanner.report import Report, Severity

Thing = Remote | MailLink
Found = tuple[Message, Thing]

PIXEL_LAW = "ePrivacy Directive Art. 5(3); EDPB Guidelines 2/2023 (URL and pixel tracking); CNIL recommendation 2026-042 on tracking pixels in e-mails"
"""CNIL, deliberation no. 2026-042 of 12 March 2026: a pixel that tells of a single reader's opening needs consent of its own,
apart from that to getting mail; exempt are the safety of sign-ins and, with the day of the last opening alone, the weeding out
of readers who never open."""


def by_company(things: Iterable[Found]) -> Iterator[tuple[str, list[Found]]]:
    """Group things by service, vendor or registrable domain, in that order of names."""
    groups: dict[str, list[Found]] = defaultdict(list)
    for message, thing in things:
        groups[thing.service or thing.vendor or registrable_domain(thing.host) or thing.host].append(
            (message, thing)
        )
    yield from sorted(groups.items())


def remotes(report: Report) -> Iterator[tuple[Message, Remote]]:
    """Yield all that messages load, with the message."""
    yield from ((message, one) for message in report.mail for one in message.remotes)


def links(report: Report) -> Iterator[tuple[Message, MailLink]]:
    """Yield all links of messages, with the message."""
    yield from ((message, one) for message in report.mail for one in message.links)


def evidence_of(things: Iterable[Found], kind: str, **more: Any) -> dict[str, Any]:
    """Return what proves a finding about these things; keys as those of other findings, with ``messages`` for the pages."""
    things = list(things)
    pages = dict.fromkeys(message.page for message, _ in things)
    found: dict[str, Any] = {
        "kind": kind,
        "category": str(things[0][1].category),
        "count": sum(thing.count for _, thing in things),
        "hosts": some(sorted({thing.host for _, thing in things})),
        "urls": some((cut(thing.url) for _, thing in things), 5),
        "pages": some(pages, 5),
        "page_count": len(pages),
        "identifiers": some(sorted({where for _, thing in things for where in thing.identifiers})),
        "recipient": some(sorted({thing.recipient for _, thing in things if thing.recipient})),
    } | more
    return {key: value for key, value in found.items() if value not in ([], "", 0, None)}


def state_of(things: Iterable[Found]) -> ConsentState:
    """Return the state in which the messages were sent."""
    return next(message.state for message, _ in things)


def severity_in(state: ConsentState, worst: Severity) -> Severity:
    """Return the severity: a reader who agreed to it makes it good to know and nothing more."""
    return "info" if state is ConsentState.ACCEPT else worst


def first_message(things: Iterable[Found]) -> str:
    """Return the page of the first message."""
    return next(message.page for message, _ in things)
