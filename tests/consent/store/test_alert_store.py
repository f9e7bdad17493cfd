from __future__ import annotations

from consent.store.alert_store import AlertRow
from consent.store.migrations import migrations


def test_the_tables_have_the_fields_of_a_row() -> None:
    for store in ("sqlite", "postgresql"):
        [migration] = [one for one in migrations(store) if one.name == "alerts"]
        table = migration.sql.split("CREATE TABLE alert (")[1].split("UNIQUE")[0]
        assert tuple(
            line.split()[0] for line in table.splitlines() if line.startswith("  ") and line.strip()
        ) == (AlertRow._fields)
