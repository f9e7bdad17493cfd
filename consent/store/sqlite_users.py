"""What a SQLite file keeps of people: accounts of the dashboard, and their sessions."""

# ruff: noqa: D102 - UserStore, the protocol, documents these methods

from __future__ import annotations

from typing import Any

from consent.store.sqlite_file import SqliteFile
from consent.store.user_store import AccountRow, SessionRow

_ACCOUNT = ", ".join(AccountRow._fields)
_SESSION = ", ".join(SessionRow._fields)
_WITH_ACCOUNT = (
    f"SELECT {', '.join(f's.{name}' for name in SessionRow._fields)}, {', '.join(f'a.{name}' for name in AccountRow._fields)}"  # noqa: S608 - literals
    " FROM account_session s JOIN account a ON a.name = s.account WHERE s.sha256 = ?"
)


class SqliteUsers:
    """The part of `consent.store.Store` that knows people; `SqliteStore` adds the log."""

    _file: SqliteFile

    async def add_account(self, row: AccountRow) -> bool:
        marks = ", ".join("?" * len(row))
        sql = f"INSERT INTO account ({_ACCOUNT}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 - literals
        return await self._changed(sql, *row)

    async def account(self, name: str) -> AccountRow | None:
        rows = await self._file.fetch(f"SELECT {_ACCOUNT} FROM account WHERE name = ?", (name,))  # noqa: S608 - a literal
        return AccountRow._make(rows[0]) if rows else None

    async def accounts(self) -> list[AccountRow]:
        rows = await self._file.fetch(f"SELECT {_ACCOUNT} FROM account ORDER BY name")  # noqa: S608 - a literal
        return [AccountRow._make(row) for row in rows]

    async def set_account_password(self, name: str, password: str, time: int) -> bool:
        return await self._file.write(self._set_account_password, name, password, time)

    def _set_account_password(self, name: str, password: str, time: int) -> bool:
        sql = "UPDATE account SET password = ?, changed = ? WHERE name = ?"
        with self._file.transaction() as connection:
            connection.execute("DELETE FROM account_session WHERE account = ?", (name,))
            return connection.execute(sql, (password, time, name)).rowcount == 1

    async def remove_account(self, name: str) -> bool:
        return await self._changed("DELETE FROM account WHERE name = ?", name)

    async def add_session(self, row: SessionRow) -> None:
        await self._file.write(self._add_session, row)

    def _add_session(self, row: SessionRow) -> None:
        marks = ", ".join("?" * len(row))
        with self._file.transaction() as connection:
            connection.execute("DELETE FROM account_session WHERE expires <= ?", (row.created,))
            connection.execute(f"INSERT INTO account_session ({_SESSION}) VALUES ({marks})", row)  # noqa: S608 - literals

    async def session(self, sha256: bytes) -> tuple[SessionRow, AccountRow] | None:
        rows = await self._file.fetch(_WITH_ACCOUNT, (sha256,))
        if not rows:
            return None
        width = len(SessionRow._fields)
        return SessionRow._make(rows[0][:width]), AccountRow._make(rows[0][width:])

    async def touch_session(self, sha256: bytes, time: int) -> None:
        await self._changed("UPDATE account_session SET seen = ? WHERE sha256 = ?", time, sha256)

    async def end_session(self, sha256: bytes) -> bool:
        return await self._changed("DELETE FROM account_session WHERE sha256 = ?", sha256)

    async def _changed(self, sql: str, *parameters: Any) -> bool:
        return await self._file.write(self._change, sql, parameters)

    def _change(self, sql: str, parameters: tuple[Any, ...]) -> bool:
        with self._file.transaction() as connection:
            return connection.execute(sql, parameters).rowcount == 1
