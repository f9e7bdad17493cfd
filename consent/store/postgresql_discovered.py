"""What a PostgreSQL database keeps of self-checks."""

# ruff: noqa: D102 - DiscoveredStore, the protocol, documents these methods

from __future__ import annotations

from collections.abc import Sequence

from consent.store.discovered_store import KEPT_DAYS, MOST_NAMES, DiscoveredRow
from consent.store.postgresql_server import PostgresqlServer

_ADD = """
INSERT INTO discovered (site, day, kind, name, seen)
SELECT $1, $2, kind, name, 1 FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS told (kind, name, place)
WHERE EXISTS (
  SELECT FROM discovered AS known
  WHERE known.site = $1 AND known.day = $2 AND known.kind = told.kind AND known.name = told.name
) OR (SELECT count(*) FROM discovered WHERE site = $1 AND day = $2) + place <= $5
ORDER BY kind, name
ON CONFLICT (site, day, kind, name) DO UPDATE SET seen = discovered.seen + 1
"""


class PostgresqlDiscovered:
    """The part of `consent.store.Store` that is about self-checks; `PostgresqlStore` adds the rest."""

    _server: PostgresqlServer

    async def add_discovered(self, site: str, day: int, names: Sequence[tuple[str, str]]) -> None:
        # In one order for all: two reports wait for each other, and not each for the other.
        told = sorted(set(names))
        async with self._server.writing() as connection, connection.transaction():
            await connection.execute(
                "DELETE FROM discovered WHERE site = $1 AND day < $2", site, day - KEPT_DAYS
            )
            kinds, words = [kind for kind, _ in told], [name for _, name in told]
            await connection.execute(_ADD, site, day, kinds, words, MOST_NAMES)

    async def discovered(self, site: str, *, since_day: int) -> list[DiscoveredRow]:
        rows = await self._server.fetch(
            "SELECT kind, name, min(day), max(day), sum(seen)::bigint FROM discovered WHERE site = $1 AND day >= $2"
            " GROUP BY kind, name ORDER BY sum(seen) DESC, kind, name",
            site, since_day,
        )  # fmt: skip
        return [DiscoveredRow(*row) for row in rows]
