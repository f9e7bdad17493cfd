"""What a SQLite file keeps of statistics."""

# ruff: noqa: D102 - StatisticsStore, the protocol, documents these methods

from __future__ import annotations

from collections.abc import Sequence

from consent.store.payloads import PayloadCodec
from consent.store.sqlite_file import SqliteFile
from consent.store.statistics_store import COUNTS, Chain, Grouping, Page, Sum, Tally

_SUMS = ", ".join(f"sum({name})" for name in COUNTS)
_ADD = (
    f"INSERT INTO tally (site, dimension, day, notice, key, {', '.join(COUNTS)})"  # noqa: S608 - literals
    f" VALUES ({', '.join('?' * (5 + len(COUNTS)))})"
    " ON CONFLICT (site, dimension, day, notice, key)"
    f" DO UPDATE SET {', '.join(f'{name} = {name} + excluded.{name}' for name in COUNTS)}"
)

# One row, whatever the page: for each row the reading thread would take the interpreter's lock from the event loop, which
# costs both of them more than the row.
_PAGE = """
SELECT max(position), count(*), group_concat(coalesce(hex(payload), ''), ',')
FROM (SELECT position, payload FROM entry WHERE position > ? AND kind = 0 ORDER BY position LIMIT ?)
"""


class SqliteStatistics:
    """The part of `consent.store.Store` that is about statistics; `SqliteStore` adds the rest."""

    _file: SqliteFile
    _codec: PayloadCodec

    async def counted(self) -> list[Chain]:
        rows = await self._file.fetch(
            "SELECT id, coalesce(counted.position, 0), coalesce((SELECT max(position) FROM entry), 0)"
            " FROM writer LEFT JOIN counted ON counted.writer = writer.id ORDER BY id"
        )
        return [Chain._make(row) for row in rows]

    async def uncounted(self, chain: Chain, *, limit: int) -> Page:
        [(last, number, packed)] = await self._file.fetch(_PAGE, (chain.counted, limit))
        unpack = self._codec.unpack
        payloads = (
            (unpack(bytes.fromhex(one)) if one else None for one in packed.split(",")) if number else ()
        )
        # Where the page is not full, what lies up to the chain's end as it was seen before is no consent record.
        return Page(last if number == limit else max(last or 0, chain.last), iter(payloads))

    async def count(self, chain: Chain, last: int, tallies: Sequence[Tally]) -> bool:
        return await self._file.write(self._count, chain, last, tallies)

    def _count(self, chain: Chain, last: int, tallies: Sequence[Tally]) -> bool:
        with self._file.transaction() as connection:
            connection.execute("INSERT INTO counted VALUES (?, 0) ON CONFLICT DO NOTHING", (chain.writer,))
            moved = connection.execute(
                "UPDATE counted SET position = ? WHERE writer = ? AND position = ?",
                (last, chain.writer, chain.counted),
            ).rowcount
            if moved:
                connection.executemany(_ADD, [(*tally[:5], *tally.counts) for tally in tallies])
        return moved == 1

    async def forget_counts(self) -> None:
        await self._file.write(self._forget_counts)

    def _forget_counts(self) -> None:
        with self._file.transaction() as connection:
            connection.execute("DELETE FROM counted")
            connection.execute("DELETE FROM tally")

    async def erased(self) -> int:
        rows = await self._file.fetch("SELECT count(*) FROM entry WHERE kind = 0 AND payload IS NULL")
        return int(rows[0][0])

    async def sums(
        self, site: str, dimension: str, days: tuple[int, int], by: Grouping, *, notice: str | None = None
    ) -> list[Sum]:
        sql = (
            f"SELECT {by or repr('')}, min(day), max(day), {_SUMS} FROM tally"  # noqa: S608 - literals
            " WHERE site = ? AND dimension = ? AND day BETWEEN ? AND ? AND (? IS NULL OR notice = ?)"
            " GROUP BY 1 ORDER BY 1"
        )
        rows = await self._file.fetch(sql, (site, dimension, *days, notice, notice))
        return [Sum(row[0], row[1], row[2], tuple(row[3:])) for row in rows]
