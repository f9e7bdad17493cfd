"""What a PostgreSQL database keeps of the rights desk."""

# ruff: noqa: D102 - RightsStore, the protocol, documents these methods
# ruff: noqa: S608 - what is joined into statements are literals

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from consent.store.postgresql_server import PostgresqlServer
from consent.store.rights_store import NewStep, RequestRow, StepRow

_REQUEST = ", ".join(RequestRow._fields)
_STEP = ", ".join(StepRow._fields)
_ADD = (
    f"INSERT INTO rights_request ({_REQUEST})"
    f" VALUES ({', '.join(f'${place + 1}' for place in range(len(RequestRow._fields)))})"
)
_ADD_STEP = (
    f"INSERT INTO rights_step ({_STEP}) SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5"
    " FROM rights_step WHERE request_id = $1"
)
_TAKE = (
    "UPDATE rights_request SET state = coalesce($1, state), due_ms = coalesce($2::bigint, due_ms),"
    " extended_ms = CASE WHEN $2::bigint IS NULL THEN extended_ms ELSE $3 END,"
    " closed_ms = CASE WHEN $4 THEN $3 END"
    " WHERE request_id = $5 AND state = 'open' AND ($2::bigint IS NULL OR extended_ms IS NULL) RETURNING request_id"
)
_OF = "subject = ANY($1) AND site = ANY($2)"


class PostgresqlRights:
    """The part of `consent.store.Store` that is about rights; `PostgresqlStore` adds the rest."""

    _server: PostgresqlServer

    async def add_request(self, row: RequestRow, steps: Sequence[NewStep], *, most: int) -> bool:
        async with self._server.writing() as connection, connection.transaction():
            # Two at once would each count without the other: those of one visitor take turns.
            await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", row.subject)
            count = "SELECT count(*) FROM rights_request WHERE subject = $1 AND site = $2"
            if await connection.fetchval(count, row.subject, row.site) >= most:
                return False
            await connection.execute(_ADD, *row)
            for step in steps:
                await _add_step(connection, step)
        return True

    async def take_step(self, step: NewStep) -> bool:
        closes = step.state not in {None, "open"}
        async with self._server.writing() as connection, connection.transaction():
            changed = await connection.fetchrow(
                _TAKE, step.state, step.due_ms, step.at_ms, closes, step.request_id
            )
            if changed is not None:
                await _add_step(connection, step)
        return changed is not None

    async def rights_request(self, request_id: str) -> RequestRow | None:
        rows = await self._server.fetch(
            f"SELECT {_REQUEST} FROM rights_request WHERE request_id = $1", request_id
        )
        return RequestRow(*rows[0]) if rows else None

    async def requests_of(self, subject: str) -> list[RequestRow]:
        sql = f"SELECT {_REQUEST} FROM rights_request WHERE subject = $1 ORDER BY received_ms, request_id"
        return [RequestRow(*row) for row in await self._server.fetch(sql, subject)]

    async def rights_requests(self, sites: Collection[str], *, is_open: bool, limit: int) -> list[RequestRow]:
        which, order = (
            ("state = 'open'", "due_ms, request_id")
            if is_open
            else ("closed_ms IS NOT NULL", "closed_ms DESC, request_id DESC")
        )
        rows = await self._server.fetch(
            f"SELECT {_REQUEST} FROM rights_request WHERE site = ANY($1) AND {which} ORDER BY {order} LIMIT $2",
            list(sites), limit,
        )  # fmt: skip
        return [RequestRow(*row) for row in rows]

    async def request_steps(self, request_ids: Collection[str]) -> list[StepRow]:
        sql = f"SELECT {_STEP} FROM rights_step WHERE request_id = ANY($1) ORDER BY request_id, number"
        return [StepRow(*row) for row in await self._server.fetch(sql, list(request_ids))]

    async def forget_requests(
        self, subjects: Collection[str], sites: Collection[str], at_ms: int, *, closed_only: bool
    ) -> int:
        closed = " AND state <> 'open'" if closed_only else ""
        async with self._server.writing() as connection, connection.transaction():
            rows = await connection.fetch(
                f"SELECT request_id, state FROM rights_request WHERE {_OF}{closed} ORDER BY request_id FOR UPDATE",
                list(subjects), list(sites),
            )  # fmt: skip
            ids = [row[0] for row in rows]
            chosen = "WHERE request_id = ANY($1)"
            await connection.execute(
                f"UPDATE rights_request SET message = '', contact = '', record_id = '' {chosen}", ids
            )
            await connection.execute(f"UPDATE rights_step SET text = '' {chosen}", ids)
            opened = [row[0] for row in rows if row[1] == "open"]
            await connection.execute(
                f"UPDATE rights_request SET state = 'erased', closed_ms = $2 {chosen}", opened, at_ms
            )
            for request_id in opened:
                await _add_step(connection, NewStep(request_id, at_ms, "erased", "visitor", ""))
        return len(ids)


async def _add_step(connection: Any, step: NewStep) -> None:
    await connection.execute(_ADD_STEP, step.request_id, step.at_ms, step.what, step.actor, step.text)
