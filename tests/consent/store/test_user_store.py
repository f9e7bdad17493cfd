from __future__ import annotations

import inspect

from consent.store import Store
from consent.store.postgresql_users import PostgresqlUsers
from consent.store.sqlite_users import SqliteUsers
from consent.store.user_store import UserStore


def test_every_store_has_all_of_it_and_nothing_beside() -> None:
    assert UserStore in Store.__mro__
    wanted = {name for name, _ in inspect.getmembers(UserStore, inspect.iscoroutinefunction)}
    for kind in (SqliteUsers, PostgresqlUsers):
        own = {name for name, _ in inspect.getmembers(kind, inspect.iscoroutinefunction)}
        assert {name for name in own if not name.startswith("_")} == wanted
