"""A mailing has no way out, or none that a mail program can offer as a button.

Judged only where a message is known to be sent to many. Large mailbox providers ask for the one-click header since February
2024 from whoever sends them more than 5,000 messages a day.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.fixes import code
from scanner.mail.model import Message
from scanner.parties import host_of, registrable_domain
from scanner.report import Finding, Report, Severity

ID = "mail-unsubscribe"
TITLE = "A mailing is hard to leave"
LAW = "ePrivacy Directive Art. 13(2) and (4); GDPR Art. 7(3), 21(2) and (3); RFC 8058"
SEVERITY: Severity = "medium"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each way in which messages lack a way out."""
    bulk = [message for message in report.mail if message.bulk or any(one.tracked for one in message.links)]
    read = [message for message in bulk if not message.notes or message.links]
    lacking = [message for message in read if not any(one.unsubscribe for one in message.links)]
    without = [message for message in lacking if not message.unsubscribe_header]
    only_header = [message for message in lacking if message.unsubscribe_header]
    slow = [message for message in bulk if not message.one_click and message not in without]
    if without:
        yield _finding(report, without, SEVERITY, "has no way out at all", "none")
    if only_header:
        yield _finding(report, only_header, "low", "has no way out in its text", "header only")
    if slow:
        yield _finding(report, slow, "low", "has no one-click way out (RFC 8058)", "not by one click")


def _finding(report: Report, messages: list[Message], severity: Severity, what: str, way: str) -> Finding:
    domain = registrable_domain(host_of(report.start_url)) or "shop.example"
    return Finding(
        rule=ID,
        severity=severity,
        title=f"A mailing {what}" if len(messages) == 1 else f"{len(messages)} messages: a mailing {what}",
        subject=way,
        state=messages[0].state,
        page=messages[0].page,
        evidence={
            "kind": "message",
            "count": len(messages),
            "pages": [one.page for one in messages[:5]],
            "page_count": len(messages),
            "known_as_bulk_by": list(messages[0].bulk),
            "list_unsubscribe": list(messages[0].unsubscribe_header),
        },
        law=LAW,
        fix="Write both headers, signed by DKIM, and a link in the text that needs neither a login nor a reason:\n\n"
        + code(
            f"List-Unsubscribe: <https://www.{domain}/out/TOKEN>, <mailto:out@{domain}?subject=TOKEN>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ),
    )
