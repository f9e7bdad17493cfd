"""What a PostgreSQL database keeps of statistics."""

# ruff: noqa: D102 - StatisticsStore, the protocol, documents these methods

from __future__ import annotations

from collections.abc import Sequence

from consent.store.payloads import PayloadCodec
from consent.store.postgresql_server import PostgresqlServer
from consent.store.statistics_store import COUNTS, Chain, Grouping, Page, Sum, Tally

_KEY = "site, dimension, day, notice, key"
_SUMS = ", ".join(f"sum({name})::bigint" for name in COUNTS)
_ADD = (
    f"INSERT INTO tally ({_KEY}, {', '.join(COUNTS)})"  # noqa: S608 - literals
    " SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[],"
    f" {', '.join(f'${place}::bigint[]' for place in range(6, 6 + len(COUNTS)))})"
    f" ON CONFLICT ({_KEY}) DO UPDATE SET {', '.join(f'{name} = tally.{name} + excluded.{name}' for name in COUNTS)}"
)
_COUNTED = """
SELECT id, coalesce(counted.position, 0), coalesce((SELECT max(position) FROM entry WHERE entry.writer = number), 0)
FROM writer LEFT JOIN counted ON counted.writer = number ORDER BY id
"""
_UNCOUNTED = """
SELECT position, payload FROM entry
WHERE writer = (SELECT number FROM writer WHERE id = $1) AND position > $2 AND kind = 0 ORDER BY position LIMIT $3
"""
_MOVE = """
UPDATE counted SET position = $2 WHERE writer = (SELECT number FROM writer WHERE id = $1) AND position = $3
"""


class PostgresqlStatistics:
    """The part of `consent.store.Store` that is about statistics; `PostgresqlStore` adds the rest."""

    _server: PostgresqlServer
    _codec: PayloadCodec

    async def counted(self) -> list[Chain]:
        return [Chain(*row) for row in await self._server.fetch(_COUNTED)]

    async def uncounted(self, chain: Chain, *, limit: int) -> Page:
        rows = await self._server.fetch(_UNCOUNTED, chain.writer, chain.counted, limit)
        last: int = rows[-1][0] if rows else chain.counted
        unpack = self._codec.unpack
        payloads = (row[1] and unpack(row[1]) for row in rows)
        # Where the page is not full, what lies up to the chain's end as it was seen before is no consent record.
        return Page(last if len(rows) == limit else max(last, chain.last), payloads)

    async def count(self, chain: Chain, last: int, tallies: Sequence[Tally]) -> bool:
        async with self._server.writing() as connection, connection.transaction():
            await connection.execute(
                "INSERT INTO counted SELECT number, 0 FROM writer WHERE id = $1 ON CONFLICT DO NOTHING",
                chain.writer,
            )
            # Whoever counts the same chain at the same moment waits here, and then finds the mark moved.
            moved = str(await connection.execute(_MOVE, chain.writer, last, chain.counted)) == "UPDATE 1"
            if moved and tallies:
                # In one order for all: two processes that count two chains wait for each other, and not each for the other.
                rows = [(*tally[:5], *tally.counts) for tally in sorted(tallies)]
                await connection.execute(_ADD, *zip(*rows, strict=True))
        return moved

    async def forget_counts(self) -> None:
        async with self._server.writing() as connection, connection.transaction():
            # The rows stay, so that whoever is counting waits here too.
            await connection.execute("UPDATE counted SET position = 0")
            await connection.execute("DELETE FROM tally")

    async def erased(self) -> int:
        rows = await self._server.fetch("SELECT count(*) FROM entry WHERE kind = 0 AND payload IS NULL")
        return int(rows[0][0])

    async def sums(
        self, site: str, dimension: str, days: tuple[int, int], by: Grouping, *, notice: str | None = None
    ) -> list[Sum]:
        rows = await self._server.fetch(
            f"SELECT {by or repr('')}, min(day), max(day), {_SUMS} FROM tally"  # noqa: S608 - literals
            " WHERE site = $1 AND dimension = $2 AND day BETWEEN $3 AND $4 AND ($5::text IS NULL OR notice = $5)"
            " GROUP BY 1 ORDER BY 1",
            site, dimension, *days, notice,
        )  # fmt: skip
        return [Sum(row[0], row[1], row[2], tuple(row[3:])) for row in rows]
