from __future__ import annotations

from pathlib import Path

import pytest

from consent.commands import database_url
from consent.model.errors import ConfigError
from consent.model.sites import Server, Settings

SETTINGS = Settings(path="sites.toml", server=Server(database="sqlite:///file.db"), sites={})


def test_the_option_wins_over_the_environment_and_that_over_the_sites_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert database_url(None, SETTINGS) == "sqlite:///file.db"
    monkeypatch.setenv("CONSENTRY_DATABASE", "sqlite:///environment.db")
    assert database_url(None, SETTINGS) == "sqlite:///environment.db"
    assert database_url("sqlite:///option.db", SETTINGS) == "sqlite:///option.db"


def test_a_file_or_a_variable_may_hold_the_url_so_that_its_password_stands_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "url").write_text("postgresql://consentry:secret@db.example/consentry\n", encoding="utf-8")
    monkeypatch.setenv("CONSENTRY_DATABASE", f"file:{tmp_path / 'url'}")
    assert database_url(None, SETTINGS) == "postgresql://consentry:secret@db.example/consentry"
    monkeypatch.setenv("LOG_URL", "sqlite:///named.db")
    assert database_url("env:LOG_URL", SETTINGS) == "sqlite:///named.db"
    with pytest.raises(ConfigError, match=r"the database: .* cannot be read"):
        database_url(f"file:{tmp_path / 'none'}", SETTINGS)


def test_without_any_of_them_it_is_the_default(tmp_path: Path) -> None:
    assert database_url(None) == "sqlite:///consentry.db"
    assert database_url(None, sites=tmp_path / "none.toml") == "sqlite:///consentry.db"


def test_a_sites_file_is_read_only_where_it_is_needed(tmp_path: Path) -> None:
    file = tmp_path / "sites.toml"
    file.write_text(
        '[server]\ndatabase = "sqlite:///mine.db"\n[sites.a]\nurl = "https://a.example/"\n', encoding="utf-8"
    )
    assert database_url(None, sites=file) == "sqlite:///mine.db"
    file.write_text("not toml", encoding="utf-8")
    assert database_url("sqlite:///option.db", sites=file) == "sqlite:///option.db"
