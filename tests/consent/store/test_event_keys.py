from __future__ import annotations

import sqlite3
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from consent.store.event_keys import event_key, keys_of_visitor, register

SECRET = b"s" * 16


@given(visitor=st.text(min_size=1, max_size=22), event=st.text(max_size=64))
def test_every_event_of_a_visitor_has_a_key_in_their_range(visitor: str, event: str) -> None:
    first, last = keys_of_visitor(SECRET, visitor)
    assert -(1 << 63) <= first <= event_key(SECRET, visitor, event) <= last < 1 << 63


def test_a_key_depends_on_visitor_event_and_secret() -> None:
    keys = {
        event_key(secret, visitor, event)
        for secret in (SECRET, b"t" * 16)
        for visitor in ("anna", "bert")
        for event in ("1", "2")
    }
    assert len(keys) == 8


def test_sql_makes_the_same_key() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        register(connection)
        [made] = connection.execute("SELECT event_key(?, 'anna', '1')", (SECRET,)).fetchone()
    assert made == event_key(SECRET, "anna", "1")
