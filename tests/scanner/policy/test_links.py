from __future__ import annotations

import pytest

from scanner.policy.links import addresses_of, is_reference, own_domains
from scanner.policy.sentences import sentences_of
from tests.scanner.policy.texts import document, page


def hosts(text: str) -> dict[str, bool]:
    read_ = document(text)
    return {one.host: is_reference(one) for one in addresses_of(read_, sentences_of(read_)[0])}


def test_addresses_are_found_written_out_and_bare() -> None:
    assert set(hosts("See https://stripe.com/privacy, www.mailchimp.com or getgist.com/privacy.")) == {
        "stripe.com", "www.mailchimp.com", "getgist.com",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "https://support.google.com/chrome",
        "www.aboutcookies.org",
        "https://ico.org.uk/x",
        "https://ec.europa.eu/x",
        "a@b.example",
    ],
)
def test_help_authorities_and_mail_only_refer(text: str) -> None:
    assert all(hosts(text).values())


def test_links_are_addresses_too() -> None:
    read_ = page(
        "<p>See <a href='https://policies.google.com/privacy'>their policy</a> and <a href='javascript:alert(1)'>x</a>.</p>"
    )
    found = list(addresses_of(read_, sentences_of(read_)[0]))
    assert [(one.host, one.visible, one.is_policy) for one in found] == [("policies.google.com", False, True)]


def test_the_site_s_own_domains_come_from_its_mail_addresses() -> None:
    assert own_domains(document("Write to privacy@shop.larkspur.example or to larkspur@gmail.com.")) == {
        "larkspur.example"
    }


def test_a_broken_address_is_none() -> None:
    assert hosts("See http://[ and https:///x.") == {}
