from __future__ import annotations

import pytest

from scanner.mail.parts import parts_of
from scanner.mail.senders import senders_of
from tests.scanner.mail import letters
from tests.scanner.mail.letters import letter, page, rules


@pytest.mark.parametrize(
    ("data", "service"),
    [
        (letters.sendgrid(), "Twilio SendGrid"),
        (letters.constant_contact(), "Constant Contact e-mail"),
        (letters.hubspot(), "HubSpot e-mail"),
        (letters.microsoft(), "Microsoft account and Microsoft 365"),
        (letters.mailchimp(), "Mailchimp"),
    ],
)
def test_services_are_known_by_headers_signatures_and_bounces(data: bytes, service: str) -> None:
    found = senders_of(parts_of(data, "a.eml"), rules())
    assert found[0].service == service
    assert found[0].vendor
    assert found[0].evidence


def test_the_readers_own_servers_are_no_senders() -> None:
    received = "\r\n".join(
        f"Received: {line}"
        for line in (
            "from a.example by mail-x.prod.outlook.com; Mon, 2 Mar 2026 09:14:09 +0000",
            "from o1.sendgrid.net by mx.reader.example; Mon, 2 Mar 2026 09:14:08 +0000",
            "from app (unknown) by geopod-1.sendgrid.net; Mon, 2 Mar 2026 09:14:07 +0000",
        )
    )
    found = senders_of(parts_of(received.encode() + b"\r\n" + letters.plain(), "a.eml"), rules())
    assert [one.service for one in found] == ["Twilio SendGrid"]


def test_nobody_is_named_where_nothing_tells() -> None:
    assert senders_of(parts_of(letter(page()), "a.eml"), rules()) == ()
