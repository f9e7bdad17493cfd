"""The banner audit in report.html."""

from __future__ import annotations

from pathlib import Path

import msgspec

from scanner.banners.model import Tick
from scanner.reports import Beside
from scanner.reports.banner_section import MAX_PICTURE, banner_section
from scanner.reports.html_report import render
from tests.scanner.banners.made import audited, control, layer, look
from tests.scanner.factories import HOSTILE, judged, report

PNG = b"\x89PNG\r\n\x1a\nrest"
SHOT = layer("accept", "reject", screenshot="banner-desktop.png")


def test_a_report_without_an_audit_has_no_section() -> None:
    assert banner_section(report()) is None
    assert b'id="banner"' not in render(judged(report()))


def test_viewports_that_agree_are_one_line_and_others_two() -> None:
    pale = layer(controls=(control("accept"), control("reject", text_contrast=1.8)))
    section = banner_section(audited(look(), look(viewport="phone", first=pale)))
    assert section is not None
    lines = {row.letter: [(cell.where, cell.verdict) for cell in row.cells] for row in section.practices}
    assert lines["A"] == [("Both", "passed")]
    assert lines["E"] == [("Desktop", "passed"), ("Phone", "failed")]
    assert [row.letter for row in section.practices if row.failed] == ["E"]


def test_every_practice_and_its_numbers_stand_in_the_page() -> None:
    page = render(judged(audited(look()))).decode()
    for words in (
        "Refusing is offered on the first layer",
        "clicks to refuse",
        "No practice of this letter",
        "8.59",
    ):
        assert words.lower() in page.lower()


def test_a_banner_that_was_not_found_says_why_and_nothing_else() -> None:
    seen = audited(look(found=False, first=None, reason="no consent banner was found"))
    section = banner_section(seen)
    assert section is not None
    assert (section.found, section.how) == (False, "Desktop: no consent banner was found")
    page = render(judged(seen)).decode()
    assert "Nothing is said about the banner" in page
    assert "Both buttons" not in page


def test_pictures_come_into_the_page_from_the_folder_beside_it(tmp_path: Path) -> None:
    (tmp_path / "banner-desktop.png").write_bytes(PNG)
    made = judged(audited(look(first=SHOT)))
    assert b"data:image/png;base64,iVBORw0KGgpyZXN0" in render(made, Beside(screenshots=tmp_path))
    assert b"data:image/png" not in render(made)


def test_no_other_file_is_read_for_a_picture(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(PNG)
    (tmp_path / "banner-phone.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "banner-desktop.png").write_bytes(b"no picture")
    (tmp_path / "banner-desktop-settings.png").write_bytes(PNG + b"0" * MAX_PICTURE)
    names = (
        "../secret.png",
        "secret.png",
        "banner-phone.png",
        "banner-desktop.png",
        "banner-desktop-settings.png",
    )
    for name in names:
        section = banner_section(
            audited(look(first=msgspec.structs.replace(SHOT, screenshot=name))), tmp_path
        )
        assert section is not None
        assert [picture.source for picture in section.pictures if picture.source] == [], name


def test_hostile_texts_and_colours_stay_text() -> None:
    evil = control("reject", text=HOSTILE, colour='#fff"><script>', behind="red; x", text_contrast=1.0)
    first = layer(
        text=HOSTILE,
        controls=(control("accept", text=HOSTILE), evil),
        ticks=(Tick(label=HOSTILE, kind="checkbox", checked=True),),
    )
    page = render(judged(audited(look(first=first, method=HOSTILE, second_reason=HOSTILE)))).decode()
    assert "<img src=x" not in page
    assert '"><script>' not in page
    assert "red; x" not in page
    assert "\u202e" not in page
