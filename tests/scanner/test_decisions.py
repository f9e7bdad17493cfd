from __future__ import annotations

from pathlib import Path

import pytest

from consent.decisions import record
from consent.model.categories import Category
from consent.model.errors import ConfigError
from consent.model.sites import Decision, Server, Settings
from scanner.decisions import database_of, seen_of, stored_decisions, with_store
from tests.scanner.factories import DAY, item, report

LANG = Decision(name="lang", category=Category.FUNCTIONALITY)


def settings(database: str) -> Settings:
    return Settings(path="sites.toml", server=Server(database=database), sites={})


def test_a_file_may_hold_the_url_of_the_database(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("sqlite:///held.db\n", encoding="utf-8")
    assert database_of(f"file:{tmp_path / 'url'}", None) == "sqlite:///held.db"
    with pytest.raises(ConfigError, match="cannot be read"):
        database_of(f"file:{tmp_path / 'none'}", None)


def test_the_option_goes_before_the_environment_and_that_before_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert database_of(None, None) == Server().database
    assert database_of(None, settings("sqlite:///file.db")) == "sqlite:///file.db"
    monkeypatch.setenv("CONSENTRY_DATABASE", "sqlite:///env.db")
    assert database_of(None, settings("sqlite:///file.db")) == "sqlite:///env.db"
    assert database_of("sqlite:///option.db", None) == "sqlite:///option.db"


def test_decisions_are_taken_from_a_database_that_is_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/log.db"
    assert stored_decisions("larkspur", None, settings(url)) == ()
    assert not (tmp_path / "log.db").exists()
    with_store(url, lambda store: record(store, "larkspur", [LANG]), create=True)
    (decision,) = stored_decisions("larkspur", None, settings(url))
    assert decision.name == "lang"
    assert stored_decisions("larkspur", url, None) == (decision,)
    assert stored_decisions("larkspur", None, None) == ()


def test_a_database_that_was_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/none.db"
    with pytest.raises(ConfigError, match="no such database"):
        stored_decisions("larkspur", url, None)
    monkeypatch.setenv("CONSENTRY_DATABASE", url)
    with pytest.raises(ConfigError, match="no such database"):
        stored_decisions("larkspur", None, None)


def test_what_a_scan_saw_is_the_longest_lifetime_and_the_setter_where_there_is_one() -> None:
    ours = ("https://www.larkspur.example/a.js",)
    made = report(
        items=(
            item("lk_1", lifetime_s=None, set_by=ours),
            item("lk_2", lifetime_s=300 * DAY, set_by=ours),
            item("lk[3", host="ads.example", set_by=("https://ads.example/x.js",)),
        )
    )
    assert seen_of(made, name="lk_*", kind="cookie", host="") == ("up to 13 months", "larkspur.example")
    assert seen_of(made, name="lk_1", kind="cookie", host="") == ("session", "larkspur.example")
    assert seen_of(made, name="lk*", kind="cookie", host="") == ("up to 13 months", "")
    assert seen_of(made, name="lk[*", kind="cookie", host="ads.example") is not None
    assert seen_of(made, name="lk_1", kind="cookie", host="ads.example") is None
    assert seen_of(made, name="lk_1", kind="local_storage", host="") is None
