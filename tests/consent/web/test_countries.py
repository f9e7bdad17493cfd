"""The visitor's country: as a trusted proxy says it, and else unknown."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from consent.model.sites import Server
from consent.web.countries import Countries


def said(*values: str, server: Server, remote: str = "10.0.0.7") -> str:
    headers = [("CF-IPCountry", value) for value in values]
    request = make_mocked_request("POST", "/v1/consent", headers=headers).clone(remote=remote)  # type: ignore[arg-type]  # pairs are taken
    return Countries(server).of(request)


PROXIED = Server(trusted_proxies=("10.0.0.0/8",), country_header="cf-ipcountry")


def test_a_trusted_proxy_is_believed() -> None:
    assert said("de", server=PROXIED) == "DE"


@pytest.mark.parametrize(
    "values", [(), ("XX",), ("T1",), ("DEU",), ("D1",), ("DE", "FR"), ("DE,FR",), ("É1",)]
)
def test_what_is_no_country_is_none(values: tuple[str, ...]) -> None:
    assert said(*values, server=PROXIED) == ""


def test_a_client_is_not_believed_and_without_the_setting_nobody_is() -> None:
    assert said("DE", server=PROXIED, remote="192.0.2.1") == ""
    assert said("DE", server=Server(trusted_proxies=("10.0.0.0/8",))) == ""
    assert said("DE", server=Server(country_header="CF-IPCountry")) == ""
