from __future__ import annotations

import pytest

from consent.model.categories import Party
from scanner.parties import host_of, party_of, registrable_domain, setter_of


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.larkspur.example", "larkspur.example"),
        ("a.b.larkspur.co.uk", "larkspur.co.uk"),
        ("WWW.Larkspur.COM.", "larkspur.com"),
        (" www.larkspur.com ", "larkspur.com"),
        (
            "shop.github.io",
            "shop.github.io",
        ),  # a suffix that its owner entered: each customer is a party of its own
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("localhost", "localhost"),
        ("co.uk", "co.uk"),
        ("", ""),
    ],
)
def test_the_registrable_domain_of_a_host(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


def test_hosts_under_one_registrable_domain_are_one_party() -> None:
    assert party_of("metrics.larkspur.example", "www.larkspur.example") is Party.FIRST
    assert party_of("larkspur.example", "www.larkspur.example") is Party.FIRST


def test_other_domains_are_third_parties_even_where_they_look_alike() -> None:
    assert party_of("notlarkspur.example", "larkspur.example") is Party.THIRD
    assert party_of("larkspur.example.evil.test", "larkspur.example") is Party.THIRD
    assert party_of("other.github.io", "shop.github.io") is Party.THIRD


def test_a_site_may_own_further_domains() -> None:
    assert party_of("static.larkspur-cdn.test", "www.larkspur.example", ("larkspur-cdn.test",)) is Party.FIRST
    assert party_of("static.other-cdn.test", "www.larkspur.example", ("larkspur-cdn.test",)) is Party.THIRD


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://WWW.Larkspur.example:8443/tea?x=1", "www.larkspur.example"),
        ("wss://chat.larkspur.example./", "chat.larkspur.example"),
        ("data:text/html,x", ""),
        ("about:blank", ""),
        ("http://[::1", ""),
    ],
)
def test_the_host_of_a_url(url: str, host: str) -> None:
    assert host_of(url) == host


def test_the_setter_is_the_company_behind_the_nearest_initiator() -> None:
    assert setter_of(("https://cdn.shop.co.uk/a.js", "https://tags.example/b.js")) == "shop.co.uk"
    assert setter_of(()) == setter_of(("about:blank",)) == ""
