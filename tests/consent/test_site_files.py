from __future__ import annotations

import stat
from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from consent.model.sites import load_sites
from consent.site_files import add_sites, join_site, known_groups, known_sites, settings_with, site_table

FILE = """\
# our sites
[server]
database = "sqlite:///x.db" # kept here

[groups.teas]
languages = ["en"]

# the shop
[sites.larkspur]
url = "https://www.larkspur.example/" # main
group = "teas"
[sites.larkspur.banner]
accent = "#0a7d4f"
[[sites.larkspur.decisions]]
name = "_ga"
category = "performance"
# end
"""
THYME = {"url": "https://thyme.example/", "group": "teas", "controller": {"name": "Thyme"}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "sites.toml"
    path.write_text(FILE, encoding="utf-8")
    path.chmod(0o640)
    return path


def test_sites_are_added_below_and_nothing_else_is_touched(path: Path) -> None:
    settings = add_sites(path, {"thyme": THYME, "mint": {"url": "https://mint.example/"}})
    assert list(settings.sites) == ["larkspur", "thyme", "mint"]
    text = path.read_text(encoding="utf-8")
    assert text.startswith(FILE)
    assert load_sites(path) == settings
    assert settings.sites["thyme"].controller is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [one.name for one in path.parent.iterdir()] == ["sites.toml"]


def test_a_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    assert known_sites(path) == frozenset()
    add_sites(path, {"mint": {"url": "https://mint.example/"}})
    assert path.read_text(encoding="utf-8") == '[sites.mint]\nurl = "https://mint.example/"\n'


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ({"larkspur": THYME}, "has the sites larkspur already"),
        ({"thyme": THYME | {"group": "x"}}, "sites.thyme.group: there is no [groups.x]"),
        ({"thyme": {"name": "Thyme"}}, "sites.thyme.url: missing"),
    ],
)
def test_what_would_not_be_valid_leaves_the_file_as_it_was(
    path: Path, tables: dict[str, dict[str, object]], told: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        add_sites(path, tables)
    assert told in refused.value.message
    assert path.read_text(encoding="utf-8") == FILE


def test_a_trial_tells_the_same_and_writes_nothing(path: Path) -> None:
    assert set(settings_with(path, {"thyme": THYME}).sites) == {"larkspur", "thyme"}
    with pytest.raises(ConfigError, match=r"sites\.thyme\.group"):
        settings_with(path, {"thyme": THYME | {"group": "x"}})
    assert path.read_text(encoding="utf-8") == FILE


def test_a_site_gets_what_it_lacks_key_by_key(path: Path) -> None:
    table = {
        "policy_url": "https://www.larkspur.example/privacy",
        "banner": {"consent_days": 90, "texts": {"en": {"title": "Cookies"}}},
        "decisions": [{"name": "_gid", "category": "performance"}],
        "scan": {"pages": 5},
    }
    site = join_site(path, "larkspur", table).sites["larkspur"]
    assert (site.banner.accent, site.banner.consent_days, site.scan.pages) == ("#0a7d4f", 90, 5)
    assert [one.name for one in site.decisions] == ["_ga", "_gid"]
    text = path.read_text(encoding="utf-8")
    for comment in ("# our sites", "# kept here", "# main", "# end"):
        assert comment in text
    with pytest.raises(ConfigError, match="has no site 'mint'"):
        join_site(path, "mint", table)


def test_a_sites_table_is_told_with_its_groups(path: Path) -> None:
    assert known_groups(path) == {"teas"}
    table = site_table(path, "larkspur")
    assert table is not None
    assert (table["languages"], table["banner"]) == (["en"], {"accent": "#0a7d4f"})
    assert site_table(path, "mint") is None


def test_what_is_no_toml_is_told(path: Path) -> None:
    path.write_text("[sites", encoding="utf-8")
    with pytest.raises(ConfigError, match="is not valid TOML"):
        add_sites(path, {"thyme": THYME})
