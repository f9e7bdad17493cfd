from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pypdf
import pytest

from consent import pdf_receipt
from consent.model.errors import ConfigError
from consent.model.sites import Controller
from consent.pdf_receipt import receipt_pdf
from consent.proof import Receipt, receipt
from tests.consent.factories import consent_id, fill, opened_log, settings

pytest.importorskip("fpdf")
GREEK_AND_CYRILLIC = "Λουλούδια и Чай"
ARABIC = "شاي لاركسبير"


@pytest.fixture
async def made(tmp_path: Path) -> Receipt:
    async with opened_log(tmp_path) as (log, version):
        visitor = consent_id()
        await fill(log, version, 2, consent_id=visitor)
        return await receipt(log, visitor, settings().sites)


def named(made: Receipt, name: str) -> Receipt:
    return msgspec.structs.replace(made, controllers={"larkspur": Controller(name=name)})


def text_of(content: bytes) -> str:
    assert content.startswith(b"%PDF-")
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")


def has_fonts_for(text: str) -> bool:
    try:
        pdf_receipt._covering({letter for letter in text if not letter.isspace()})
    except ConfigError:
        return False
    return True


def test_the_pdf_has_what_the_receipt_has(made: Receipt) -> None:
    text = text_of(receipt_pdf(made))
    for expected in (made.consent_id, made.receipt_id, "Larkspur & Co Ltd", "advertising: allowed"):
        assert expected in text
    for entry in made.records:
        assert entry.record.record_id in text
        assert entry.proof.seal in text
    assert text.index(made.records[1].record.record_id) < text.index(made.records[0].record.record_id), (
        "newest first"
    )


@pytest.mark.skipif(not has_fonts_for(GREEK_AND_CYRILLIC), reason="no font for Greek and Cyrillic here")
def test_greek_and_cyrillic_are_set_in_a_font_that_has_them(made: Receipt) -> None:
    assert GREEK_AND_CYRILLIC.replace(" ", "") in text_of(
        receipt_pdf(named(made, GREEK_AND_CYRILLIC))
    ).replace(" ", "")


@pytest.mark.skipif(not has_fonts_for(ARABIC), reason="no font for Arabic here")
def test_arabic_is_set(made: Receipt) -> None:
    assert len(receipt_pdf(named(made, ARABIC))) > len(receipt_pdf(made))


def test_a_letter_that_no_font_has_is_an_error_and_no_hole(
    made: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_receipt, "_candidates", list)
    with pytest.raises(ConfigError, match=r"No font on this machine has U\+"):
        receipt_pdf(named(made, "花"))
    assert receipt_pdf(named(made, "Café")), "Western European letters need no font"
