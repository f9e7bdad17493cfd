from __future__ import annotations

from consent.model.categories import Category, Party
from scanner.classify import Classifier
from scanner.knowledge import Knowledge
from scanner.mail.model import Message
from scanner.mail.named import messages_of
from tests.scanner.mail import letters


def named(data: bytes) -> Message:
    (message,) = messages_of([letters.told(data)], Classifier(Knowledge.load()), site_host="larkspur.example")
    return message


def test_parties_and_categories_are_named_and_what_the_reader_knew_stays() -> None:
    message = named(letters.constant_contact())
    assert [(one.party, one.category, one.service) for one in message.remotes] == [
        (Party.THIRD, Category.PERFORMANCE, "Constant Contact e-mail"),
        (Party.THIRD, Category.FUNCTIONALITY, "Google Fonts"),
        (Party.THIRD, Category.ADVERTISING, "Constant Contact e-mail"),
    ]


def test_a_pixel_measures_even_on_the_senders_own_host_and_on_one_that_nobody_knows() -> None:
    own = named(letters.hubspot()).remotes[0]
    assert (own.party, own.category) == (Party.FIRST, Category.PERFORMANCE)
    unknown = named(
        letters.letter(letters.page('<img src="https://nobody.example/p?r=1" width="1" height="1">'))
    ).remotes[0]
    assert (unknown.category, unknown.vendor) == (Category.PERFORMANCE, "")


def test_a_link_that_nobody_counts_needs_no_consent() -> None:
    assert [one.category for one in named(letters.plain()).links] == [Category.NECESSARY]
    assert {one.category for one in named(letters.sendgrid()).links} == {Category.PERFORMANCE}
