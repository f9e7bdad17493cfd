from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from consent.model import sites
from consent.model.alerts import AlertSettings, SmtpSettings
from consent.model.categories import Category, ConsentState
from consent.model.errors import ConfigError, NotFoundError
from consent.model.schedule import ScheduleSettings
from consent.model.sites import SMALLEST, load_sites

EXAMPLE = Path(__file__).parents[3] / "sites.example.toml"
MINIMAL = '[sites.larkspur]\nurl = "https://www.larkspur.example/"\n'


@dataclasses.dataclass
class Written:
    """A sites.toml in a test's own folder."""

    path: Path

    def problems(self, text: str) -> list[str]:
        """The lines that the error lists for this content."""
        self.path.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            load_sites(self.path)
        assert str(self.path) in caught.value.message
        assert caught.value.hint
        return [line.strip() for line in caught.value.message.splitlines()[1:]]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    return Written(tmp_path / "sites.toml")


def load(tmp_path: Path, text: str) -> sites.Settings:
    path = tmp_path / "sites.toml"
    path.write_text(text, encoding="utf-8")
    return load_sites(path)


def test_the_example_file_loads() -> None:
    settings = load_sites(EXAMPLE)
    site = settings.site("larkspur")
    assert site.url == "https://www.larkspur.example/"
    assert site.controller is not None
    assert site.decisions[0].category is Category.NECESSARY
    assert site.decisions[0].decided == dt.date(2026, 3, 2)


def keys_of(kind: type[msgspec.Struct]) -> set[str]:
    return {field.name for field in msgspec.structs.fields(kind)}


def test_the_example_file_sets_every_key_that_exists() -> None:
    data: dict[str, Any] = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    site = data["sites"]["larkspur"]
    assert set(data) == keys_of(sites.Settings) - {"path"}
    assert set(data["server"]) == keys_of(sites.Server)
    assert set(site) == keys_of(sites.Site) - {"id"}
    assert set(site["controller"]) == keys_of(sites.Controller)
    assert set(site["scan"]) == keys_of(sites.ScanSettings)
    assert set(site["schedule"]) == keys_of(ScheduleSettings) - {"every"}  # which stands there as a comment
    assert set(data["server"]["smtp"]) == keys_of(SmtpSettings)
    assert set(site["alerts"]) == keys_of(AlertSettings)
    assert set(site["banner"]) == keys_of(sites.BannerSettings)
    assert set(site["banner"]["theme"]) == keys_of(sites.ThemeSettings)
    assert set(site["decisions"][0]) == keys_of(sites.Decision)


def test_the_example_file_shows_the_defaults_of_scan_and_banner() -> None:
    site = load_sites(EXAMPLE).site("larkspur")
    assert msgspec.structs.replace(site.scan, exclude=()) == sites.ScanSettings()
    assert (
        msgspec.structs.replace(site.banner, texts={}, theme=sites.ThemeSettings()) == sites.BannerSettings()
    )


def test_a_url_is_enough(tmp_path: Path) -> None:
    settings = load(tmp_path, MINIMAL)
    site = settings.site("larkspur")
    assert settings.server == sites.Server()
    assert site.scan.states == (ConsentState.BEFORE, ConsentState.REJECT, ConsentState.ACCEPT)
    assert site.banner.consent_days == 180


