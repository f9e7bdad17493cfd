"""The receipt as PDF, made without a browser, in whatever script its content is written.

It is made with fpdf2 (extra [pdf]). The fonts are the machine's own: a PDF must hold the shapes of its letters, and the
fonts built into readers know Western European ones only. A letter that no font here has is an error and never a hole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from consent.model.categories import CATEGORIES
from consent.model.errors import ConfigError
from consent.proof import Receipt, ReceiptEntry, particulars

if TYPE_CHECKING:
    from fpdf import FPDF

EXTRA = "pip install 'consentry[pdf]'"
FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path("/Library/Fonts"),
    Path("/System/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)
PREFERRED = ("NotoSans-Regular", "DejaVuSans", "LiberationSans-Regular", "Arial")
_BROAD = (
    "NotoSansCJK-Regular",
    "NotoSansArabic-Regular",
    "NotoSansHebrew-Regular",
    "NotoNaskhArabic-Regular",
)
_WORDS = {"granted": "allowed", "denied": "not allowed", "not_asked": "not asked"}


def receipt_pdf(receipt: Receipt) -> bytes:
    """Return the receipt as PDF, the newest entry first.

    Raises `ConfigError` where the extra is not installed, or no font on this machine has a letter that is needed.
    """
    try:
        from fpdf import FPDF  # noqa: PLC0415 - an extra
        from fpdf.enums import WrapMode  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ConfigError("A PDF needs fpdf2, which is not installed.", hint=EXTRA) from error
    lines = list(_lines(receipt))
    pdf = FPDF(format="A4")
    pdf.set_title("Consent receipt")
    pdf.set_creator("Consentry")
    pdf.set_auto_page_break(auto=True, margin=18)
    pdf.set_margins(18, 18, 18)
    _use_fonts(pdf, "".join(text for _, text in lines))
    pdf.add_page()
    for size, text in lines:
        if size == HEADING:
            pdf.ln(4)
        pdf.set_font_size(size)
        wrap = WrapMode.CHAR if size == SMALL else WrapMode.WORD  # hashes have no place to break at
        pdf.multi_cell(0, size * 0.5, text, new_x="LMARGIN", new_y="NEXT", align="L", wrapmode=wrap)
    return bytes(pdf.output())


TITLE, HEADING, PLAIN, SMALL = 20, 13, 10, 8
"""Sizes in points."""


def _lines(receipt: Receipt) -> Iterator[tuple[int, str]]:
    yield TITLE, "Consent receipt"
    yield (
        PLAIN,
        "All that the consent log holds under this consent id. The newest entry comes first; it is the one that counts.",
    )
    yield PLAIN, f"Consent id: {receipt.consent_id}"
    yield PLAIN, f"Receipt id: {receipt.receipt_id}"
    yield PLAIN, f"Issued: {receipt.issued}"
    for site, controller in receipt.controllers.items():
        named = (
            (controller.name, controller.address, controller.contact) if controller is not None else (site,)
        )
        yield PLAIN, f"Responsible for {site}: {', '.join(part for part in named if part)}"
    yield SMALL, "Keep the consent id to yourself: whoever has it can read this and erase the entries."
    for entry in reversed(receipt.records):
        yield from _entry(entry)


def _entry(entry: ReceiptEntry) -> Iterator[tuple[int, str]]:
    record, proof = entry.record, entry.proof
    yield HEADING, f"{record.event.replace('_', ' ').capitalize()}: {record.server_time}"
    yield PLAIN, f"{record.action.replace('_', ' ')}, {record.surface}, on {record.page}"
    yield PLAIN, "; ".join(f"{name}: {_WORDS[record.categories[name]]}" for name in CATEGORIES)
    if record.valid_until:
        yield PLAIN, f"Holds until {record.valid_until}"
    signal = "sent" if record.gpc_header or record.gpc_js else "not sent"
    honoured = ", honoured" if record.gpc_honoured else ""
    yield (
        PLAIN,
        f"Browser: {record.user_agent}, language {record.language}; privacy signal (GPC) {signal}{honoured}",
    )
    for name, value in particulars(record):
        yield PLAIN, f"{name}: {value}"
    if record.not_removed:
        yield PLAIN, f"Could not be removed: {', '.join(record.not_removed)}"
    yield SMALL, f"Record {record.record_id}; notice shown (SHA-256) {record.notice_sha256}"
    yield (
        SMALL,
        f"Position {proof.position} of writer {proof.writer}; batch {proof.batch}, sealed {proof.sealed}",
    )
    yield SMALL, f"Seal {proof.seal}; commitment {proof.commitment}; salt {proof.salt}"
    yield SMALL, f"Sealed text: {proof.payload}"


def _use_fonts(pdf: FPDF, text: str) -> None:
    """Give the document fonts that together have every letter of the text; the built-in one where that is enough."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        needed = {letter for letter in text if letter.isprintable() and not letter.isspace()}
    else:
        pdf.set_font("Helvetica")
        return
    chosen = _covering(needed)
    for path in chosen:
        pdf.add_font(path.stem, fname=path)
    pdf.set_font(chosen[0].stem)
    pdf.set_fallback_fonts([path.stem for path in chosen[1:]], exact_match=False)
    # Joins letters and orders them from right to left; without it Arabic would be a row of loose letters.
    pdf.set_text_shaping(use_shaping_engine=True)


def _covering(needed: set[str]) -> list[Path]:
    """Return as few fonts as have all letters, the preferred ones first."""
    chosen: list[Path] = []
    missing = {ord(letter) for letter in needed}
    for path in _candidates():
        gained = missing & _letters_of(path)
        if gained:
            chosen.append(path)
            missing -= gained
        if not missing:
            return chosen
    letters = " ".join(f"U+{code:04X}" for code in sorted(missing)[:5])
    raise ConfigError(
        f"No font on this machine has {letters}, which this receipt needs.",
        hint="Install one (Debian: fonts-noto-core, fonts-noto-cjk), or print the receipt's page instead.",
    )


@cache
def _candidates() -> list[Path]:
    found: dict[str, Path] = {}
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.[to]t[fc]")) if folder.is_dir() else ():
            found.setdefault(path.stem, path)
    first: Iterable[str] = (name for name in (*PREFERRED, *_BROAD) if name in found)
    rest = sorted(name for name in found if name.endswith("-Regular"))
    return [found[name] for name in dict.fromkeys((*first, *rest))]


@lru_cache(maxsize=64)
def _letters_of(path: Path) -> frozenset[int]:
    """Return the code points that a font has shapes for; none where it cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415 - an extra

    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, OSError, KeyError, AssertionError):
        return frozenset()
