from __future__ import annotations

import io
import unicodedata

import pypdf
import pytest

from consent.model.errors import ScanError
from scanner.browser import printing
from scanner.browser.printing import print_page
from scanner.reports import Beside, formats
from tests.scanner.factories import shop_report


def test_the_report_on_paper_has_numbered_sheets_and_all_its_evidence() -> None:
    """One print proves the whole: what is folded on the screen, header and footer, and that equal reports are equal."""
    data = formats()["pdf"](shop_report(), Beside(printer=print_page))
    pdf = pypdf.PdfReader(io.BytesIO(data))
    # What a font draws as one sign (fi) is two letters again.
    texts = [unicodedata.normalize("NFKC", " ".join(page.extract_text().split())) for page in pdf.pages]
    assert len(texts) > 3
    for number, text in enumerate(texts, 1):
        assert "Cookie scan of www.larkspur.example" in text
        assert f"Page {number} of {len(texts)}" in text
    whole = " ".join(texts)
    for part in (
        "ePrivacy Directive Art. 5(3)",
        "Caused by, nearest first",
        "not a legal verdict",
        "pages were measured",
    ):
        assert part in whole
    found = shop_report().findings
    assert sum(finding.title.split(":")[0] in whole for finding in found) == len(found)
    assert all(float(page.mediabox.width) == pytest.approx(595, abs=2) for page in pdf.pages)


def test_a_browser_that_cannot_draw_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "_TIMEOUT_MS", 1)
    with pytest.raises(ScanError, match="cannot draw the report as a PDF"):
        print_page(b"<p>hello", "", "")
