"""What a SQLite file keeps of self-checks."""

# ruff: noqa: D102 - DiscoveredStore, the protocol, documents these methods

from __future__ import annotations

from collections.abc import Sequence

from consent.store.discovered_store import KEPT_DAYS, MOST_NAMES, DiscoveredRow
from consent.store.sqlite_file import SqliteFile

_COUNT_AGAIN = "UPDATE discovered SET seen = seen + 1 WHERE site = ? AND day = ? AND kind = ? AND name = ?"
_ADD = (
    "INSERT INTO discovered SELECT ?1, ?2, ?3, ?4, 1"
    " WHERE (SELECT count(*) FROM discovered WHERE site = ?1 AND day = ?2) < ?5"
)


class SqliteDiscovered:
    """The part of `consent.store.Store` that is about self-checks; `SqliteStore` adds the rest."""

    _file: SqliteFile

    async def add_discovered(self, site: str, day: int, names: Sequence[tuple[str, str]]) -> None:
        await self._file.write(self._add_discovered, site, day, names)

    def _add_discovered(self, site: str, day: int, names: Sequence[tuple[str, str]]) -> None:
        with self._file.transaction() as connection:
            connection.execute("DELETE FROM discovered WHERE site = ? AND day < ?", (site, day - KEPT_DAYS))
            for kind, name in dict.fromkeys(names):
                key = (site, day, kind, name)
                if not connection.execute(_COUNT_AGAIN, key).rowcount:
                    connection.execute(_ADD, (*key, MOST_NAMES))

    async def discovered(self, site: str, *, since_day: int) -> list[DiscoveredRow]:
        rows = await self._file.fetch(
            "SELECT kind, name, min(day), max(day), sum(seen) FROM discovered WHERE site = ? AND day >= ?"
            " GROUP BY kind, name ORDER BY sum(seen) DESC, kind, name",
            (site, since_day),
        )
        return [DiscoveredRow._make(row) for row in rows]
