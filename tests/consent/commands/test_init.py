from __future__ import annotations

from pathlib import Path

import pytest

from consent.commands import database_url
from consent.model.sites import Server, Settings

SETTINGS = Settings(path="sites.toml", server=Server(database="sqlite:///file.db"), sites={})


def test_the_option_wins_over_the_environment_and_that_over_the_sites_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert database_url(None, SETTINGS) == "sqlite:///file.db"
    monkeypatch.setenv("CONSENTRY_DATABASE", "sqlite:///environment.db")
    assert database_url(None, SETTINGS) == "sqlite:///environment.db"
    assert database_url("sqlite:///option.db", SETTINGS) == "sqlite:///option.db"


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
