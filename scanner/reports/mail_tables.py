"""Tables of what e-mail messages do: who sent them, what they load, which links are counted, and by what they know their reader."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.mail.model import MailLink, Remote
from scanner.messages import links, remotes
from scanner.report import Report
from scanner.reports.techniques import MAX_ROWS, Cell, Table


def mail_tables(report: Report) -> tuple[Table, ...]:
    """Return the tables of a report on messages; none for one on a site."""
    if not report.mail:
        return ()
    made = (
        _table(
            "mail-messages",
            "Messages",
            "Who sent each message, by its headers and by the domains that signed or relayed it; and which way out of a mailing it has.",
            ("Message", "Sent by", "Way out"),
            _messages(report),
        ),
        _table(
            "mail-pixels",
            "Opening counters",
            "Pictures that tell of an opening. Tokens and readers' addresses are cut out of every address.",
            ("Address", "Why", "Knows the reader by", "Message"),
            _remotes(report, pixels=True),
        ),
        _table(
            "mail-links",
            "Counted links",
            "Links that lead through a counter, and where they lead on to, as far as their own address says. None was followed.",
            ("Address", "Why", "Leads on to", "Knows the reader by"),
            _links(report),
        ),
        _table(
            "mail-identifiers",
            "How messages know their reader",
            "Tokens that several addresses of a message share, and readers' own addresses in any spelling. The values are not kept.",
            ("What", "Where", "Addresses", "Hosts"),
            _identifiers(report),
        ),
        _table(
            "mail-loaded",
            "What else messages load",
            "Pictures, fonts and style sheets that a mail program asks for to show the message.",
            ("Address", "Kind", "What came", "Message"),
            _remotes(report, pixels=False),
        ),
    )
    return tuple(table for table in made if table.rows)


def _table(
    id_: str, title: str, lead: str, columns: tuple[str, ...], rows: Iterator[tuple[Cell, ...]]
) -> Table:
    every = tuple(rows)
    return Table(id_, title, lead, columns, every[:MAX_ROWS], max(0, len(every) - MAX_ROWS))


def _messages(report: Report) -> Iterator[tuple[Cell, ...]]:
    for one in report.mail:
        ways = ["one click (RFC 8058)"] if one.one_click else list(one.unsubscribe_header)
        ways += ["a link in the text"] if any(link.unsubscribe for link in one.links) else []
        sent = [f"{by.service}: {', '.join(by.evidence)}" for by in one.sent_by]
        yield (
            Cell(
                one.subject or one.page,
                (
                    one.page,
                    f"from {one.sender or 'nobody named'}, {one.date or 'without a date'}",
                    *one.notes,
                ),
            ),
            Cell(one.sent_by[0].service if one.sent_by else "not known", tuple(sent)),
            Cell(", ".join(ways) or "none seen"),
        )


def _remotes(report: Report, *, pixels: bool) -> Iterator[tuple[Cell, ...]]:
    for message, one in remotes(report):
        if bool(one.pixel) is not pixels:
            continue
        where = Cell(one.url, tuple(filter(None, (one.service or one.vendor, one.party))), address=True)
        if pixels:
            size = " ".join(filter(None, (one.size, one.hidden)))
            yield (
                where,
                Cell(one.pixel, tuple(filter(None, (size, *_came(one))))),
                _known_by(one),
                Cell(message.page),
            )
        else:
            yield (
                where,
                Cell(one.kind, (one.size,) if one.size else ()),
                Cell(", ".join(_came(one)) or "not fetched"),
                Cell(message.page),
            )


def _came(one: Remote) -> tuple[str, ...]:
    cookies = f"sets {', '.join(one.cookies)}" if one.cookies else ""
    answer = f"HTTP {one.status} {one.served}".strip() if one.status else ""
    return tuple(filter(None, (answer, one.failed, cookies)))


def _links(report: Report) -> Iterator[tuple[Cell, ...]]:
    for _, one in links(report):
        if one.tracked:
            notes = (
                one.service or one.vendor,
                "way out" if one.unsubscribe else "",
                f"rewritten by {one.gateway}" if one.gateway else "",
            )
            yield (
                Cell(one.url, tuple(filter(None, notes)), address=True),
                Cell(one.tracked),
                Cell(
                    one.target or "not told",
                    (one.encoding,) if one.encoding else (),
                    address=bool(one.target),
                ),
                _known_by(one),
            )


def _known_by(one: Remote | MailLink) -> Cell:
    own = f"the reader's address ({one.recipient})" if one.recipient else ""
    return Cell(", ".join(filter(None, (own, *one.identifiers))) or "nothing seen")


def _identifiers(report: Report) -> Iterator[tuple[Cell, ...]]:
    for message in report.mail:
        for one in message.identifiers:
            what = "the reader's address" if one.kind == "address" else f"token {one.value_hash}"
            yield (
                Cell(what, (one.encoding, message.page)),
                Cell(", ".join(one.where) or "anywhere"),
                Cell(str(one.addresses), short=True),
                Cell(", ".join(one.hosts)),
            )
