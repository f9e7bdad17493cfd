from __future__ import annotations

from consent.store.discovered_store import DiscoveredRow
from consent.store.migrations import migrations


def test_the_tables_hold_names_and_numbers_and_nothing_of_a_visitor() -> None:
    for store in ("sqlite", "postgresql"):
        [migration] = [one for one in migrations(store) if one.name == "discovered"]
        columns = {line.split()[0] for line in migration.sql.splitlines() if line.startswith("  ")}
        assert columns - {"PRIMARY"} == {"site", "day", "kind", "name", "seen"}


def test_a_row_spans_days() -> None:
    assert DiscoveredRow._fields == ("kind", "name", "first_day", "last_day", "seen")