@pytest.mark.parametrize(
    ("text", "key", "expected", "hint"),
    [
        ("a = 1\n" + MINIMAL, "a", "unknown key; expected one of server, groups, sites", ""),
        ("[sever]\n" + MINIMAL, "sever", "unknown key", "Did you mean 'server'?"),
        (
            MINIMAL + 'hots = ["x"]',
            "sites.larkspur.hots",
            "unknown key; expected one of url",
            "Did you mean 'hosts'?",
        ),
        (MINIMAL + 'id = "other"', "sites.larkspur.id", "the id is the table's own name", ""),
        (MINIMAL + "name = 5", "sites.larkspur.name", "expected text, got 5", ""),
        (
            MINIMAL + 'hosts = "one.example"',
            "sites.larkspur.hosts",
            "expected a list, each text, got 'one.example'",
            "",
        ),
        (
            MINIMAL + "languages = []",
            "sites.larkspur.languages",
            "a list with at least 1 entry, each text, got []",
            "",
        ),
        (MINIMAL + "controller = 1", "sites.larkspur.controller", "expected a table, got 1", ""),
        (
            MINIMAL + "[sites.larkspur.controller]",
            "sites.larkspur.controller.name",
            "missing; expected text",
            "",
        ),
        ('[sites.a]\nname = "A"', "sites.a.url", "missing; expected a URL that starts with http", ""),
        (
            '[sites.a]\nurl = "ftp://a.example"',
            "sites.a.url",
            "starts with http:// or https://, got 'ftp://a",
            "",
        ),
        (
            MINIMAL + '[sites.larkspur.scan]\npages = "many"',
            "sites.larkspur.scan.pages",
            "expected a whole number, at least 1 and at most 100000, got 'many'",
            "",
        ),
        (
            MINIMAL + "[sites.larkspur.scan]\ntimeout_s = 0",
            "sites.larkspur.scan.timeout_s",
            "expected a number, more than 0 and at most 600, got 0",
            "",
        ),
        (
            MINIMAL + '[sites.larkspur.scan]\nstates = ["before", "rejected"]',
            "sites.larkspur.scan.states[1]",
            'expected one of "before", "reject", "accept", "withdraw", "gpc", got \'rejected\'',
            "Did you mean 'reject'?",
        ),
        (
            MINIMAL + '[sites.larkspur.scan]\nstates = ["accept"]',
            "sites.larkspur.scan.states",
            'expected "before" among them',
            "",
        ),
        (
            MINIMAL + "[sites.larkspur.scan]\nrespect_robots = 1",
            "sites.larkspur.scan.respect_robots",
            "expected true or false, got 1",
            "",
        ),
        (
            MINIMAL + '[sites.larkspur.banner]\nposition = "botom"',
            "sites.larkspur.banner.position",
            'expected one of "bottom", "center", got \'botom\'',
            "Did you mean 'bottom'?",
        ),
        (
            MINIMAL + "[sites.larkspur.banner]\nconsent_days = 800",
            "sites.larkspur.banner.consent_days",
            "at least 1 and at most 395, got 800",
            "",
        ),
        (
            MINIMAL + '[sites.larkspur.banner]\naccent = "blue"',
            "sites.larkspur.banner.accent",
            "expected a colour \"#rrggbb\", got 'blue'",
            "",
        ),
        (
            MINIMAL + "[sites.larkspur.banner.texts.en]\ntitle = 3",
            "sites.larkspur.banner.texts.en.title",
            "expected text, got 3",
            "",
        ),
        (
            MINIMAL + '[[sites.larkspur.decisions]]\nname = "x"\ncategory = "preformance"',
            "sites.larkspur.decisions[0].category",
            "expected one of",
            "Did you mean 'performance'?",
        ),
        (
            MINIMAL + '[[sites.larkspur.decisions]]\nname = "x"\ncategory = "unclassified"',
            "sites.larkspur.decisions[0].category",
            "unclassified is no decision",
            "",
        ),
        (
            MINIMAL + '[[sites.larkspur.decisions]]\nname = "x"\ncategory = "necessary"\nreason = "y"',
            "sites.larkspur.decisions[0].criterion",
            'expected "A" or "B"',
            "WP194",
        ),
        (
            MINIMAL + '[[sites.larkspur.decisions]]\nname = "x"\ncategory = "necessary"\ncriterion = "C"',
            "sites.larkspur.decisions[0].criterion",
            'expected one of "A", "B", got \'C\'',
            "",
        ),
        (
            MINIMAL + '[[sites.larkspur.decisions]]\nname = "x"\ncategory = "necessary"\ncriterion = "A"',
            "sites.larkspur.decisions[0].reason",
            "expected why it is exempt",
            "",
        ),
        (
            MINIMAL + '[[sites.larkspur.decisions]]\nname = "*"\ncategory = "advertising"',
            "sites.larkspur.decisions[0].name",
            "* alone",
            "",
        ),
        (
            MINIMAL
            + '[[sites.larkspur.decisions]]\nname = "x"\ncategory = "advertising"\nlifetime = "a year"',
            "sites.larkspur.decisions[0].lifetime",
            "up to 13 months",
            "",
        ),
        (
            MINIMAL + '[[sites.larkspur.decisions]]\nname = "x"\ncategory = "advertising"\ndecided = "soon"',
            "sites.larkspur.decisions[0].decided",
            "expected a date (2026-01-31), got 'soon'",
            "",
        ),
        (
            MINIMAL + '[[sites.larkspur.decisions]]\nname = "x"\ncategory = "advertising"\nkind = "cookies"',
            "sites.larkspur.decisions[0].kind",
            'expected one of "cookie", "local_storage"',
            "Did you mean 'cookie'?",
        ),
        ('[server]\nlisten = "8080"\n' + MINIMAL, "server.listen", "expected \"HOST:PORT\", got '8080'", ""),
        ('[server]\nlisten = "::1:70000"\n' + MINIMAL, "server.listen", "a port up to 65535", ""),
        ('server = "x"\n' + MINIMAL, "server", "expected a table, got 'x'", ""),
        ("sites = 3", "sites", "expected tables [sites.<id>]", ""),
        ("[sites]\na = 3", "sites.a", "expected a table, got 3", ""),
        (
            '[sites.Larkspur]\nurl = "https://a.example"',
            "sites.Larkspur",
            "lower-case letters, digits and hyphens",
            "",
        ),
        ("", "sites", "expected at least one [sites.<id>] table with a url", ""),
    ],
)
def test_a_mistake_is_told_with_its_key_what_was_expected_and_a_hint(
    written: Written, text: str, key: str, expected: str, hint: str
) -> None:
    (problem,) = written.problems(text)
    assert problem.startswith(f"{key}: ")
    assert expected in problem
    assert hint in problem


