"""A visitor's own records in the format they ask for: to read, to print, or to take along (GDPR Art. 15(3) and 20).

``json``, ``html`` and ``pdf`` are the receipt with its proofs; every format of `consent.exports` but ``json``, whose records the
receipt holds already, is offered too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from consent import exports
from consent.exports.notices import Notices
from consent.log import ConsentLog
from consent.model.sites import Site
from consent.pdf_receipt import receipt_pdf
from consent.proof import receipt, receipt_page

FORMATS = ("json", "html", "pdf", *(name for name in exports.formats() if name != "json"))
_MEDIA = {"html": "text/html", "pdf": "application/pdf", "csv": "text/csv"}


class Copy(NamedTuple):
    """One copy, and what it is: its media type, and the ending of a file that holds it."""

    content: bytes
    media: str
    ending: str


async def copy_of(log: ConsentLog, consent_id: str, sites: Mapping[str, Site], kind: str) -> Copy:
    """Return all that the log holds on a visitor, as one of ``FORMATS``.

    Raises `NotFoundError` where there is nothing, and `ConfigError` where a PDF cannot be made here.
    """
    content = await _content(log, consent_id, sites, kind)
    media = _MEDIA.get(kind, "application/json")
    return Copy(content, media, kind if kind in _MEDIA else "json")


async def _content(log: ConsentLog, consent_id: str, sites: Mapping[str, Site], kind: str) -> bytes:
    if kind in {"json", "html", "pdf"}:
        made = await receipt(log, consent_id, sites)
        if kind == "html":
            return receipt_page(made, sites).html.encode()
        if kind == "pdf":
            return await asyncio.to_thread(receipt_pdf, made)
        return msgspec.json.format(msgspec.json.encode({"data": made}), indent=2) + b"\n"
    stream = exports.formats()[kind](exports.of_visitor(log, consent_id), Notices(log.store, sites))
    return b"".join([part async for part in stream])
