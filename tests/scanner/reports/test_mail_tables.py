from __future__ import annotations

from scanner.classify import Classifier
from scanner.knowledge import Knowledge
from scanner.mail.named import messages_of
from scanner.reports.html_report import render
from scanner.reports.mail_tables import mail_tables
from tests.scanner.factories import HOSTILE, judged, page, report
from tests.scanner.mail import letters


def made(*data: bytes):  # type: ignore[no-untyped-def] - a Report of the factories
    read = letters.read(*data)
    named = messages_of(
        [one.message for one in read], Classifier(Knowledge.load()), site_host="larkspur.example"
    )
    return judged(report(mail=named, pages=tuple(page(one.page) for one in named)))


def test_a_report_on_a_site_has_none() -> None:
    assert mail_tables(report()) == ()


def test_each_table_that_has_something_to_show_is_there() -> None:
    tables = {one.id: one for one in mail_tables(made(letters.sendgrid(), letters.constant_contact()))}
    assert list(tables) == ["mail-messages", "mail-pixels", "mail-links", "mail-identifiers", "mail-loaded"]
    assert tables["mail-messages"].rows[1][2].text == "one click (RFC 8058), a link in the text"
    assert tables["mail-pixels"].rows[0][2].text == "parameter upn"
    assert tables["mail-loaded"].rows[0][2].text == "not fetched"


def test_the_page_shows_them_and_no_markup_of_the_message() -> None:
    html = render(
        made(
            letters.letter(
                letters.page('<img src="https://x.example/p?a=1" width="1" height="1">'), subject=HOSTILE
            )
        )
    ).decode()
    assert "Opening counters" in html
    assert "<img src=x" not in html
