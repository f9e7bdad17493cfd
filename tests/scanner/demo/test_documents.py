"""The download is a PDF that readers can open: its cross references point at its objects."""

from __future__ import annotations

import re

from scanner.demo.documents import brewing_guide_pdf


def test_the_cross_references_point_at_the_objects() -> None:
    pdf = brewing_guide_pdf()
    assert pdf.startswith(b"%PDF-1.4\n")
    assert pdf.endswith(b"%%EOF\n")
    offsets = [int(match) for match in re.findall(rb"^(\d{10}) 00000 n $", pdf, re.MULTILINE)]
    assert len(offsets) == 5
    for number, offset in enumerate(offsets, start=1):
        assert pdf[offset:].startswith(b"%d 0 obj\n" % number)
    start = int(pdf.rpartition(b"startxref\n")[2].split()[0])
    assert pdf[start:].startswith(b"xref\n")


def test_the_streams_length_is_right() -> None:
    pdf = brewing_guide_pdf()
    declared = int(re.search(rb"/Length (\d+)", pdf)[1])  # type: ignore[index]
    stream = pdf.partition(b"stream\n")[2].partition(b"\nendstream")[0]
    assert len(stream) == declared
