from __future__ import annotations

import pytest

from scanner.mail.unsubscribe import header_addresses, is_one_click, says_so


@pytest.mark.parametrize(
    "words",
    [
        "Unsubscribe",
        "Hier abmelden",
        "Newsletter abbestellen",
        "Se désabonner",
        "Darse de baja",
        "Afmelden",
        "Отписаться",
        "opt-out",
    ],
)
def test_ways_out_are_known_by_their_words(words: str) -> None:
    assert says_so("https://x.example/", words)
    assert not says_so("https://x.example/", "See the teas")


def test_and_by_their_address() -> None:
    assert says_so("https://x.example/unsubscribe?u=1", "here")


def test_one_click_needs_the_second_header_and_https() -> None:
    header = "<mailto:out@x.example>, <https://x.example/out?t=1>"
    addresses = header_addresses(header)
    assert addresses == ["mailto:out@x.example", "https://x.example/out?t=1"]
    assert is_one_click("List-Unsubscribe=One-Click", addresses)
    assert not is_one_click("", addresses)
    assert not is_one_click("List-Unsubscribe=One-Click", ["http://x.example/", "mailto:out@x.example"])
