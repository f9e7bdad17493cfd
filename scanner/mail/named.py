"""Name what messages load and link to: party, category, and the company where the reader did not know it by its address."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from consent.model.categories import Category, Party
from scanner.classify import Classifier
from scanner.mail.model import MailLink, Message, Remote
from scanner.parties import party_of


def messages_of(
    messages: Iterable[Message], classifier: Classifier, *, site_host: str, own_hosts: tuple[str, ...] = ()
) -> tuple[Message, ...]:
    """Return the messages with everything in them named; parties are as seen from the sender's site."""

    def party(host: str) -> Party:
        return party_of(host, site_host, own_hosts)

    return tuple(
        msgspec.structs.replace(
            message,
            remotes=tuple(_remote(one, party(one.host), classifier) for one in message.remotes),
            links=tuple(_link(one, party(one.host), classifier) for one in message.links),
        )
        for message in messages
    )


def _remote(one: Remote, party: Party, classifier: Classifier) -> Remote:
    named = classifier.request(one.url, type=one.kind, party=party)
    category = named.category
    if one.pixel and category in {Category.NECESSARY, Category.UNCLASSIFIED}:
        category = Category.PERFORMANCE  # it counts openings, whoever serves it
    return msgspec.structs.replace(
        one,
        party=party,
        category=category,
        vendor=one.vendor or named.vendor,
        service=one.service or named.service,
    )


def _link(one: MailLink, party: Party, classifier: Classifier) -> MailLink:
    if not one.tracked:
        return msgspec.structs.replace(one, party=party, category=Category.NECESSARY)
    named = classifier.request(one.url, party=party)
    known = named.category if named.category is not Category.UNCLASSIFIED else Category.PERFORMANCE
    return msgspec.structs.replace(
        one,
        party=party,
        category=known if known.needs_consent else Category.PERFORMANCE,
        vendor=one.vendor or named.vendor,
        service=one.service or named.service,
    )
