"""From a policy's PDF to its text. A PDF has no paragraphs, only lines; `scanner.policy.sentences` joins them."""

from __future__ import annotations

import io
import logging
import re
import time

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from consent.model.errors import ConfigError
from scanner.policy.model import Document
from scanner.policy.sentences import blocks_of

MOST_PAGES = 300
LONGEST_S = 60.0
"""Seconds that the pages of one file may take; a crafted file could take for ever."""

_DAMAGED = (
    PyPdfError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
    OverflowError,
    OSError,
)
"""A damaged file fails anywhere inside the library; each way means the same to the reader."""

_HYPHENATED = re.compile(r"(?<=[a-z])-\n(?=[a-z])")

logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def document_of(data: bytes, source: str, host: str = "") -> Document:
    """Read a PDF; raises `ConfigError` where it is encrypted, damaged, or only pictures."""
    try:
        title, pages = _read(data, source)
    except _DAMAGED as error:
        raise ConfigError(
            f"{source}: is no PDF that can be read: {error}", hint="Give its text instead."
        ) from error
    text = _HYPHENATED.sub("", "\n".join(pages)).replace("\x00", "")
    if not text.strip():
        raise ConfigError(f"{source}: the PDF holds no text, only pictures.", hint="Give its text instead.")
    return Document(source=source, media="pdf", text=text, blocks=blocks_of(text), title=title, host=host)


def _read(data: bytes, source: str) -> tuple[str, list[str]]:
    started = time.monotonic()
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ConfigError(
            f"{source}: the PDF needs a password.", hint="Save it without one, or give its text."
        )
    pages = []
    for page in reader.pages[:MOST_PAGES]:
        if time.monotonic() - started > LONGEST_S:
            raise ConfigError(
                f"{source}: the PDF takes longer than {LONGEST_S:.0f} seconds to read.",
                hint="Give its text instead.",
            )
        pages.append(page.extract_text())
    return (reader.metadata.title if reader.metadata else "") or "", pages
