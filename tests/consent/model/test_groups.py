from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from consent.model.groups import joined
from consent.model.sites import Settings, load_sites

GROUP = """
[groups.teas]
languages = ["en", "de"]
policy_url = "https://www.larkspur.example/privacy"
controller = { name = "Larkspur & Co Ltd", address = "1 Orchard Lane" }
[groups.teas.scan]
pages = 5
exclude = ["*/logout*"]
[groups.teas.banner]
accent = "#0a7d4f"
[groups.teas.banner.texts.en]
title = "Cookies at our shops"
text = "We ask."
[[groups.teas.decisions]]
name = "lk_*"
category = "performance"
purpose = "Counts."
"""
SITES = """
[sites.larkspur]
url = "https://www.larkspur.example/"
group = "teas"
[sites.thyme]
url = "https://thyme.example/"
group = "teas"
languages = ["fr"]
controller = { name = "Thyme SARL" }
[sites.thyme.scan]
pages = 50
[sites.thyme.banner.texts.en]
title = "Cookies at Thyme"
[[sites.thyme.decisions]]
name = "lk_ab"
category = "functionality"
[sites.alone]
url = "https://alone.example/"
"""


def load(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "sites.toml"
    path.write_text(text, encoding="utf-8")
    return load_sites(path)


def mistakes(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert "sites.toml" in caught.value.message
    return [line.strip() for line in caught.value.message.splitlines()[1:]]


def test_a_site_has_what_its_group_says_and_it_does_not(tmp_path: Path) -> None:
    settings = load(tmp_path, GROUP + SITES)
    assert settings.groups == ("teas",)
    larkspur, thyme, alone = (settings.sites[name] for name in ("larkspur", "thyme", "alone"))
    assert (larkspur.group, larkspur.languages, larkspur.scan.pages) == ("teas", ("en", "de"), 5)
    assert larkspur.controller is not None
    assert larkspur.controller.address == "1 Orchard Lane"
    assert (thyme.languages, thyme.scan.pages, thyme.scan.exclude) == (("fr",), 50, ("*/logout*",))
    assert thyme.controller is not None
    assert (thyme.controller.name, thyme.controller.address) == ("Thyme SARL", "1 Orchard Lane")
    assert thyme.banner.texts["en"] == {"title": "Cookies at Thyme", "text": "We ask."}
    assert thyme.banner.accent == "#0a7d4f"
    assert (alone.group, alone.policy_url, alone.decisions) == ("", None, ())


def test_the_sites_own_decisions_come_first(tmp_path: Path) -> None:
    settings = load(tmp_path, GROUP + SITES)
    assert [one.name for one in settings.sites["thyme"].decisions] == ["lk_ab", "lk_*"]
    assert [one.name for one in settings.sites["larkspur"].decisions] == ["lk_*"]


def test_a_mistake_in_a_group_is_told_once_with_the_groups_key(tmp_path: Path) -> None:
    text = (GROUP + SITES).replace("pages = 5\n", 'pages = "five"\n').replace('"lk_*"', '"*"')
    found = mistakes(tmp_path, text.replace('accent = "#0a7d4f"', 'acent = "#0a7d4f"'))
    assert [line.partition(": ")[0] for line in found] == [
        "groups.teas.scan.pages",
        "groups.teas.banner.acent",
    ]
    assert "Did you mean 'accent'?" in found[1]


def test_rules_between_keys_hold_for_a_group_too(tmp_path: Path) -> None:
    text = GROUP.replace("pages = 5\n", 'pages = 5\nstates = ["reject"]\n').replace('"lk_*"', '"*"') + SITES
    found = mistakes(tmp_path, text)
    assert [line.partition(": ")[0] for line in found] == [
        "groups.teas.decisions[0].name",
        "groups.teas.scan.states",
    ]


def test_a_mistake_of_a_site_is_told_as_the_sites(tmp_path: Path) -> None:
    found = mistakes(tmp_path, (GROUP + SITES).replace("pages = 50", "pages = 0"))
    assert [line.partition(": ")[0] for line in found] == ["sites.thyme.scan.pages"]


@pytest.mark.parametrize(
    ("text", "key", "told"),
    [
        ('[groups.a]\nurl = "https://a.example/"\n', "groups.a.url", "belongs to a site"),
        ('[groups.a]\ngroup = "b"\n', "groups.a.group", "belongs to a site"),
        ("[groups.A_B]\n", "groups.A_B", "lower-case letters"),
        ("groups = 1\n", "groups", "expected tables [groups.<id>]"),
        ("[groups]\na = 1\n", "groups.a", "expected a table"),
        ("[groups.a]\nlanguages = []\n", "groups.a.languages", "at least 1"),
    ],
)
def test_what_a_group_cannot_have_is_told(tmp_path: Path, text: str, key: str, told: str) -> None:
    [line] = mistakes(tmp_path, f'{text}[sites.x]\nurl = "https://x.example/"\n')
    assert line.startswith(f"{key}: ")
    assert told in line


def test_a_group_that_there_is_not_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    found = mistakes(tmp_path, (GROUP + SITES).replace('group = "teas"', 'group = "tea"', 1))
    assert found == ["sites.larkspur.group: there is no [groups.tea]. Did you mean 'teas'?"]
    [alone] = mistakes(tmp_path, '[sites.x]\nurl = "https://x.example/"\ngroup = "y"\n')
    assert alone.endswith("Known groups: none.")


def test_what_excludes_a_shared_key_puts_it_away() -> None:
    shared = {"schedule": {"every": "7 days", "timezone": "Europe/Dublin"}}
    own = {"schedule": {"cron": "0 3 * * 1"}}
    assert joined(shared, own) == {"schedule": {"timezone": "Europe/Dublin", "cron": "0 3 * * 1"}}
    assert shared == {"schedule": {"every": "7 days", "timezone": "Europe/Dublin"}}
