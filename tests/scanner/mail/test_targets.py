from __future__ import annotations

import base64
import json
import zlib
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.mail.targets import carried_target, unwrapped

SHOP = "https://www.larkspur.example/teas?kind=assam"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    ("url", "encoding"),
    [
        (f"https://ct.example/r?to={quote(SHOP, safe='')}", "plain"),
        (f"https://ct.example/r?to={quote(quote(SHOP, safe=''), safe='')}", "percent-encoded"),
        (f"https://ct.example/L0/{quote(SHOP, safe='')}/1/0102", "percent-encoded"),
        (f"https://ct.example/r/{b64(SHOP.encode())}", "base64"),
        (f"https://ct.example/r?p={b64(json.dumps({'url': SHOP}).encode())}", "base64"),
        (f"https://ct.example/c/{b64(zlib.compress(SHOP.encode()))}", "base64, packed"),
        (f"https://ct.example/c/{SHOP.encode().hex()}", "hex"),
        (f"https://ct.example/r?target={quote(json.dumps({'TargetUrl': SHOP}), safe='')}", "in JSON"),
    ],
)
def test_a_target_is_found_in_every_usual_spelling(url: str, encoding: str) -> None:
    target, how = carried_target(url)
    assert target.startswith("https://www.larkspur.example/teas")
    assert how == encoding


def test_a_bare_host_in_the_path_is_a_target() -> None:
    assert carried_target("https://click.example/3s/www.larkspur.example%2Fteas/abc") == (
        "https://www.larkspur.example/teas",
        "in the path",
    )


@pytest.mark.parametrize(
    "url",
    ["https://ct.example/ls/click?upn=u001.Kx7Qm2Zt9LpB4wYs8RnD6vHc3", "https://www.larkspur.example/?next=https://www.larkspur.example/a",
     "https://ct.example/c/eJbroken", "https://[", "not an address"],
)  # fmt: skip
def test_what_keeps_its_target_to_itself_has_none(url: str) -> None:
    assert carried_target(url) == ("", "")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (
            f"https://eur01.safelinks.protection.outlook.com/?url={quote(SHOP, safe='')}&data=05",
            "Microsoft Defender Safe Links",
        ),
        (f"https://urldefense.com/v3/__{SHOP}__;!!abc$", "Proofpoint URL Defense"),
        (
            "https://urldefense.proofpoint.com/v2/url?u=https-3A__www.larkspur.example_teas-3Fkind-3Dassam&d=Dw",
            "Proofpoint URL Defense",
        ),
        (f"https://linkprotect.cudasvc.com/url?a={quote(SHOP, safe='')}&c=E", "Barracuda Link Protection"),
    ],
)
def test_what_the_readers_own_gateway_rewrote_is_undone(url: str, name: str) -> None:
    assert unwrapped(url) == (SHOP, name)


def test_a_gateway_that_hides_the_address_is_still_named() -> None:
    url = "https://eur01.safelinks.protection.outlook.com/?data=05"
    assert unwrapped(url) == (url, "Microsoft Defender Safe Links")
    assert unwrapped(SHOP) == (SHOP, "")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=100))
def test_no_address_breaks_it(text: str) -> None:
    for url in (f"https://ct.example/{text}", f"https://ct.example/?u={text}", text):
        assert isinstance(carried_target(url)[0], str)
        assert isinstance(unwrapped(url)[0], str)
