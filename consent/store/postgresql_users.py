"""What a PostgreSQL database keeps of people: accounts of the dashboard, and their sessions."""

# ruff: noqa: D102 - UserStore, the protocol, documents these methods

from __future__ import annotations

from typing import Any

from consent.store.postgresql_server import PostgresqlServer
from consent.store.user_store import AccountRow, SessionRow

_ACCOUNT = ", ".join(AccountRow._fields)
_SESSION = ", ".join(SessionRow._fields)
_WITH_ACCOUNT = (
    f"SELECT {', '.join(f's.{name}' for name in SessionRow._fields)}, {', '.join(f'a.{name}' for name in AccountRow._fields)}"  # noqa: S608 - literals
    " FROM account_session s JOIN account a ON a.name = s.account WHERE s.sha256 = $1"
)


class PostgresqlUsers:
    """The part of `consent.store.Store` that knows people; `PostgresqlStore` adds the log."""

    _server: PostgresqlServer

    async def add_account(self, row: AccountRow) -> bool:
        sql = f"INSERT INTO account ({_ACCOUNT}) VALUES ({_marks(row)}) ON CONFLICT DO NOTHING"  # noqa: S608 - literals
        return await self._changed(sql, *row)

    async def account(self, name: str) -> AccountRow | None:
        rows = await self._server.fetch(f"SELECT {_ACCOUNT} FROM account WHERE name = $1", name)  # noqa: S608 - a literal
        return AccountRow(*rows[0]) if rows else None

    async def accounts(self) -> list[AccountRow]:
        rows = await self._server.fetch(f"SELECT {_ACCOUNT} FROM account ORDER BY name")  # noqa: S608 - a literal
        return [AccountRow(*row) for row in rows]

    async def set_account_password(self, name: str, password: str, time: int) -> bool:
        sql = "UPDATE account SET password = $1, changed = $2 WHERE name = $3"
        async with self._server.writing() as connection, connection.transaction():
            await connection.execute("DELETE FROM account_session WHERE account = $1", name)
            return _one(await connection.execute(sql, password, time, name))

    async def remove_account(self, name: str) -> bool:
        return await self._changed("DELETE FROM account WHERE name = $1", name)

    async def add_session(self, row: SessionRow) -> None:
        async with self._server.writing() as connection, connection.transaction():
            await connection.execute("DELETE FROM account_session WHERE expires <= $1", row.created)
            await connection.execute(
                f"INSERT INTO account_session ({_SESSION}) VALUES ({_marks(row)})",  # noqa: S608 - literals
                *row,
            )

    async def session(self, sha256: bytes) -> tuple[SessionRow, AccountRow] | None:
        rows = await self._server.fetch(_WITH_ACCOUNT, sha256)
        if not rows:
            return None
        row, width = tuple(rows[0]), len(SessionRow._fields)
        return SessionRow(*row[:width]), AccountRow(*row[width:])

    async def touch_session(self, sha256: bytes, time: int) -> None:
        await self._changed("UPDATE account_session SET seen = $1 WHERE sha256 = $2", time, sha256)

    async def end_session(self, sha256: bytes) -> bool:
        return await self._changed("DELETE FROM account_session WHERE sha256 = $1", sha256)

    async def _changed(self, sql: str, *parameters: Any) -> bool:
        async with self._server.writing() as connection:
            return _one(await connection.execute(sql, *parameters))


def _marks(row: tuple[Any, ...]) -> str:
    return ", ".join(f"${place}" for place in range(1, len(row) + 1))


def _one(tag: str) -> bool:
    """Whether a command's tag, such as ``DELETE 1``, tells of exactly one row."""
    return str(tag).endswith(" 1")
