"""What a PostgreSQL database keeps of alerts."""

# ruff: noqa: D102 - AlertStore, the protocol, documents these methods
# ruff: noqa: S608 - what is joined into statements are literals

from __future__ import annotations

from collections.abc import Sequence

from consent.model.scans import ScanRun
from consent.store.alert_store import AlertRow
from consent.store.postgresql_server import PostgresqlServer
from consent.store.scan_rows import FAILURES, run_of

_ALERT = ", ".join(AlertRow._fields)
_TOLD = (
    "INSERT INTO alerted VALUES ($1, $2)"
    " ON CONFLICT (site) DO UPDATE SET number = excluded.number WHERE excluded.number > alerted.number RETURNING number"
)
_ADD = (
    f"INSERT INTO alert ({_ALERT}) VALUES ({', '.join(f'${place + 1}' for place in range(len(AlertRow._fields)))})"
    " ON CONFLICT DO NOTHING"
)
_CLAIM = (
    "UPDATE alert SET attempts = attempts + 1, due_ms = $1 WHERE alert_id IN (SELECT alert_id FROM alert"
    " WHERE status = 'waiting' AND due_ms <= $2 ORDER BY due_ms, alert_id LIMIT $3 FOR UPDATE SKIP LOCKED)"
    f" RETURNING {_ALERT}"
)


class PostgresqlAlerts:
    """The part of `consent.store.Store` that is about alerts; `PostgresqlStore` adds the rest."""

    _server: PostgresqlServer

    async def alerted(self) -> dict[str, int]:
        return {row[0]: row[1] for row in await self._server.fetch("SELECT site, number FROM alerted")}

    async def add_alerts(self, site: str, number: int | None, rows: Sequence[AlertRow]) -> bool:
        async with self._server.writing() as connection, connection.transaction():
            if number is not None and await connection.fetchrow(_TOLD, site, number) is None:
                return False
            await connection.executemany(_ADD, rows)
        return True

    async def failures_to_tell(self) -> list[ScanRun]:
        return [run_of(row) for row in await self._server.fetch(FAILURES)]

    async def claim_alerts(self, now_ms: int, lease_ms: int, limit: int) -> list[AlertRow]:
        async with self._server.writing() as connection:
            rows = await connection.fetch(_CLAIM, now_ms + lease_ms, now_ms, limit)
        return sorted((AlertRow(*row) for row in rows), key=lambda row: row.alert_id)

    async def settle_alert(self, alert_id: str, status: str, now_ms: int, *, due_ms: int, error: str) -> None:
        done = None if status == "waiting" else now_ms
        async with self._server.writing() as connection:
            await connection.execute(
                "UPDATE alert SET status = $1, due_ms = $2, done_ms = $3, error = $4 WHERE alert_id = $5",
                status, due_ms, done, error, alert_id,
            )  # fmt: skip

    async def alerts(self, site: str, limit: int) -> list[AlertRow]:
        rows = await self._server.fetch(
            f"SELECT {_ALERT} FROM alert WHERE site = $1 ORDER BY created_ms DESC, alert_id DESC LIMIT $2",
            site, limit,
        )  # fmt: skip
        return [AlertRow(*row) for row in rows]
