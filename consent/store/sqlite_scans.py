"""What a SQLite file keeps of scans, and its queue: a worker's claim to a run is a lease, which progress renews."""

# ruff: noqa: D102 - ScanStore and ScanQueue, the protocols, document these methods
# ruff: noqa: S608 - what is joined into statements are literals of this module and of scan_rows

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

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
from consent.store.scan_store import LEASE_MS
from consent.store.sqlite_file import SqliteFile

_MARKS = ", ".join("?" * len(RUN_COLUMNS))
_QUEUE = (
    f"INSERT INTO scan_run ({RUN}) VALUES ({_MARKS}) ON CONFLICT (site) WHERE status = 'queued'"
    f" DO UPDATE SET due_ms = min(due_ms, excluded.due_ms) RETURNING {RUN}"
)
_DUE = """
SELECT scan_id FROM scan_run
WHERE status = 'running' AND lease_ms < :now
   OR status = 'queued' AND due_ms <= :now AND site NOT IN (SELECT site FROM scan_run WHERE status = 'running')
ORDER BY due_ms, scan_id LIMIT 1
"""
_TAKE = (
    "UPDATE scan_run SET status = 'running', worker = ?, lease_ms = ?, started_ms = ?, attempts = attempts + 1,"
    " pages_done = 0, pages_total = 0, state = '', message = ''"
    f" WHERE scan_id = ? AND status IN ('queued', 'running') RETURNING {RUN}"
)
_MINE = "scan_id = ? AND worker = ? AND status = 'running'"
_FINISH = (
    "UPDATE scan_run SET status = 'finished', finished_ms = ?, state = '', message = ?, pages_done = ?, pages_total = ?, "
    + ", ".join(f"{name} = ?" for name in RESULT_COLUMNS)
    + f" WHERE {_MINE}"
)
_ADD_ITEM = (
    f"INSERT INTO scan_item (site, first_number, last_number, {ITEM})"
    f" VALUES (?, ?, ?, {', '.join('?' * len(ITEM_COLUMNS))})"
)


