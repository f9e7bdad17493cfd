from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from scanner.knowledge import filter_lists
from scanner.knowledge.filter_lists import FilterLists, describe, remove_list, store_lists, stored_lists
from tests.scanner.knowledge.lists import ADVERTISING, TRACKING, stored

NOW = "2026-11-24T00:00:00.000Z"


def test_a_list_is_described_in_its_own_words() -> None:
    info = describe(TRACKING.encode(), source="https://lists.example/p.txt", updated=NOW)
    assert (info.id, info.title, info.says) == ("easyprivacy", "EasyPrivacy", "tracking")
    assert (info.version, info.licence) == ("202611240000", "https://lists.example/licence.html")
    assert info.rules == 3
    other = describe(ADVERTISING.encode(), source="x", updated=NOW)
    assert (other.says, other.version, other.licence) == (
        "advertising",
        "24 Nov 2026 00:00 UTC",
        "not stated",
    )
    assert other.rules == 1  # what only hides an element stops no request


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!doctype html><title>! Title: x</title>",
        b"||a.example^",
        b"[Adblock Plus 2.0]\n! nothing",
        b"\xff",
    ],
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(ConfigError, match=r"is no filter list|so no filter list"):
        describe(data, source="https://lists.example/", updated=NOW)


def test_an_address_is_told_with_the_rule_that_stops_it(tmp_path: Path) -> None:
    lists = FilterLists.load(stored(tmp_path))
    assert lists is not None
    host = lists.host("stats.unheard.example", site_host="www.larkspur.example")
    assert host is not None
    assert (host.list.title, host.rule) == ("EasyPrivacy", "||stats.unheard.example^$third-party")
    assert lists.host("stats.unheard.example", site_host="stats.unheard.example") is None
    assert lists.host("unheard.example", site_host="www.larkspur.example") is None
    advertising = lists.host(".ads.unheard.example")
    assert advertising is not None
    assert advertising.list.says == "advertising"
    path = lists.match("https://www.larkspur.example/unheard-collect?x=1", kind="XHR")
    assert path is not None
    assert path.rule == "/unheard-collect?"
    allowed = "https://stats.unheard.example/allowed.js"
    assert lists.match(allowed, site_host="www.larkspur.example") is None


def test_without_lists_or_without_their_matcher_there_is_nothing_to_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert FilterLists.load(tmp_path) is None
    stored(tmp_path)
    monkeypatch.setattr(filter_lists, "can_match", lambda: False)
    assert FilterLists.load(tmp_path) is None


def test_a_new_version_replaces_the_old_one_and_its_file(tmp_path: Path) -> None:
    stored(tmp_path)
    data = TRACKING.replace("202611240000", "202612240000").encode()
    store_lists([(describe(data, source="p", updated=NOW), data)], tmp_path)
    assert [(one.id, one.version) for one in stored_lists(tmp_path)] == [
        ("easylist", "24 Nov 2026 00:00 UTC"),
        ("easyprivacy", "202612240000"),
    ]
    assert len(list((tmp_path / "lists").glob("*.txt"))) == 2


def test_a_list_can_be_removed_and_no_other_id_removes_anything(tmp_path: Path) -> None:
    stored(tmp_path)
    assert not remove_list("../easylist", tmp_path)
    assert remove_list("easylist", tmp_path)
    assert [one.id for one in stored_lists(tmp_path)] == ["easyprivacy"]


def test_a_damaged_list_or_index_is_told(tmp_path: Path) -> None:
    lists = FilterLists.load(stored(tmp_path))
    assert lists is not None
    for path in (tmp_path / "lists").glob("*.txt"):
        path.write_text("[Adblock]\n||other.example^")
    with pytest.raises(ConfigError, match="is not the list that was stored"):
        lists.host("ads.unheard.example")
    (tmp_path / "lists" / "index.json").write_text("{")
    with pytest.raises(ConfigError, match="is damaged"):
        stored_lists(tmp_path)
