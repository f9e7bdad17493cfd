"""What a SQLite file keeps of the rights desk."""

# ruff: noqa: D102 - RightsStore, the protocol, documents these methods
# ruff: noqa: S608 - what is joined into statements are literals

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence

from consent.store.rights_store import NewStep, RequestRow, StepRow
from consent.store.sqlite_file import SqliteFile

_REQUEST = ", ".join(RequestRow._fields)
_STEP = ", ".join(StepRow._fields)
_ADD = (
    f"INSERT INTO rights_request ({_REQUEST}) SELECT {', '.join('?' * len(RequestRow._fields))}"
    " WHERE (SELECT count(*) FROM rights_request WHERE subject = ? AND site = ?) < ?"
)
_ADD_STEP = (
    f"INSERT INTO rights_step ({_STEP}) VALUES"
    " (?1, (SELECT coalesce(max(number), 0) + 1 FROM rights_step WHERE request_id = ?1), ?2, ?3, ?4, ?5)"
)
_OF = "subject IN (SELECT value FROM json_each(?)) AND site IN (SELECT value FROM json_each(?))"


class SqliteRights:
    """The part of `consent.store.Store` that is about rights; `SqliteStore` adds the rest."""

    _file: SqliteFile

    async def add_request(self, row: RequestRow, steps: Sequence[NewStep], *, most: int) -> bool:
        return await self._file.write(self._add_request, row, steps, most)

    def _add_request(self, row: RequestRow, steps: Sequence[NewStep], most: int) -> bool:
        with self._file.transaction() as connection:
            if not connection.execute(_ADD, (*row, row.subject, row.site, most)).rowcount:
                return False
            for step in steps:
                _add_step(connection, step)
        return True

    async def take_step(self, step: NewStep) -> bool:
        return await self._file.write(self._take_step, step)

    def _take_step(self, step: NewStep) -> bool:
        extends = step.due_ms is not None
        with self._file.transaction() as connection:
            changed = connection.execute(
                "UPDATE rights_request SET state = coalesce(?, state), due_ms = coalesce(?, due_ms),"
                " extended_ms = CASE WHEN ? THEN ? ELSE extended_ms END, closed_ms = CASE WHEN ? THEN ? END"
                " WHERE request_id = ? AND state = 'open' AND NOT (? AND extended_ms IS NOT NULL)",
                (
                    step.state, step.due_ms, extends, step.at_ms, step.state not in {None, "open"}, step.at_ms,
                    step.request_id, extends,
                ),
            ).rowcount  # fmt: skip
            if changed:
                _add_step(connection, step)
        return bool(changed)

    async def rights_request(self, request_id: str) -> RequestRow | None:
        rows = await self._file.fetch(
            f"SELECT {_REQUEST} FROM rights_request WHERE request_id = ?", (request_id,)
        )
        return RequestRow._make(rows[0]) if rows else None

    async def requests_of(self, subject: str) -> list[RequestRow]:
        sql = f"SELECT {_REQUEST} FROM rights_request WHERE subject = ? ORDER BY received_ms, request_id"
        return [RequestRow._make(row) for row in await self._file.fetch(sql, (subject,))]

    async def rights_requests(self, sites: Collection[str], *, is_open: bool, limit: int) -> list[RequestRow]:
        which, order = (
            ("state = 'open'", "due_ms, request_id")
            if is_open
            else ("closed_ms IS NOT NULL", "closed_ms DESC, request_id DESC")
        )
        rows = await self._file.fetch(
            f"SELECT {_REQUEST} FROM rights_request WHERE site IN (SELECT value FROM json_each(?)) AND {which}"
            f" ORDER BY {order} LIMIT ?",
            (json.dumps(list(sites)), limit),
        )
        return [RequestRow._make(row) for row in rows]

    async def request_steps(self, request_ids: Collection[str]) -> list[StepRow]:
        rows = await self._file.fetch(
            f"SELECT {_STEP} FROM rights_step WHERE request_id IN (SELECT value FROM json_each(?))"
            " ORDER BY request_id, number",
            (json.dumps(list(request_ids)),),
        )
        return [StepRow._make(row) for row in rows]

    async def forget_requests(
        self, subjects: Collection[str], sites: Collection[str], at_ms: int, *, closed_only: bool
    ) -> int:
        which = (json.dumps(list(subjects)), json.dumps(list(sites)))
        known = f"SELECT request_id FROM rights_request WHERE {_OF}"
        if not await self._file.fetch(f"{known} LIMIT 1", which):
            return 0  # an erasure of many without a request must not write
        return await self._file.write(self._forget_requests, which, at_ms, closed_only)

    def _forget_requests(self, which: tuple[str, str], at_ms: int, closed_only: bool) -> int:
        closed = " AND state <> 'open'" if closed_only else ""
        with self._file.transaction() as connection:
            found = [
                row[0]
                for row in connection.execute(
                    f"SELECT request_id FROM rights_request WHERE {_OF}{closed}", which
                )
            ]
            ids = (json.dumps(found),)
            chosen = "request_id IN (SELECT value FROM json_each(?))"
            opened = connection.execute(
                f"SELECT request_id FROM rights_request WHERE {chosen} AND state = 'open'", ids
            ).fetchall()
            connection.execute(
                f"UPDATE rights_request SET message = '', contact = '', record_id = '' WHERE {chosen}", ids
            )
            connection.execute(f"UPDATE rights_step SET text = '' WHERE {chosen}", ids)
            for (request_id,) in opened:
                connection.execute(
                    "UPDATE rights_request SET state = 'erased', closed_ms = ? WHERE request_id = ?",
                    (at_ms, request_id),
                )
                _add_step(connection, NewStep(request_id, at_ms, "erased", "visitor", ""))
        self._file.empty_wal()
        return len(found)


def _add_step(connection: sqlite3.Connection, step: NewStep) -> None:
    connection.execute(_ADD_STEP, (step.request_id, step.at_ms, step.what, step.actor, step.text))
