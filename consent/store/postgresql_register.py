"""What a PostgreSQL database keeps beside the log: publications, decisions about items, tokens."""

# ruff: noqa: D102 - Store, the protocol, documents these methods

from __future__ import annotations

from collections.abc import Sequence

from consent.store.entries import DecisionRow, NewPublication, Notice, PictureRow, Publication, TokenRow
from consent.store.postgresql_server import LOCK_CLASS, PUBLICATION_LOCK, PostgresqlServer

_PUBLICATION = "id, site, notice_version, inventory_sha256, scan_id, published, published_by"
_PUBLISH = (
    "INSERT INTO publication (site, notice_version, inventory_sha256, scan_id, published, published_by)"  # noqa: S608 - literals
    f" VALUES ($1, $2, $3, $4, $5, $6) RETURNING {_PUBLICATION}"
)
_DECISION = ", ".join(DecisionRow._fields)
_PICTURE = ", ".join(PictureRow._fields)
_TOKEN = ", ".join(TokenRow._fields)


class PostgresqlRegister:
    """The part of `consent.store.Store` that no seal covers; `PostgresqlStore` adds the log."""

    _server: PostgresqlServer

    # --- publications

    async def publish(self, publication: NewPublication, time: int) -> Publication:
        new = publication
        async with self._server.writing() as connection, connection.transaction():
            # One after the other, so that the ids grow in the order of the commits: readers ask for the highest.
            await connection.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK_CLASS, PUBLICATION_LOCK)
            await connection.execute(
                "INSERT INTO notice VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                new.notice_version, new.site, new.notice, time,
            )  # fmt: skip
            await connection.execute(
                "INSERT INTO inventory VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                new.inventory_sha256, new.site, new.inventory, time,
            )  # fmt: skip
            row = await connection.fetchrow(
                _PUBLISH, new.site, new.notice_version, new.inventory_sha256, new.scan_id, time, new.published_by,
            )  # fmt: skip
        return Publication(*row)

    async def publications(self) -> list[Publication]:
        rows = await self._server.fetch(
            f"SELECT DISTINCT ON (site) {_PUBLICATION} FROM publication ORDER BY site, id DESC"  # noqa: S608 - a literal
        )
        return [Publication(*row) for row in rows]

    async def publication_history(self, site: str, *, limit: int) -> list[Publication]:
        rows = await self._server.fetch(
            f"SELECT {_PUBLICATION} FROM (SELECT *, lag(inventory_sha256) OVER (ORDER BY id) AS before"  # noqa: S608 - a literal
            " FROM publication WHERE site = $1) AS each"
            " WHERE before IS DISTINCT FROM inventory_sha256 ORDER BY id DESC LIMIT $2",
            site, limit,
        )  # fmt: skip
        return [Publication(*row) for row in reversed(rows)]

    async def site_publications(
        self, site: str, *, before: int | None = None, limit: int
    ) -> list[Publication]:
        rows = await self._server.fetch(
            f"SELECT {_PUBLICATION} FROM publication WHERE site = $1 AND ($2::bigint IS NULL OR id < $2)"  # noqa: S608 - a literal
            " ORDER BY id DESC LIMIT $3",
            site, before, limit,
        )  # fmt: skip
        return [Publication(*row) for row in rows]

    async def first_publication(self, site: str) -> Publication | None:
        rows = await self._server.fetch(
            f"SELECT {_PUBLICATION} FROM publication WHERE site = $1 ORDER BY id LIMIT 1",  # noqa: S608 - a literal
            site,
        )
        return Publication(*rows[0]) if rows else None

    async def publication_version(self) -> int:
        rows = await self._server.fetch("SELECT max(id) FROM publication")
        return rows[0][0] or 0

    async def notice(self, version: str) -> Notice | None:
        rows = await self._server.fetch(
            "SELECT version, notice.site, content, scan_id FROM notice"
            " JOIN publication ON notice_version = version WHERE version = $1 ORDER BY id DESC LIMIT 1",
            version,
        )
        return Notice(*rows[0]) if rows else None

    async def notice_versions(self) -> list[str]:
        rows = await self._server.fetch("SELECT version FROM notice ORDER BY created, version")
        return [row[0] for row in rows]

    async def inventory(self, sha256: str) -> bytes | None:
        rows = await self._server.fetch("SELECT content FROM inventory WHERE sha256 = $1", sha256)
        return rows[0][0] if rows else None

    async def add_picture(self, row: PictureRow) -> None:
        async with self._server.writing() as connection:
            await connection.execute(
                f"INSERT INTO picture ({_PICTURE}, created) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",  # noqa: S608 - a literal
                *row, self._server.clock(),
            )  # fmt: skip

    async def pictures(self, notice_version: str) -> list[PictureRow]:
        sql = f"SELECT {_PICTURE} FROM picture WHERE notice_version = $1 ORDER BY created, form"  # noqa: S608 - a literal
        return [PictureRow(*row) for row in await self._server.fetch(sql, notice_version)]

    # --- decisions about items

    async def decide(self, rows: Sequence[DecisionRow]) -> None:
        marks = ", ".join(f"${place}" for place in range(1, len(DecisionRow._fields) + 1))
        async with self._server.writing() as connection, connection.transaction():
            await connection.executemany(f"INSERT INTO decision ({_DECISION}) VALUES ({marks})", rows)  # noqa: S608 - literals

    async def decisions(self, site: str) -> list[DecisionRow]:
        return await self._decisions(
            "id IN (SELECT max(id) FROM decision WHERE site = $1 GROUP BY kind, name, host) AND category IS NOT NULL"
            " ORDER BY kind, host, name",
            site,
        )

    async def decisions_about(self, kind: str, name: str) -> list[DecisionRow]:
        rows = await self._server.fetch(
            f"SELECT {_DECISION} FROM decision WHERE id IN (SELECT max(id) FROM decision WHERE name = $1 AND kind = $2"  # noqa: S608 - a literal
            " GROUP BY site, host) AND category IS NOT NULL ORDER BY id DESC",
            name, kind,
        )  # fmt: skip
        return [DecisionRow(*row) for row in rows]

    async def decision_history(self, site: str) -> list[DecisionRow]:
        return await self._decisions("site = $1 ORDER BY id", site)

    async def _decisions(self, condition: str, site: str) -> list[DecisionRow]:
        sql = f"SELECT {_DECISION} FROM decision WHERE {condition}"  # noqa: S608 - both are literals of this module
        return [DecisionRow(*row) for row in await self._server.fetch(sql, site)]

    # --- tokens

    async def add_token(self, row: TokenRow) -> None:
        marks = ", ".join(f"${place}" for place in range(1, len(row) + 1))
        async with self._server.writing() as connection:
            await connection.execute(f"INSERT INTO token ({_TOKEN}) VALUES ({marks})", *row)  # noqa: S608 - literals

    async def token(self, token_id: str) -> TokenRow | None:
        rows = await self._server.fetch(f"SELECT {_TOKEN} FROM token WHERE id = $1", token_id)  # noqa: S608 - a literal
        return TokenRow(*rows[0]) if rows else None

    async def tokens(self) -> list[TokenRow]:
        rows = await self._server.fetch(f"SELECT {_TOKEN} FROM token ORDER BY created, id")  # noqa: S608 - a literal
        return [TokenRow(*row) for row in rows]

    async def revoke_token(self, token_id: str, time: int) -> bool:
        sql = "UPDATE token SET revoked = $1 WHERE id = $2 AND revoked IS NULL"
        async with self._server.writing() as connection:
            return str(await connection.execute(sql, time, token_id)) == "UPDATE 1"
