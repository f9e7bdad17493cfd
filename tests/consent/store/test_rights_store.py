from __future__ import annotations

from consent.store.migrations import migrations
from consent.store.rights_store import RequestRow, StepRow


def test_the_tables_have_the_fields_of_a_row() -> None:
    for store in ("sqlite", "postgresql"):
        [migration] = [one for one in migrations(store) if one.name == "rights"]
        for table, row in (("rights_request", RequestRow), ("rights_step", StepRow)):
            text = migration.sql.split(f"CREATE TABLE {table} (")[1].split(");")[0]
            names = [line.split()[0] for line in text.splitlines() if line.startswith("  ")]
            assert tuple(name for name in names if name != "PRIMARY") == row._fields
