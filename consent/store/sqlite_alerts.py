"""What a SQLite file keeps of alerts."""

# ruff: noqa: D102 - AlertStore, the protocol, documents these methods
# ruff: noqa: S608 - what is joined into statements are literals

from __future__ import annotations

from collections.abc import Sequence

from consent.model.scans import ScanRun
from consent.store.alert_store import AlertRow
from consent.store.scan_rows import FAILURES, run_of
from consent.store.sqlite_file import SqliteFile

_ALERT = ", ".join(AlertRow._fields)
_TOLD = (
    "INSERT INTO alerted VALUES (?, ?)"
    " ON CONFLICT (site) DO UPDATE SET number = excluded.number WHERE excluded.number > alerted.number"
)
_ADD = (
    f"INSERT INTO alert ({_ALERT}) VALUES ({', '.join('?' * len(AlertRow._fields))}) ON CONFLICT DO NOTHING"
)
_CLAIM = (
    "UPDATE alert SET attempts = attempts + 1, due_ms = ? WHERE alert_id IN (SELECT alert_id FROM alert"
    f" WHERE status = 'waiting' AND due_ms <= ? ORDER BY due_ms, alert_id LIMIT ?) RETURNING {_ALERT}"
)


class SqliteAlerts:
    """The part of `consent.store.Store` that is about alerts; `SqliteStore` adds the rest."""

    _file: SqliteFile

    async def alerted(self) -> dict[str, int]:
        return dict(await self._file.fetch("SELECT site, number FROM alerted"))

    async def add_alerts(self, site: str, number: int | None, rows: Sequence[AlertRow]) -> bool:
        return await self._file.write(self._add_alerts, site, number, rows)

    def _add_alerts(self, site: str, number: int | None, rows: Sequence[AlertRow]) -> bool:
        with self._file.transaction() as connection:
            if number is not None and not connection.execute(_TOLD, (site, number)).rowcount:
                return False
            connection.executemany(_ADD, rows)
        return True

    async def failures_to_tell(self) -> list[ScanRun]:
        return [run_of(row) for row in await self._file.fetch(FAILURES)]

    async def claim_alerts(self, now_ms: int, lease_ms: int, limit: int) -> list[AlertRow]:
        waiting = "SELECT 1 FROM alert WHERE status = 'waiting' AND due_ms <= ? LIMIT 1"
        if not await self._file.fetch(waiting, (now_ms,)):
            return []  # looking must not write
        return await self._file.write(self._claim_alerts, now_ms, lease_ms, limit)

    def _claim_alerts(self, now_ms: int, lease_ms: int, limit: int) -> list[AlertRow]:
        with self._file.transaction() as connection:
            rows = connection.execute(_CLAIM, (now_ms + lease_ms, now_ms, limit)).fetchall()
        return sorted((AlertRow._make(row) for row in rows), key=lambda row: row.alert_id)

    async def settle_alert(self, alert_id: str, status: str, now_ms: int, *, due_ms: int, error: str) -> None:
        await self._file.write(self._settle_alert, alert_id, status, now_ms, due_ms, error)

    def _settle_alert(self, alert_id: str, status: str, now_ms: int, due_ms: int, error: str) -> None:
        done = None if status == "waiting" else now_ms
        with self._file.transaction() as connection:
            connection.execute(
                "UPDATE alert SET status = ?, due_ms = ?, done_ms = ?, error = ? WHERE alert_id = ?",
                (status, due_ms, done, error, alert_id),
            )

    async def alerts(self, site: str, limit: int) -> list[AlertRow]:
        rows = await self._file.fetch(
            f"SELECT {_ALERT} FROM alert WHERE site = ? ORDER BY created_ms DESC, alert_id DESC LIMIT ?",
            (site, limit),
        )
        return [AlertRow._make(row) for row in rows]
