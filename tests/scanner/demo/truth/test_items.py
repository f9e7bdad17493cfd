"""The truth table against a real browser: each row occurs as it says, where it says, and nothing else does."""

from __future__ import annotations

import pytest

from consent.model.categories import Category, Party
from scanner.demo import truth
from scanner.parties import party_of
from tests.scanner.demo.visitor import Visits

ROWS = pytest.mark.parametrize("row", truth.ITEMS, ids=lambda row: f"{row.kind} {row.name} {row.host}")


@ROWS
def test_each_row_occurs_on_exactly_its_pages(row: truth.Item, visits: Visits) -> None:
    found = visits.where(row.key, row.after)
    if row.after == "switch language":  # tried on two pages; the switch is the same on all
        assert found == {"/", "/privacy"} <= set(row.pages)
    else:
        assert found == set(row.pages)


@ROWS
def test_each_row_has_its_attributes(row: truth.Item, visits: Visits) -> None:
    if row.kind != "cookie":
        assert row.lifetime_s is None
        return
    path = row.pages[0]
    visit = visits.loaded[path] if row.after == "load" else visits.acted[(row.after, path)]
    cookie = visit.cookies[row.key]
    assert cookie["httpOnly"] == row.http_only
    assert cookie["secure"] == row.secure
    assert cookie["sameSite"] == row.same_site
    assert bool(cookie.get("partitionKey")) == row.partitioned
    if row.kept_s is None:
        assert cookie["lifetime_s"] is None
    else:
        assert row.kept_s - 50 < cookie["lifetime_s"] <= row.kept_s + 2


@ROWS
def test_each_row_is_set_by_what_it_names(row: truth.Item, visits: Visits) -> None:
    visited = [
        visits.loaded[path] if row.after == "load" else visits.acted[(row.after, path)]
        for path in row.pages
        if row.after == "load" or (row.after, path) in visits.acted
    ]
    assert visited
    for visit in visited:
        setters = visit.setters[row.key]
        assert {via for via, _url in setters} == {row.via}
        assert all(url.startswith(row.set_by) for _via, url in setters), setters


def test_nothing_else_occurs(visits: Visits) -> None:
    known = {(row.key, row.after) for row in truth.ITEMS}
    for path, visit in visits.loaded.items():
        assert {key for key in visit.items if (key, "load") not in known} == set(), path
    for (action, path), visit in visits.acted.items():
        wanted = {row.key for row in truth.ITEMS if row.after in {"load", action}}
        assert visit.items <= wanted, (action, path)


@pytest.mark.parametrize(("name", "domain", "path"), truth.REFUSED)
def test_a_refused_cookie_is_sent_and_not_kept(name: str, domain: str, path: str, visits: Visits) -> None:
    visit = visits.loaded[path]
    assert (name, domain) in {(sent, host) for sent, host, _url in visit.headers}
    assert not any(key[1] == name for key in visit.items)


def test_no_key_stands_twice() -> None:
    assert len({row.key for row in truth.ITEMS}) == len(truth.ITEMS)


@ROWS
def test_the_party_follows_from_the_registrable_domain(row: truth.Item) -> None:
    assert party_of(row.host, "www.larkspur.example") is row.party


@ROWS
def test_a_category_is_not_among_its_own_alternatives(row: truth.Item) -> None:
    assert row.category not in row.also


def test_what_the_shops_own_server_sets_is_necessary() -> None:
    for row in truth.ITEMS:
        if row.via == "header" and row.service == "Larkspur & Co":
            assert row.category is Category.NECESSARY, row.name


def test_the_shop_has_every_kind_of_storage_that_a_scan_must_tell_apart() -> None:
    rows = truth.ITEMS
    assert {row.kind for row in rows} == {"cookie", "local_storage", "session_storage", "indexed_db"}
    assert {row.category for row in rows} == set(Category)
    assert {row.via for row in rows if row.party is Party.FIRST and row.kind == "cookie"} == {
        "header",
        "script",
    }
    assert any(row.partitioned for row in rows)
    assert any(row.http_only and row.party is Party.THIRD for row in rows)
    assert any(row.party is Party.FIRST and row.service == "Adobe Analytics" for row in rows)
