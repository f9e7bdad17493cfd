from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from consent.model.categories import Category, ConsentState
from consent.model.errors import ConfigError
from consent.model.inventory import decode_inventory
from scanner.commands.import_har import command
from scanner.report import Report, load_report
from tests.scanner.har.recordings import SHOP, entry, har, written

SHARED = Path(__file__).parents[4] / "shared" / "data" / "har"
RECORDINGS = sorted(SHARED.glob("*.har"))


def run(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, [str(path), *arguments])


def imported(path: Path, out: Path, *arguments: str) -> Report:
    result = run(path, "--out", str(out), "--json", *arguments)
    assert result.exit_code == 0, result.output + repr(result.exception)
    return load_report(out / "report.json")


def small(tmp_path: Path, **more: Any) -> Path:
    tag = entry(
        "https://connect.facebook.net/en_US/fbevents.js", at=2, mime="text/javascript", sent={"Referer": SHOP}
    )
    pixel = entry(
        "https://www.facebook.com/tr/?id=1&ev=PageView", at=3, mime="image/gif", sent={"Cookie": "fr=0a1b2c"}
    )
    page = entry(
        SHOP,
        at=1,
        got={"Set_Cookie": "_fbp=fb.1.1772452800000.123456789; Domain=shop.example; Max-Age=7776000"},
    )
    return written(tmp_path, har(page, tag, pixel, **more))


def raw_names_and_hosts(path: Path) -> tuple[set[str], set[str]]:
    """What the file holds, counted by plain reading: names of cookies, and hosts."""
    names: set[str] = set()
    hosts: set[str] = set()
    for one in json.loads(path.read_bytes().decode("utf-8-sig"))["log"]["entries"]:
        urls = [one["request"]["url"], one["response"].get("redirectURL") or ""]
        hosts |= {host for url in urls if (host := urlsplit(url).hostname)}
        for side in ("request", "response"):
            names |= {cookie["name"] for cookie in one[side]["cookies"]}
            for header in one[side]["headers"]:
                if header["name"].lower() == "set-cookie":
                    names |= {line.partition("=")[0].strip() for line in header["value"].split("\n")}
                elif header["name"].lower() == "cookie":
                    names |= {pair.partition("=")[0].strip() for pair in header["value"].split(";")}
    return names - {""}, hosts


@pytest.mark.skipif(not RECORDINGS, reason="the folder of recordings is not here")
@pytest.mark.parametrize("path", RECORDINGS or [Path("none")], ids=lambda path: path.stem)
def test_every_cookie_and_host_of_a_recording_is_in_its_report(path: Path, tmp_path: Path) -> None:
    names, hosts = raw_names_and_hosts(path)
    report = imported(path, tmp_path)
    assert names
    assert names - {item.name for item in report.items} == set()
    assert hosts - {host.host for host in report.hosts} == set()


def test_a_recording_gives_the_report_of_a_scan_with_inventory_and_all_formats(tmp_path: Path) -> None:
    report = imported(small(tmp_path), tmp_path / "out", "--format", "json,html,csv,md,sarif")
    assert (report.site, report.start_url) == ("www-shop-example", SHOP)
    assert {(item.name, item.host, item.category) for item in report.items} == {
        ("_fbp", "shop.example", Category.ADVERTISING),
        ("fr", "www.facebook.com", Category.ADVERTISING),
    }
    assert [host.host for host in report.hosts] == [
        "www.shop.example",
        "connect.facebook.net",
        "www.facebook.com",
    ]
    assert {"before-consent"} <= {finding.rule for finding in report.findings}
    assert report.summary["verdict"] == "violations"
    assert any("recording (HAR)" in limit for limit in report.limits)
    assert "limits" not in report.tool
    for kind in ("html", "csv", "md", "sarif"):
        assert "from a recording" in (tmp_path / "out" / f"report.{kind}").read_text(encoding="utf-8")
    assert decode_inventory((tmp_path / "out" / "inventory.json").read_bytes()).items


