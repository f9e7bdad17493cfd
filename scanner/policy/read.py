"""Reads a policy from a file or from bytes: text, HTML or PDF, told apart by what is in it."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import msgspec

from consent.model.errors import ConfigError
from scanner.policy.language import language_of
from scanner.policy.model import Document
from scanner.policy.sentences import blocks_of

LARGEST = 20 * 1024 * 1024
"""Bytes of a file; the longest policies known are below one MiB of text."""
LARGEST_TEXT = 1_000_000
"""Characters of a policy's text."""
SHORTEST = 80
"""Characters; less is no policy."""

_HTML = re.compile(
    rb"(?is)<(?:!doctype\s+html|html|head|body|div|p|table|h[1-6]|ul|section|main|article)\b[^>]*>"
)
_CHARSET = re.compile(rb"""(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:-]+)""")
_ZERO_WIDTH = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read_file(path: Path) -> Document:
    """Read a policy from a file; raises `ConfigError` where there is none or it cannot be used."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise ConfigError(
                f"{path}: is {size:,} bytes, expected at most {LARGEST:,}.",
                hint="Give the policy alone, as text.",
            )
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read: {error.strerror}.",
            hint="Give the path of a policy (text, HTML or PDF), or its URL.",
        ) from error
    return document_of(data, source=str(path))


def document_of(data: bytes, *, source: str, host: str = "", charset: str = "") -> Document:
    """Read a policy from bytes; ``charset`` is what a server said of them. Raises `ConfigError`."""
    if data[:1024].lstrip().startswith(b"%PDF-"):
        from scanner.policy import pdf_text  # noqa: PLC0415 - its library comes with an extra

        document = pdf_text.document_of(data, source, host)
    else:
        if b"\x00" in data[:4096] and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise ConfigError(
                f"{source}: is neither text nor HTML nor PDF.", hint="Save the policy as one of these."
            )
        is_html = _HTML.search(data[:65_536]) is not None
        text = _decoded(data, charset, html=is_html)
        if is_html:
            from scanner.policy import html_text  # noqa: PLC0415 - its library comes with an extra

            document = html_text.document_of(text, source, host)
        else:
            text = _ZERO_WIDTH.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
            document = Document(
                source=source,
                media="text",
                text=text,
                blocks=blocks_of(text),
                title=next((line.strip(" #") for line in text.split("\n") if line.strip()), ""),
                host=host,
            )
    if len(document.text.strip()) < SHORTEST:
        raise ConfigError(
            f"{source}: holds {len(document.text.strip())} characters of text, too few for a policy.",
            hint="A page that builds its text by script can be saved from a browser and given as a file.",
        )
    if len(document.text) > LARGEST_TEXT:
        raise ConfigError(
            f"{source}: holds {len(document.text):,} characters of text, expected at most {LARGEST_TEXT:,}.",
            hint="Give the policy alone.",
        )
    return msgspec.structs.replace(document, language=language_of(document.text), title=document.title[:200])


def _decoded(data: bytes, charset: str, *, html: bool) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    declared = _CHARSET.search(data[:4096]) if html else None
    for encoding in (charset, declared[1].decode("ascii") if declared else "", "utf-8", "cp1252"):
        if encoding:
            try:
                return data.decode(encoding)
            except (UnicodeDecodeError, LookupError):
                continue
    return data.decode("latin-1")
