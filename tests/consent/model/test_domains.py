from __future__ import annotations

import pytest

from consent.model.domains import SiteHosts, host_of, registrable_domain, setter_of
from consent.model.sites import Site


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.larkspur.example", "larkspur.example"),
        ("a.b.larkspur.co.uk", "larkspur.co.uk"),
        ("WWW.Larkspur.COM.", "larkspur.com"),
        ("shop.github.io", "shop.github.io"),
        ("github.io", None),
        ("co.uk", None),
        ("localhost", None),
        ("127.0.0.1", None),
        ("[::1]", None),
        ("", None),
    ],
)
def test_a_cookie_can_be_set_on_the_registrable_domain_or_on_none(host: str, domain: str | None) -> None:
    assert registrable_domain(host) == domain


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://WWW.Larkspur.example:8443/tea", "www.larkspur.example"),
        ("https://www.larkspur.example.", "www.larkspur.example"),
        ("null", ""),
        ("http://[::1", ""),
    ],
)
def test_the_host_of_an_origin(url: str, host: str) -> None:
    assert host_of(url) == host


SITE = Site(id="larkspur", url="https://www.larkspur.example/", hosts=("Pay.Larkspur-Pay.example",))


@pytest.mark.parametrize(
    "host", ["www.larkspur.example", "larkspur.example", "blog.larkspur.example", "larkspur-pay.example"]
)
def test_a_site_owns_every_host_under_its_registrable_domains(host: str) -> None:
    assert SiteHosts(SITE).owns(host)


@pytest.mark.parametrize(
    "host", ["", "example", "larkspur.example.evil.test", "notlarkspur.example", "localhost"]
)
def test_a_site_owns_no_other_host(host: str) -> None:
    assert not SiteHosts(SITE).owns(host)


def test_a_site_on_localhost_owns_localhost_alone() -> None:
    hosts = SiteHosts(Site(id="local", url="http://localhost:8080/"))
    assert hosts.owns("localhost")
    assert not hosts.owns("127.0.0.1")
    assert not hosts.owns("")


@pytest.mark.parametrize(
    ("initiators", "setter"),
    [
        (("https://cdn.tea.example/a.js", "https://larkspur.example/"), "tea.example"),
        (("http://127.0.0.1:8000/a.js",), "127.0.0.1"),
        ((), ""),
        (("",), ""),
    ],
)
def test_the_setter_is_the_domain_of_the_nearest_initiator(initiators: tuple[str, ...], setter: str) -> None:
    assert setter_of(initiators) == setter