class SqliteScans:
    """The part of `consent.store.Store` that is about scans."""

    _file: SqliteFile

    # --- waiting and running

    async def queue_scan(self, run: ScanRun) -> ScanRun:
        return await self._file.write(self._queue_scan, run)

    def _queue_scan(self, run: ScanRun) -> ScanRun:
        with self._file.transaction() as connection:
            return run_of(connection.execute(_QUEUE, run_row(run)).fetchone())

    async def claim_scan(self, worker: str, now_ms: int) -> ScanRun | None:
        return await self._file.write(self._claim_scan, worker, now_ms)

    def _claim_scan(self, worker: str, now_ms: int) -> ScanRun | None:
        with self._file.transaction() as connection:
            due = connection.execute(_DUE, {"now": now_ms}).fetchone()
            return self._take(connection, due[0], worker, now_ms) if due else None

    async def take_scan(self, scan_id: str, worker: str, now_ms: int) -> ScanRun | None:
        return await self._file.write(self._take_scan, scan_id, worker, now_ms)

    def _take_scan(self, scan_id: str, worker: str, now_ms: int) -> ScanRun | None:
        with self._file.transaction() as connection:
            return self._take(connection, scan_id, worker, now_ms)

    @staticmethod
    def _take(connection: sqlite3.Connection, scan_id: str, worker: str, now_ms: int) -> ScanRun | None:
        try:
            row = connection.execute(_TAKE, (worker, now_ms + LEASE_MS, now_ms, scan_id)).fetchone()
        except sqlite3.IntegrityError:  # another run of the site is running
            return None
        return run_of(row) if row else None

    async def scan_progress(
        self, scan_id: str, worker: str, now_ms: int, *, state: str, pages_done: int, pages_total: int
    ) -> bool:
        return await self._change_run(
            f"UPDATE scan_run SET lease_ms = ?, state = ?, pages_done = ?, pages_total = ? WHERE {_MINE}",
            now_ms + LEASE_MS, state, pages_done, pages_total, scan_id, worker,
        )  # fmt: skip

    async def put_back_scan(self, scan_id: str, worker: str, due_ms: int, message: str) -> bool:
        return await self._change_run(
            f"UPDATE scan_run SET status = 'queued', due_ms = ?, message = ? WHERE {_MINE}"
            " AND site NOT IN (SELECT site FROM scan_run WHERE status = 'queued')",
            due_ms, message, scan_id, worker,
        )  # fmt: skip

    async def fail_scan(self, scan_id: str, worker: str, now_ms: int, message: str) -> bool:
        return await self._change_run(
            f"UPDATE scan_run SET status = 'failed', finished_ms = ?, message = ? WHERE {_MINE}",
            now_ms, message, scan_id, worker,
        )  # fmt: skip

    async def cancel_scan(self, scan_id: str, now_ms: int, message: str) -> bool:
        return await self._change_run(
            "UPDATE scan_run SET status = 'failed', worker = '', finished_ms = ?, message = ? WHERE scan_id = ? AND status = 'queued'",
            now_ms, message, scan_id,
        )  # fmt: skip

    async def _change_run(self, sql: str, *parameters: Any) -> bool:
        return await self._file.write(self._changed_run, sql, parameters)

    def _changed_run(self, sql: str, parameters: Sequence[Any]) -> bool:
        with self._file.transaction() as connection:
            return connection.execute(sql, parameters).rowcount == 1

    # --- results

    async def finish_scan(
        self, run: ScanRun, items: Sequence[ScanItem], change: ScanChange, artefacts: Mapping[str, bytes]
    ) -> bool:
        return await self._file.write(self._finish_scan, run, items, stored_artefacts(change, artefacts))

    def _finish_scan(self, run: ScanRun, items: Sequence[ScanItem], artefacts: dict[str, bytes]) -> bool:
        with self._file.transaction() as connection:
            run = self._numbered(connection, run)
            done = (run.finished_ms, run.message, run.pages_done, run.pages_total)
            finished = connection.execute(_FINISH, (*done, *result_row(run), run.scan_id, run.worker))
            if finished.rowcount != 1:
                return False
            self._add_result(connection, run, items, artefacts)
            return True

    async def record_scan(
        self, run: ScanRun, items: Sequence[ScanItem], change: ScanChange, artefacts: Mapping[str, bytes]
    ) -> None:
        await self._file.write(self._record_scan, run, items, stored_artefacts(change, artefacts))

    def _record_scan(self, run: ScanRun, items: Sequence[ScanItem], artefacts: dict[str, bytes]) -> None:
        with self._file.transaction() as connection:
            run = msgspec.structs.replace(self._numbered(connection, run), status="finished")
            connection.execute(f"INSERT INTO scan_run ({RUN}) VALUES ({_MARKS})", run_row(run))
            self._add_result(connection, run, items, artefacts)

    @staticmethod
    def _numbered(connection: sqlite3.Connection, run: ScanRun) -> ScanRun:
        last = connection.execute("SELECT max(number) FROM scan_run WHERE site = ?", (run.site,)).fetchone()
        return msgspec.structs.replace(run, number=(last[0] or 0) + 1)

    @staticmethod
    def _add_result(
        connection: sqlite3.Connection, run: ScanRun, items: Sequence[ScanItem], artefacts: dict[str, bytes]
    ) -> None:
        number = run.number or 0
        before = {
            tuple(row[1:4]): row
            for row in connection.execute(
                "SELECT id, kind, name, host, content FROM scan_item WHERE site = ? AND last_number = ?",
                (run.site, number - 1),
            )
        }
        same, added = [], []
        for row in map(item_row, items):
            known = before.get(key_of(row))
            if known is not None and known[4] == row[-1]:
                same.append((number, known[0]))
            else:
                added.append((run.site, number, number, *row))
        connection.executemany("UPDATE scan_item SET last_number = ? WHERE id = ?", same)
        connection.executemany(_ADD_ITEM, added)
        connection.executemany(
            "INSERT INTO scan_artefact (scan_id, name, content) VALUES (?, ?, ?)",
            [(run.scan_id, name, content) for name, content in artefacts.items()],
        )

    # --- reading

    async def scans(self, site: str | None, *, before: str | None = None, limit: int) -> list[ScanRun]:
        where = [("site = ?", site), ("scan_id < ?", before)]
        given = [(sql, value) for sql, value in where if value is not None]
        condition = " AND ".join(sql for sql, _ in given) or "true"
        values = (*(value for _, value in given), limit)
        return await self._runs(f"WHERE {condition} ORDER BY scan_id DESC LIMIT ?", *values)

    async def open_scans(self) -> list[ScanRun]:
        rows = await self._file.fetch(
            f"SELECT {RUN} FROM scan_run WHERE status = 'running'"
            f" UNION ALL SELECT {RUN} FROM scan_run WHERE status = 'queued' ORDER BY 1"
        )
        return [run_of(row) for row in rows]

    async def latest_scans(self) -> list[ScanRun]:
        return await self.trend(None, 1)

    async def trend(self, site: str | None, limit: int) -> list[ScanRun]:
        return await self._runs(
            "JOIN (SELECT site AS of_site, max(number) AS last FROM scan_run WHERE number IS NOT NULL AND (?1 IS NULL OR site = ?1)"
            " GROUP BY site) ON site = of_site WHERE number IS NOT NULL AND number > last - ?2 ORDER BY site, number",
            site, limit,
        )  # fmt: skip

    async def trends(self, sites: Sequence[str], limit: int) -> dict[str, list[ScanRun]]:
        runs = await self._runs(
            "JOIN (SELECT site AS of_site, max(number) AS last FROM scan_run WHERE number IS NOT NULL"
            " AND site IN (SELECT value FROM json_each(?1)) GROUP BY site) ON site = of_site"
            " WHERE number IS NOT NULL AND number > last - ?2 ORDER BY site, number",
            msgspec.json.encode(sites).decode(), limit,
        )  # fmt: skip
        return by_site(runs)

    async def scan(self, scan_id: str) -> ScanRun | None:
        found = await self._runs("WHERE scan_id = ?", scan_id)
        return found[0] if found else None

    async def _runs(self, condition: str, *parameters: Any) -> list[ScanRun]:
        rows = await self._file.fetch(f"SELECT {RUN} FROM scan_run {condition}", parameters)
        return [run_of(row) for row in rows]

    async def scan_items(
        self, scan_id: str, wanted: ItemFilter = ALL_ITEMS, *, after: ItemKey | None = None, limit: int
    ) -> list[ScanItem]:
        run = await self.scan(scan_id)
        if run is None or run.number is None:
            return []
        parts = conditions(wanted, after)
        where = "".join(f" AND {part.sql.replace('{}', '?')}" for part in parts)
        values = [value for part in parts for value in part.parameters]
        rows = await self._file.fetch(
            "SELECT content FROM scan_item WHERE site = ? AND last_number >= ? AND first_number <= ?"
            f"{where} ORDER BY host, name, kind LIMIT ?",
            (run.site, run.number, run.number, *values, limit),
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
        where = "".join(f" AND {sql}?{place}" for place, (sql, _) in enumerate(given, 1))
        values = [*(value for _, value in given), limit]
        sql = (
            f"SELECT site, content FROM scan_item WHERE (category = 'unclassified' OR reopened = 1) AND last_number = {last}"
            f"{where} ORDER BY site, host, name, kind LIMIT ?{len(values)}"
        )
        rows = await self._file.fetch(sql, tuple(values))
        return [(row[0], item_of(row[1])) for row in rows]

    async def scan_change(self, scan_id: str) -> ScanChange | None:
        content = await self.scan_artefact(scan_id, CHANGE)
        return None if content is None else msgspec.json.decode(content, type=ScanChange)

    async def scan_artefact(self, scan_id: str, name: str) -> bytes | None:
        rows = await self._file.fetch(
            "SELECT content FROM scan_artefact WHERE scan_id = ? AND name = ?", (scan_id, name)
        )
        return unpacked(rows[0][0]) if rows else None

    async def item_history(
        self, site: str, kind: str, name: str, host: str, limit: int
    ) -> list[ItemSighting]:
        rows = await self._file.fetch(
            "SELECT scan_id, number, finished_ms, content FROM scan_run LEFT JOIN scan_item ON scan_item.site = scan_run.site"
            " AND kind = ? AND name = ? AND host = ? AND number BETWEEN first_number AND last_number"
            " WHERE scan_run.site = ? AND number IS NOT NULL ORDER BY number DESC LIMIT ?",
            (kind, name, host, site, limit),
        )
        return [
            ItemSighting(
                scan_id=row[0], number=row[1], finished_ms=row[2], item=item_of(row[3]) if row[3] else None
            )
            for row in rows
        ]

    async def prune_scans(self, site: str, keep: int) -> int:
        return await self._file.write(self._prune_scans, site, keep)

    def _prune_scans(self, site: str, keep: int) -> int:
        with self._file.transaction() as connection:
            first = connection.execute(
                "SELECT number, scan_id FROM scan_run WHERE site = ? AND number IS NOT NULL"
                " ORDER BY number DESC LIMIT 1 OFFSET ?",
                (site, max(keep, 1) - 1),
            ).fetchone()
            if first is None:
                return 0
            connection.execute("DELETE FROM scan_item WHERE site = ? AND last_number < ?", (site, first[0]))
            return connection.execute(
                "DELETE FROM scan_run WHERE site = ? AND (number < ? OR status = 'failed' AND scan_id < ?)",
                (site, *first),
            ).rowcount

    # --- schedules

    async def planned_scans(self) -> list[PlannedScan]:
        rows = await self._file.fetch("SELECT site, spec, next_ms FROM scan_schedule ORDER BY site")
        return [PlannedScan(site=row[0], spec=row[1], next_ms=row[2]) for row in rows]

    async def plan_scan(self, planned: PlannedScan) -> None:
        await self._change_run(
            "INSERT INTO scan_schedule (site, spec, next_ms) VALUES (?, ?, ?)"
            " ON CONFLICT (site) DO UPDATE SET spec = excluded.spec, next_ms = excluded.next_ms",
            planned.site, planned.spec, planned.next_ms,
        )  # fmt: skip

    async def unplan_scan(self, site: str) -> None:
        await self._change_run("DELETE FROM scan_schedule WHERE site = ?", site)

    async def queue_planned(self, due: PlannedScan, next_ms: int, run: ScanRun) -> bool:
        return await self._file.write(self._queue_planned, due, next_ms, run)

    def _queue_planned(self, due: PlannedScan, next_ms: int, run: ScanRun) -> bool:
        with self._file.transaction() as connection:
            moved = connection.execute(
                "UPDATE scan_schedule SET next_ms = ? WHERE site = ? AND spec = ? AND next_ms = ?",
                (next_ms, due.site, due.spec, due.next_ms),
            ).rowcount
            if moved:
                connection.execute(_QUEUE, run_row(run)).fetchone()
            return bool(moved)
