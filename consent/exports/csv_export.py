"""The export ``csv``: RFC 4180 with a header; the record's fields, and a column for each category."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from consent.exports.notices import Notices
from consent.model.categories import CATEGORIES
from consent.model.records import ConsentRecord

if TYPE_CHECKING:
    from consent.exports import Records


async def export(records: Records, notices: Notices) -> AsyncIterator[bytes]:
    """Stream one line for each record."""
    del notices  # the records alone
    names = [field for field in ConsentRecord.__struct_fields__ if field != "categories"]
    yield _csv_line([*names, *CATEGORIES])
    async for record, _ in records:
        cells = [_cell(getattr(record, name)) for name in names]
        yield _csv_line([*cells, *(record.categories[category] for category in CATEGORIES)])


def _csv_line(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def _cell(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula: the browser decided what is in some of them."""
    if value is None or value is msgspec.UNSET:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):  # services
        value = "; ".join(f"{name}: {answer}" for name, answer in value.items())
    text = " ".join(value) if isinstance(value, tuple) else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
