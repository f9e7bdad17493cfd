"""The shop's one download: a small PDF, so that a scan meets a link that is no page."""

from __future__ import annotations

_LINES = (
    "Larkspur & Co - Brewing guide",
    "White tea: 75 degrees, 4 minutes",
    "Green tea: 80 degrees, 2 minutes",
    "Black tea: 95 degrees, 3 minutes",
    "Herbs: boiling water, 8 minutes",
)


def brewing_guide_pdf() -> bytes:
    """Return one page of A5 with its text in Helvetica (ISO 32000-1, 7.5: header, objects, cross references, trailer)."""
    text = "BT /F1 16 Tf 40 520 Td 28 TL " + " ".join(f"({line}) Tj T*" for line in _LINES) + " ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents 4 0 R"
            " /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode("ascii")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + trailer.encode("ascii")
