from __future__ import annotations

import pytest

from consent.model.errors import ConfigError
from scanner.policy import read
from scanner.policy.pdf_text import document_of
from tests.scanner.policy.texts import vendors


def pdf(*lines: str) -> bytes:
    """A PDF of one page with these lines, written by hand: the objects, the table of where they stand, the trailer."""
    drawn = b" ".join(
        b"(%s) Tj T*" % line.encode("latin-1").replace(b"(", rb"\(").replace(b")", rb"\)") for line in lines
    )
    stream = b"BT /F1 11 Tf 14 TL 40 780 Td %s ET" % drawn
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    written = b"%PDF-1.4\n"
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        written
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(written)
    )


def test_a_pdf_is_read_as_text_and_its_lines_are_joined() -> None:
    found = read.document_of(
        pdf(
            "Privacy Policy",
            "We use Google Analytics to count visits, and Mailchimp",
            "to send our letter to those who asked for it.",
        ),
        source="policy.pdf",
    )
    assert found.media == "pdf"
    assert set(vendors(found)) == {"Google Analytics", "Mailchimp"}


@pytest.mark.parametrize("data", [b"%PDF-1.4", b"%PDF-1.7\n%%EOF", pdf("x")[:400]])
def test_a_damaged_pdf_is_told(data: bytes) -> None:
    with pytest.raises(ConfigError, match=r"policy\.pdf"):
        document_of(data, "policy.pdf")


def test_a_pdf_without_text_is_told() -> None:
    with pytest.raises(ConfigError, match="only pictures"):
        document_of(pdf(), "policy.pdf")
