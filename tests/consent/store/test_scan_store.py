"""What every store does is in test_contract_scans.py; here is which of them hand out runs themselves."""

from __future__ import annotations

from consent.store.postgresql import PostgresqlStore
from consent.store.scan_store import ScanQueue
from consent.store.sqlite import SqliteStore


def test_one_of_lease_and_job_queue_says_who_does_a_run_and_never_both() -> None:
    assert issubclass(SqliteStore, ScanQueue)
    assert not issubclass(PostgresqlStore, ScanQueue)
    assert hasattr(PostgresqlStore, "unhanded_scans")
    assert not hasattr(SqliteStore, "unhanded_scans")
