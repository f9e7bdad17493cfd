from __future__ import annotations

from scanner.findings.mail_unsubscribe_tracked import find
from tests.scanner.factories import ACCEPT
from tests.scanner.findings.mails import link, mailed, message


def test_a_counted_way_out_is_told_even_where_the_reader_agreed() -> None:
    (found,) = find(mailed(message(state=ACCEPT, links=(link(unsubscribe=True), link()))))
    assert (found.severity, found.title, found.evidence["count"]) == (
        "medium",
        "The link to unsubscribe leads through Mailer",
        1,
    )


def test_a_straight_way_out_and_one_that_the_readers_gateway_rewrote_are_not() -> None:
    straight, rewritten = link(unsubscribe=True, tracked=""), link(unsubscribe=True, gateway="Safe Links")
    assert list(find(mailed(message(links=(straight, rewritten))))) == []
