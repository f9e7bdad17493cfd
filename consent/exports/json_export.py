"""The export ``json``: ``{"data": [record, …]}``, one record a line, exactly as it was sealed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from consent.exports.notices import Notices

if TYPE_CHECKING:
    from consent.exports import Records


async def export(records: Records, notices: Notices) -> AsyncIterator[bytes]:
    """Stream the records' canonical bytes."""
    del notices  # the records alone
    async for part in array(payload async for _, payload in records):
        yield part


async def array(values: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Stream ``{"data": [value, …]}`` from encoded values, one a line."""
    yield b'{"data": ['
    separator = b"\n"
    async for value in values:
        yield separator + value
        separator = b",\n"
    yield b"\n]}\n"
