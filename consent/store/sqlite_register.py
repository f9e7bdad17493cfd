"""What a SQLite file keeps beside the log: publications, decisions about items, tokens."""

# ruff: noqa: D102 - Store, the protocol, documents these methods

from __future__ import annotations

from collections.abc import Sequence

from consent.store.entries import DecisionRow, NewPublication, Notice, PictureRow, Publication, TokenRow
from consent.store.sqlite_file import SqliteFile

_DECISION = ", ".join(DecisionRow._fields)
_PUBLICATION = "id, site, notice_version, inventory_sha256, scan_id, published, published_by"
_PICTURE = ", ".join(PictureRow._fields)
_TOKEN = ", ".join(TokenRow._fields)


class SqliteRegister:
    """The part of `consent.store.Store` that no seal covers; `SqliteStore` adds the log."""

    _file: SqliteFile

    # --- publications

    async def publish(self, publication: NewPublication, time: int) -> Publication:
        return await self._file.write(self._publish, publication, time)

    def _publish(self, new: NewPublication, time: int) -> Publication:
        with self._file.transaction() as connection:
            connection.execute(
                "INSERT INTO notice VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (new.notice_version, new.site, new.notice, time),
            )
            connection.execute(
                "INSERT INTO inventory VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (new.inventory_sha256, new.site, new.inventory, time),
            )
            row = connection.execute(
                f"INSERT INTO publication ({_PUBLICATION}) VALUES (NULL, ?, ?, ?, ?, ?, ?) RETURNING {_PUBLICATION}",  # noqa: S608 - literals
                (new.site, new.notice_version, new.inventory_sha256, new.scan_id, time, new.published_by),
            ).fetchone()
        return Publication._make(row)

    async def publications(self) -> list[Publication]:
        rows = await self._file.fetch(
            f"SELECT {_PUBLICATION} FROM publication WHERE id IN (SELECT max(id) FROM publication GROUP BY site)"  # noqa: S608 - a literal
            " ORDER BY site",
        )
        return [Publication._make(row) for row in rows]

    async def publication_history(self, site: str, *, limit: int) -> list[Publication]:
        rows = await self._file.fetch(
            f"SELECT {_PUBLICATION} FROM (SELECT *, lag(inventory_sha256) OVER (ORDER BY id) AS before"  # noqa: S608 - a literal
            " FROM publication WHERE site = ?) WHERE before IS NOT inventory_sha256 ORDER BY id DESC LIMIT ?",
            (site, limit),
        )
        return [Publication._make(row) for row in reversed(rows)]

    async def site_publications(
        self, site: str, *, before: int | None = None, limit: int
    ) -> list[Publication]:
        rows = await self._file.fetch(
            f"SELECT {_PUBLICATION} FROM publication WHERE site = ?1 AND (?2 IS NULL OR id < ?2) ORDER BY id DESC LIMIT ?3",  # noqa: S608 - a literal
            (site, before, limit),
        )
        return [Publication._make(row) for row in rows]

    async def first_publication(self, site: str) -> Publication | None:
        rows = await self._file.fetch(
            f"SELECT {_PUBLICATION} FROM publication WHERE site = ? ORDER BY id LIMIT 1",  # noqa: S608 - a literal
            (site,),
        )
        return Publication._make(rows[0]) if rows else None

    async def publication_version(self) -> int:
        rows = await self._file.fetch("SELECT max(id) FROM publication")
        return rows[0][0] or 0

    async def notice(self, version: str) -> Notice | None:
        rows = await self._file.fetch(
            "SELECT version, notice.site, content, scan_id FROM notice"
            " JOIN publication ON notice_version = version WHERE version = ? ORDER BY id DESC LIMIT 1",
            (version,),
        )
        return Notice._make(rows[0]) if rows else None

    async def notice_versions(self) -> list[str]:
        rows = await self._file.fetch("SELECT version FROM notice ORDER BY created, version")
        return [row[0] for row in rows]

    async def inventory(self, sha256: str) -> bytes | None:
        rows = await self._file.fetch("SELECT content FROM inventory WHERE sha256 = ?", (sha256,))
        return rows[0][0] if rows else None

    async def add_picture(self, row: PictureRow) -> None:
        await self._file.write(self._add_picture, row)

    def _add_picture(self, row: PictureRow) -> None:
        with self._file.transaction() as connection:
            connection.execute(
                f"INSERT INTO picture ({_PICTURE}, created) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",  # noqa: S608 - a literal
                (*row, self._file.clock()),
            )

    async def pictures(self, notice_version: str) -> list[PictureRow]:
        sql = f"SELECT {_PICTURE} FROM picture WHERE notice_version = ? ORDER BY created, form"  # noqa: S608 - a literal
        return [PictureRow._make(row) for row in await self._file.fetch(sql, (notice_version,))]

    # --- decisions about items

    async def decide(self, rows: Sequence[DecisionRow]) -> None:
        await self._file.write(self._decide, rows)

    def _decide(self, rows: Sequence[DecisionRow]) -> None:
        marks = ", ".join("?" * len(DecisionRow._fields))
        with self._file.transaction() as connection:
            connection.executemany(f"INSERT INTO decision ({_DECISION}) VALUES ({marks})", rows)  # noqa: S608 - literals

    async def decisions(self, site: str) -> list[DecisionRow]:
        return await self._decisions(
            "id IN (SELECT max(id) FROM decision WHERE site = ? GROUP BY kind, name, host) AND category IS NOT NULL"
            " ORDER BY kind, host, name",
            site,
        )

    async def decisions_about(self, kind: str, name: str) -> list[DecisionRow]:
        sql = (
            f"SELECT {_DECISION} FROM decision WHERE id IN (SELECT max(id) FROM decision WHERE name = ? AND kind = ?"  # noqa: S608 - a literal
            " GROUP BY site, host) AND category IS NOT NULL ORDER BY id DESC"
        )
        return [DecisionRow._make(row) for row in await self._file.fetch(sql, (name, kind))]

    async def decision_history(self, site: str) -> list[DecisionRow]:
        return await self._decisions("site = ? ORDER BY id", site)

    async def _decisions(self, condition: str, site: str) -> list[DecisionRow]:
        sql = f"SELECT {_DECISION} FROM decision WHERE {condition}"  # noqa: S608 - both are literals of this module
        return [DecisionRow._make(row) for row in await self._file.fetch(sql, (site,))]

    # --- tokens

    async def add_token(self, row: TokenRow) -> None:
        await self._file.write(self._add_token, row)

    def _add_token(self, row: TokenRow) -> None:
        marks = ", ".join("?" * len(row))
        with self._file.transaction() as connection:
            connection.execute(f"INSERT INTO token ({_TOKEN}) VALUES ({marks})", row)  # noqa: S608 - literals

    async def token(self, token_id: str) -> TokenRow | None:
        rows = await self._file.fetch(f"SELECT {_TOKEN} FROM token WHERE id = ?", (token_id,))  # noqa: S608 - a literal
        return TokenRow._make(rows[0]) if rows else None

    async def tokens(self) -> list[TokenRow]:
        rows = await self._file.fetch(f"SELECT {_TOKEN} FROM token ORDER BY created, id")  # noqa: S608 - a literal
        return [TokenRow._make(row) for row in rows]

    async def revoke_token(self, token_id: str, time: int) -> bool:
        return await self._file.write(self._revoke_token, token_id, time)

    def _revoke_token(self, token_id: str, time: int) -> bool:
        sql = "UPDATE token SET revoked = ? WHERE id = ? AND revoked IS NULL"
        with self._file.transaction() as connection:
            return connection.execute(sql, (time, token_id)).rowcount == 1
