"""The table of truth is consistent in itself; that it is true, the end-to-end scan shows."""

from __future__ import annotations

from collections import Counter

import pytest

from consent.model.categories import ConsentState
from scanner.demo.planted import ALIASES, DEAF, HOSTS, ITEMS, PAGES, VIOLATIONS
from scanner.findings import rules
from scanner.parties import party_of

BEFORE, REJECT, ACCEPT = ConsentState.BEFORE, ConsentState.REJECT, ConsentState.ACCEPT


def cookies(state: ConsentState) -> int:
    return sum(item.kind == "cookie" and state in item.states for item in ITEMS)


def test_each_state_has_its_own_cookies() -> None:
    assert [cookies(state) for state in ConsentState] == [34, 36, 39, 40, 34]
    assert sum(BEFORE in host.states for host in HOSTS) == 25


def test_every_kind_of_storage_and_setter_occurs() -> None:
    kinds = {item.kind for item in ITEMS}
    assert kinds == {
        "cookie",
        "local_storage",
        "session_storage",
        "indexed_db",
        "cache_storage",
        "service_worker",
    }
    assert any(item.partitioned for item in ITEMS)
    assert {item.via for item in ITEMS if item.kind == "cookie"} == {"header", "script", "worker"}


def test_nothing_stands_twice_and_pages_are_pages() -> None:
    assert [key for key, count in Counter(item.key for item in ITEMS).items() if count > 1] == []
    assert len({host.host for host in HOSTS}) == len(HOSTS)
    assert len(PAGES) == 11
    assert all(set(item.pages) <= set(PAGES) for item in ITEMS)


@pytest.mark.parametrize("row", [*ITEMS, *HOSTS], ids=lambda row: f"{row.host} {getattr(row, 'name', '')}")
def test_the_party_follows_from_the_registrable_domain(row: object) -> None:
    assert party_of(row.host, "www.fernhill.example") is row.party  # type: ignore[attr-defined]


def test_violations_name_rules_that_exist_and_aliases_hosts_of_the_table() -> None:
    assert {one.rule for one in (*VIOLATIONS, DEAF)} <= set(rules())
    assert set(ALIASES) <= {host.host for host in HOSTS}
    keys = [(one.rule, one.subject, one.state) for one in VIOLATIONS]
    assert len(keys) == len(set(keys))