def test_every_mistake_is_told_at_once(written: Written) -> None:
    text = "[server]\nlisten = 1\n[sites.a]\nurl = 2\nhots = []\n[sites.a.scan]\npages = 0\ndwell_s = -1\n[sites.b]\n"
    keys = [problem.partition(":")[0] for problem in written.problems(text)]
    assert keys == [
        "server.listen",
        "sites.a.hots",
        "sites.a.url",
        "sites.a.scan.pages",
        "sites.a.scan.dwell_s",
        "sites.b.url",
    ]


def test_a_missing_file_is_told_with_the_way_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"sites\.toml: no such file\. Name your site in it"):
        load_sites(tmp_path / "sites.toml")
    (tmp_path / "sites.toml").write_text(SMALLEST, encoding="utf-8")
    assert set(load_sites(tmp_path / "sites.toml").sites) == {"shop"}


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_sites(tmp_path)


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"is not valid TOML: .*line 2"):
        load(tmp_path, "[sites.a]\nurl = = 1\n")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sites.toml"
    path.write_bytes(b'[sites.a]\nname = "Caf\xe9"\n')
    with pytest.raises(ConfigError, match="byte 21 is not UTF-8"):
        load_sites(path)


def test_an_unknown_site_is_told_with_the_known_ones() -> None:
    with pytest.raises(
        NotFoundError, match=r"no site 'larkspurr' \(known: larkspur\)\. Did you mean 'larkspur'\?"
    ):
        load_sites(EXAMPLE).site("larkspurr")


@pytest.mark.parametrize("entry", ["proxy.example", "10.0.0.1/8", "10.0.0.0/33", ""])
def test_a_trusted_proxy_is_an_address_or_a_network(written: Written, entry: str) -> None:
    text = f'[server]\ntrusted_proxies = ["127.0.0.1", "{entry}"]\n{MINIMAL}'
    [problem] = written.problems(text)
    assert problem.startswith("server.trusted_proxies: expected an address or network")
    assert repr(entry) in problem
