from __future__ import annotations

from consent.model.categories import Party
from scanner.findings.mail_remote_content import find
from tests.scanner.findings.mails import mailed, message, pixel


def test_fonts_and_styles_are_low_and_pictures_good_to_know() -> None:
    fonts = pixel(pixel="", kind="font", service="Fonts")
    styles = pixel(pixel="", kind="stylesheet", service="Fonts")
    picture = pixel(pixel="", service="Pictures")
    found = list(find(mailed(message(remotes=(fonts, styles, picture)))))
    assert [(one.title, one.severity) for one in found] == [
        ("A message loads 1 font, 1 style sheet from Fonts", "low"),
        ("A message loads 1 image from Pictures", "info"),
    ]
    assert found[0].evidence["kinds"] == {"font": 1, "stylesheet": 1}


def test_pixels_and_the_senders_own_are_left_out() -> None:
    assert list(find(mailed(message(remotes=(pixel(), pixel(pixel="", party=Party.FIRST)))))) == []
