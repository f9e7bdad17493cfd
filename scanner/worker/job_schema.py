"""The tables of the job queue: procrastinate's own, made at the first start and migrated when a newer one comes.

Which of its migrations were applied stands in a comment on its main table.
"""

from __future__ import annotations

from pathlib import Path

from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.schema import SchemaManager

from consent.model.errors import ConfigError

LOCK = 0x73636E71
"""Key of the advisory lock ("scnq" in ASCII): workers that start at once wait for each other."""

_STATE = (
    "SELECT to_regclass('procrastinate_jobs') IS NOT NULL AS there,"
    " obj_description(to_regclass('procrastinate_jobs'), 'pg_class') AS comment"
)
_MARK = "Consentry's job queue, procrastinate "


async def bring_up_to_date(app: App) -> None:
    """Make the tables, or apply what is missing, in one transaction.

    Raises `ConfigError` where the tables are another program's, or a newer one's.
    """
    known = migrations()
    applied = await applied_migration(app)
    if applied == known[-1]:
        return
    if applied is not None and applied not in known:
        raise ConfigError(
            f"The job queue in this database is of a newer program ({applied}).",
            hint="Use a newer consentry.",
        )
    try:
        await app.connector.execute_query_async(script(applied, known).replace("%", "%%"))
    except ConnectorException:
        if await applied_migration(app) != known[-1]:  # else another worker was first
            raise


async def applied_migration(app: App) -> str | None:
    """Return the name of the last migration that was applied, None where there are no tables yet."""
    state = await app.connector.execute_query_one_async(_STATE)
    if not state["there"]:
        return None
    comment = state["comment"] or ""
    if not comment.startswith(_MARK):
        raise ConfigError(
            "This database holds the job queue of another program (its tables are named procrastinate_*).",
            hint="Give Consentry a database of its own.",
        )
    return str(comment.removeprefix(_MARK))


def migrations() -> list[str]:
    """Return the names of procrastinate's migrations, oldest first: they begin with their version."""
    return sorted(path.stem for path in _folder().glob("*.sql"))


def script(applied: str | None, known: list[str]) -> str:
    """Return what is to be run, as one transaction; names come from the library's own files."""
    if applied is None:
        parts = [SchemaManager.get_schema()]
    else:
        missing = [name for name in known if name > applied]
        parts = [(_folder() / f"{name}.sql").read_text(encoding="utf-8") for name in missing]
    lock = f"SELECT pg_advisory_xact_lock({LOCK});"
    return "\n".join((lock, *parts, f"COMMENT ON TABLE procrastinate_jobs IS '{_comment(known[-1])}';"))


def _comment(name: str) -> str:
    return f"{_MARK}{name}".replace("'", "''")


def _folder() -> Path:
    return Path(SchemaManager.get_migrations_path())
