from __future__ import annotations

from consent.model.categories import Party
from scanner.findings.mail_recipient_in_link import find
from tests.scanner.findings.mails import link, mailed, message, pixel


def test_the_readers_address_at_another_company_is_high() -> None:
    (found,) = find(
        mailed(message(remotes=(pixel(recipient="md5"),), links=(link(recipient="base64"), link())))
    )
    assert (found.severity, found.subject, found.evidence["recipient"]) == (
        "high",
        "Mailer",
        ["base64", "md5"],
    )


def test_at_the_senders_own_it_is_medium_and_high_where_the_way_is_open() -> None:
    own = {"party": Party.FIRST, "service": "", "host": "www.larkspur.example", "recipient": "plain"}
    (found,) = find(mailed(message(links=(link(url="https://www.larkspur.example/?m=…", **own),))))
    assert (found.severity, found.subject) == ("medium", "larkspur.example")
    (open_,) = find(mailed(message(links=(link(url="http://www.larkspur.example/?m=…", **own),))))
    assert (open_.severity, open_.title.endswith("unencrypted")) == ("high", True)
