"""What a PostgreSQL database keeps of scans.

Who does which run is the job queue's to say: `unhanded_scans` are those that it has not been told of yet.
"""

# ruff: noqa: D102 - ScanStore, the protocol, documents these methods
# ruff: noqa: S608 - what is joined into statements are literals of this module and of scan_rows

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import msgspec

from consent.model.scans import (
    ALL_ITEMS,
    ItemFilter,
    ItemKey,
    ItemSighting,
    PlannedScan,
    ScanChange,
    ScanItem,
    ScanRun,
)
from consent.store.postgresql_server import PostgresqlServer
from consent.store.scan_rows import (
    CHANGE,
    ITEM,
    ITEM_COLUMNS,
    RESULT_COLUMNS,
    RUN,
    RUN_COLUMNS,
    by_site,
    conditions,
    item_of,
    item_row,
    key_of,
    result_row,
    run_of,
    run_row,
    stored_artefacts,
    unpacked,
)

SCAN_LOCK_CLASS = 0x7363616E
"""First key of the advisory locks on a site's results: "scan" in ASCII. The second is a hash of the site's id."""


def _marks(count: int, first: int = 1) -> str:
    return ", ".join(f"${place}" for place in range(first, first + count))


_INSERT = f"INSERT INTO scan_run ({RUN}) VALUES ({_marks(len(RUN_COLUMNS))})"
_QUEUE = (
    f"{_INSERT} ON CONFLICT (site) WHERE status = 'queued'"
    f" DO UPDATE SET due_ms = least(scan_run.due_ms, excluded.due_ms), handed = false RETURNING {RUN}"
)
_TAKE = (
    "UPDATE scan_run SET status = 'running', worker = $2, started_ms = $3, attempts = attempts + 1,"
    " pages_done = 0, pages_total = 0, state = '', message = ''"
    f" WHERE scan_id = $1 AND status IN ('queued', 'running') RETURNING {RUN}"
)
_MINE = "scan_id = $1 AND worker = $2 AND status = 'running'"
_FINISH = (
    "UPDATE scan_run SET status = 'finished', finished_ms = $3, state = '', message = $4, pages_done = $5, pages_total = $6, "
    + ", ".join(f"{name} = ${place}" for place, name in enumerate(RESULT_COLUMNS, 7))
    + f" WHERE {_MINE}"
)
_ADD_ITEM = (
    f"INSERT INTO scan_item (site, first_number, last_number, {ITEM})"
    f" VALUES ($1, $2, $2, {_marks(len(ITEM_COLUMNS), 3)})"
)