def test_the_state_is_before_else_as_told_else_as_a_recording_of_ours_says(tmp_path: Path) -> None:
    states = [
        imported(small(tmp_path), tmp_path / "out").passes[0].state,
        imported(small(tmp_path), tmp_path / "out", "--state", "accept").passes[0].state,
        imported(small(tmp_path, _consentry={"state": "reject"}), tmp_path / "out").passes[0].state,
        imported(small(tmp_path, _consentry={"state": "odd"}), tmp_path / "out").passes[0].state,
    ]
    assert states == [ConsentState.BEFORE, ConsentState.ACCEPT, ConsentState.REJECT, ConsentState.BEFORE]


def test_what_was_only_deleted_is_in_the_report_and_was_stored_in_no_state(tmp_path: Path) -> None:
    path = written(tmp_path, har(entry(got={"Set_Cookie": "_gid=; Max-Age=0"})))
    (item,) = imported(path, tmp_path / "out").items
    assert (item.name, item.states, item.lifetime_s) == ("_gid", (), 0)


def test_attributes_that_a_recording_does_not_tell_are_no_finding(tmp_path: Path) -> None:
    rules = {
        name: {finding.rule for finding in imported(written(tmp_path, har(made)), tmp_path / name).findings}
        for name, made in (
            ("sent", entry(sent={"Cookie": "PHPSESSID=0a1b2c"})),
            ("set", entry(got={"Set_Cookie": "PHPSESSID=0a1b2c"})),
        )
    }
    assert "insecure-cookie" not in rules["sent"]
    assert "insecure-cookie" in rules["set"]


def test_the_sites_file_gives_decisions_and_the_exit_code_follows_fail_on(tmp_path: Path) -> None:
    sites = tmp_path / "sites.toml"
    sites.write_text(
        f'[sites.shop]\nurl = "{SHOP}"\n[[sites.shop.decisions]]\nname = "_fbp"\ncategory = "performance"\n'
    )
    path = small(tmp_path)
    report = imported(path, tmp_path / "out", "--sites", str(sites))
    assert report.site == "shop"
    assert [item.category for item in report.items if item.name == "_fbp"] == [Category.PERFORMANCE]
    assert imported(path, tmp_path / "out", "--sites", str(sites), "--site", "shop").site == "shop"
    assert run(path, "--out", str(tmp_path / "out"), "--fail-on", "high").exit_code == 1
    baseline = str(tmp_path / "out" / "report.json")
    assert run(path, "--out", str(tmp_path / "b"), "--fail-on", "high", "--baseline", baseline).exit_code == 0


def test_a_recording_without_an_answered_page_ends_with_3(tmp_path: Path) -> None:
    result = run(written(tmp_path, har(entry(status=0))), "--out", str(tmp_path / "out"))
    assert result.exit_code == 3
    assert "no page of the recording was answered" in result.stderr
    assert (tmp_path / "out" / "report.json").exists()


def test_what_cannot_be_used_is_told(tmp_path: Path) -> None:
    assert "is no HAR" in str(run(written(tmp_path, "<html>")).exception)
    assert isinstance(run(tmp_path / "none.har").exception, ConfigError)
    assert "neither a severity nor a rule" in str(run(small(tmp_path), "--fail-on", "terrible").exception)
    assert run(small(tmp_path), "--state", "maybe").exit_code == 2


WITHOUT_BROWSER = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"playwright", "protego", "trustme", "duckduckgo_autoconsent"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocker())
from consent.cli import main
main()
"""


def test_no_browser_and_no_playwright_are_needed(tmp_path: Path) -> None:
    arguments = ["import-har", str(small(tmp_path)), "--out", str(tmp_path / "out"), "--json"]
    program = [sys.executable, "-c", WITHOUT_BROWSER, *arguments]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["site"] == "www-shop-example"