class PostgresqlScans:
    """The part of `consent.store.Store` that is about scans."""

    _server: PostgresqlServer

    # --- waiting and running

    async def queue_scan(self, run: ScanRun) -> ScanRun:
        async with self._server.writing() as connection:
            return run_of(await connection.fetchrow(_QUEUE, *run_row(run)))

    async def unhanded_scans(self, now_ms: int, limit: int) -> list[ScanRun]:
        """Return runs that are due and that the job queue was not told of, those that are due first at the front."""
        return await self._runs(
            "WHERE status = 'queued' AND NOT handed AND due_ms <= $1 ORDER BY due_ms, scan_id LIMIT $2",
            now_ms, limit,
        )  # fmt: skip

    async def hand_over_scan(self, scan_id: str) -> None:
        """Note that the job queue was told of a run."""
        await self._change_run("UPDATE scan_run SET handed = true WHERE scan_id = $1", scan_id)

    async def take_scan(self, scan_id: str, worker: str, now_ms: int) -> ScanRun | None:
        async with self._server.writing() as connection:
            try:
                row = await connection.fetchrow(_TAKE, scan_id, worker, now_ms)
            except asyncpg.UniqueViolationError:  # another run of the site is running
                return None
            return run_of(row) if row else None

    async def scan_progress(
        self, scan_id: str, worker: str, now_ms: int, *, state: str, pages_done: int, pages_total: int
    ) -> bool:
        del now_ms  # whether the worker is alive is for the job queue to see
        return await self._change_run(
            f"UPDATE scan_run SET state = $3, pages_done = $4, pages_total = $5 WHERE {_MINE}",
            scan_id, worker, state, pages_done, pages_total,
        )  # fmt: skip

    async def put_back_scan(self, scan_id: str, worker: str, due_ms: int, message: str) -> bool:
        sql = (
            f"UPDATE scan_run SET status = 'queued', due_ms = $3, message = $4, handed = false WHERE {_MINE}"
            " AND site NOT IN (SELECT site FROM scan_run WHERE status = 'queued')"
        )
        async with self._server.writing() as connection:
            try:
                changed = await connection.execute(sql, scan_id, worker, due_ms, message)
            except asyncpg.UniqueViolationError:  # one was queued at the same moment
                return False
        return str(changed).endswith(" 1")

    async def fail_scan(self, scan_id: str, worker: str, now_ms: int, message: str) -> bool:
        return await self._change_run(
            f"UPDATE scan_run SET status = 'failed', finished_ms = $3, message = $4 WHERE {_MINE}",
            scan_id, worker, now_ms, message,
        )  # fmt: skip

    async def cancel_scan(self, scan_id: str, now_ms: int, message: str) -> bool:
        return await self._change_run(
            "UPDATE scan_run SET status = 'failed', worker = '', finished_ms = $2, message = $3 WHERE scan_id = $1 AND status = 'queued'",
            scan_id, now_ms, message,
        )  # fmt: skip

    async def _change_run(self, sql: str, *parameters: Any) -> bool:
        async with self._server.writing() as connection:
            return str(await connection.execute(sql, *parameters)).endswith(" 1")

    # --- results

    async def finish_scan(
        self, run: ScanRun, items: Sequence[ScanItem], change: ScanChange, artefacts: Mapping[str, bytes]
    ) -> bool:
        stored = stored_artefacts(change, artefacts)
        async with self._server.writing() as connection, connection.transaction():
            run = await self._numbered(connection, run)
            done = (run.finished_ms, run.message, run.pages_done, run.pages_total)
            finished = await connection.execute(_FINISH, run.scan_id, run.worker, *done, *result_row(run))
            if not str(finished).endswith(" 1"):
                return False
            await self._add_result(connection, run, items, stored)
            return True

    async def record_scan(
        self, run: ScanRun, items: Sequence[ScanItem], change: ScanChange, artefacts: Mapping[str, bytes]
    ) -> None:
        stored = stored_artefacts(change, artefacts)
        async with self._server.writing() as connection, connection.transaction():
            run = msgspec.structs.replace(await self._numbered(connection, run), status="finished")
            await connection.execute(_INSERT, *run_row(run))
            await self._add_result(connection, run, items, stored)

    @staticmethod
    async def _numbered(connection: asyncpg.Connection, run: ScanRun) -> ScanRun:
        """Give the next number; whoever stores another result of the site waits until this one is stored."""
        await connection.execute("SELECT pg_advisory_xact_lock($1, hashtext($2))", SCAN_LOCK_CLASS, run.site)
        last = await connection.fetchval("SELECT max(number) FROM scan_run WHERE site = $1", run.site)
        return msgspec.structs.replace(run, number=(last or 0) + 1)

    @staticmethod
    async def _add_result(
        connection: asyncpg.Connection, run: ScanRun, items: Sequence[ScanItem], artefacts: dict[str, bytes]
    ) -> None:
        number = run.number or 0
        rows = await connection.fetch(
            "SELECT id, kind, name, host, content FROM scan_item WHERE site = $1 AND last_number = $2",
            run.site, number - 1,
        )  # fmt: skip
        before = {(row[1], row[2], row[3]): row for row in rows}
        same, added = [], []
        for item in map(item_row, items):
            known = before.get(key_of(item))
            if known is not None and known[4] == item[-1]:
                same.append(known[0])
            else:
                added.append((run.site, number, *item))
        await connection.execute(
            "UPDATE scan_item SET last_number = $1 WHERE id = ANY ($2::bigint[])", number, same
        )
        await connection.executemany(_ADD_ITEM, added)
        await connection.executemany(
            "INSERT INTO scan_artefact (scan_id, name, content) VALUES ($1, $2, $3)",
            [(run.scan_id, name, content) for name, content in artefacts.items()],
        )

    # --- reading

    async def scans(self, site: str | None, *, before: str | None = None, limit: int) -> list[ScanRun]:
        return await self._runs(
            "WHERE ($1::text IS NULL OR site = $1) AND ($2::text IS NULL OR scan_id < $2) ORDER BY scan_id DESC LIMIT $3",
            site, before, limit,
        )  # fmt: skip

    async def open_scans(self) -> list[ScanRun]:
        return await self._runs("WHERE status = 'running' OR status = 'queued' ORDER BY scan_id")

    async def latest_scans(self) -> list[ScanRun]:
        return await self.trend(None, 1)

    async def trend(self, site: str | None, limit: int) -> list[ScanRun]:
        return await self._runs(
            "JOIN (SELECT site AS of_site, max(number) AS last FROM scan_run WHERE number IS NOT NULL"
            " AND ($1::text IS NULL OR site = $1) GROUP BY site) AS newest ON site = of_site"
            " WHERE number IS NOT NULL AND number > last - $2 ORDER BY site, number",
            site, limit,
        )  # fmt: skip

    async def trends(self, sites: Sequence[str], limit: int) -> dict[str, list[ScanRun]]:
        runs = await self._runs(
            "JOIN (SELECT site AS of_site, max(number) AS last FROM scan_run WHERE number IS NOT NULL"
            " AND site = ANY($1::text[]) GROUP BY site) AS newest ON site = of_site"
            " WHERE number IS NOT NULL AND number > last - $2 ORDER BY site, number",
            list(sites), limit,
        )  # fmt: skip
        return by_site(runs)

    async def scan(self, scan_id: str) -> ScanRun | None:
        found = await self._runs("WHERE scan_id = $1", scan_id)
        return found[0] if found else None

    async def _runs(self, condition: str, *parameters: Any) -> list[ScanRun]:
        rows = await self._server.fetch(f"SELECT {RUN} FROM scan_run {condition}", *parameters)
        return [run_of(tuple(row)) for row in rows]

    async def scan_items(
        self, scan_id: str, wanted: ItemFilter = ALL_ITEMS, *, after: ItemKey | None = None, limit: int
    ) -> list[ScanItem]:
        run = await self.scan(scan_id)
        if run is None or run.number is None:
            return []
        values: list[Any] = [run.site, run.number]
        where = ""
        for part in conditions(wanted, after):
            marks = [f"${len(values) + place}" for place in range(1, len(part.parameters) + 1)]
            where += " AND " + part.sql.format(*marks)
            values.extend(part.parameters)
        values.append(limit)
        rows = await self._server.fetch(
            "SELECT content FROM scan_item WHERE site = $1 AND last_number >= $2 AND first_number <= $2"
            f"{where} ORDER BY host, name, kind LIMIT ${len(values)}",
            *values,
        )
        return [item_of(row[0]) for row in rows]

    async def items_to_review(
        self, site: str | None, *, kind: str = "", name: str = "", limit: int
    ) -> list[tuple[str, ScanItem]]:
        last = (
            "(SELECT max(number) FROM scan_run WHERE scan_run.site = scan_item.site AND number IS NOT NULL)"
        )
        asked = [("scan_item.site = ", site or ""), ("name = ", name), ("kind = ", kind)]
        given = [(sql, value) for sql, value in asked if value]
        where = "".join(f" AND {sql}${place}" for place, (sql, _) in enumerate(given, 1))
        values = [*(value for _, value in given), limit]
        sql = (
            f"SELECT site, content FROM scan_item WHERE (category = 'unclassified' OR reopened = 1) AND last_number = {last}"
            f"{where} ORDER BY site, host, name, kind LIMIT ${len(values)}"
        )
        rows = await self._server.fetch(sql, *values)
        return [(row[0], item_of(row[1])) for row in rows]

    async def scan_change(self, scan_id: str) -> ScanChange | None:
        content = await self.scan_artefact(scan_id, CHANGE)
        return None if content is None else msgspec.json.decode(content, type=ScanChange)

    async def scan_artefact(self, scan_id: str, name: str) -> bytes | None:
        rows = await self._server.fetch(
            "SELECT content FROM scan_artefact WHERE scan_id = $1 AND name = $2", scan_id, name
        )
        return unpacked(rows[0][0]) if rows else None

    async def item_history(
        self, site: str, kind: str, name: str, host: str, limit: int
    ) -> list[ItemSighting]:
        rows = await self._server.fetch(
            "SELECT scan_id, number, finished_ms, content FROM scan_run LEFT JOIN scan_item ON scan_item.site = scan_run.site"
            " AND kind = $1 AND name = $2 AND host = $3 AND number BETWEEN first_number AND last_number"
            " WHERE scan_run.site = $4 AND number IS NOT NULL ORDER BY number DESC LIMIT $5",
            kind, name, host, site, limit,
        )  # fmt: skip
        return [
            ItemSighting(
                scan_id=row[0], number=row[1], finished_ms=row[2], item=item_of(row[3]) if row[3] else None
            )
            for row in rows
        ]

    async def prune_scans(self, site: str, keep: int) -> int:
        async with self._server.writing() as connection, connection.transaction():
            first = await connection.fetchrow(
                "SELECT number, scan_id FROM scan_run WHERE site = $1 AND number IS NOT NULL"
                " ORDER BY number DESC LIMIT 1 OFFSET $2",
                site, max(keep, 1) - 1,
            )  # fmt: skip
            if first is None:
                return 0
            await connection.execute(
                "DELETE FROM scan_item WHERE site = $1 AND last_number < $2", site, first[0]
            )
            gone = await connection.execute(
                "DELETE FROM scan_run WHERE site = $1 AND (number < $2 OR status = 'failed' AND scan_id < $3)",
                site, *first,
            )  # fmt: skip
            return int(str(gone).rpartition(" ")[2])

    # --- schedules

    async def planned_scans(self) -> list[PlannedScan]:
        rows = await self._server.fetch("SELECT site, spec, next_ms FROM scan_schedule ORDER BY site")
        return [PlannedScan(site=row[0], spec=row[1], next_ms=row[2]) for row in rows]

    async def plan_scan(self, planned: PlannedScan) -> None:
        await self._change_run(
            "INSERT INTO scan_schedule (site, spec, next_ms) VALUES ($1, $2, $3)"
            " ON CONFLICT (site) DO UPDATE SET spec = excluded.spec, next_ms = excluded.next_ms",
            planned.site, planned.spec, planned.next_ms,
        )  # fmt: skip

    async def unplan_scan(self, site: str) -> None:
        await self._change_run("DELETE FROM scan_schedule WHERE site = $1", site)

    async def queue_planned(self, due: PlannedScan, next_ms: int, run: ScanRun) -> bool:
        async with self._server.writing() as connection, connection.transaction():
            moved = await connection.execute(
                "UPDATE scan_schedule SET next_ms = $1 WHERE site = $2 AND spec = $3 AND next_ms = $4",
                next_ms, due.site, due.spec, due.next_ms,
            )  # fmt: skip
            if not str(moved).endswith(" 1"):
                return False
            await connection.fetchrow(_QUEUE, *run_row(run))
            return True
