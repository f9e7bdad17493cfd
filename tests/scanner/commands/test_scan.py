from __future__ import annotations

import asyncio
import json
import sys
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner

from consent.decisions import record
from consent.model.categories import Category
from consent.model.errors import ConfigError, ConsentryError
from consent.model.inventory import decode_inventory
from consent.model.sites import Decision
from consent.store import open_store
from scanner.commands import scan
from scanner.commands.scan import command
from scanner.evidence_pack import verify
from scanner.report import load_report
from tests.scanner.factories import judged
from tests.scanner.factories import page as a_page
from tests.scanner.factories import report as a_report

PAGE = """<!doctype html><title>Shop</title><h1>Shop</h1><a href="/next">next</a>
<script>document.cookie = "_fbp=fb.1.1700000000000.123456789; path=/; max-age=7776000";</script>"""


async def consentry(*arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "consent.cli", "scan", *arguments,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, problem = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), problem.decode()


@pytest.fixture
async def shop() -> AsyncIterator[str]:
    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/next", page)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


def refused(*arguments: str) -> str:
    """Run with arguments that cannot work; returns what the user is told."""
    result = CliRunner().invoke(command, arguments)
    if isinstance(result.exception, ConsentryError):
        assert isinstance(result.exception, ConfigError)
        return str(result.exception)
    assert result.exit_code == 2
    return result.output


async def test_a_scan_writes_reports_and_inventory_and_says_so_in_one_json_line(
    shop: str, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.txt"
    policy.write_text(
        "Privacy policy\n\nWe only use session cookies. We use no advertising cookies. We use HubSpot.\n"
    )
    code, said, _ = await consentry(
        shop,
        *("--states", "before", "--out", str(tmp_path), "--json", "--format", "json,html,md"),
        *("--policy", str(policy)),
    )
    assert code == 0
    line = json.loads(said)
    assert (line["site"], line["summary"]["verdict"]) == ("127-0-0-1", "violations")
    report = load_report(tmp_path / "report.json")
    assert [page.status for page in report.pages] == ["ok", "ok"]
    assert [(item.name, item.category.value) for item in report.items] == [("_fbp", "advertising")]
    assert report.policy is not None
    assert [one.group for one in report.policy.findings if one.rule == "policy-contradicted"] == [
        "contradiction"
    ] * 2
    assert "We only use session cookies." in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert (tmp_path / "report.md").exists()
    assert [item.name for item in decode_inventory((tmp_path / "inventory.json").read_bytes()).items] == [
        "_fbp"
    ]
    assert not list(tmp_path.glob("*.part"))


async def test_a_finding_at_fail_on_ends_with_1_and_a_baseline_that_has_it_with_0(
    shop: str, tmp_path: Path
) -> None:
    common = (shop, "--states", "before", "--pages", "1", "--json", "--fail-on", "before-consent")
    code, *_ = await consentry(*common, "--out", str(tmp_path / "one"))
    assert code == 1
    code, *_ = await consentry(
        *common, "--out", str(tmp_path / "two"), "--baseline", str(tmp_path / "one" / "report.json")
    )
    assert code == 0


async def test_a_site_that_cannot_be_reached_does_not_stop_the_others(shop: str, tmp_path: Path) -> None:
    sites = tmp_path / "sites.toml"
    sites.write_text(f'[sites.gone]\nurl = "https://gone.example"\n[sites.shop]\nurl = "{shop}"\n')
    code, said, _ = await consentry(
        "gone",
        "shop",
        "--sites",
        str(sites),
        "--states",
        "before",
        "--pages",
        "1",
        "--out",
        str(tmp_path / "out"),
        "--json",
    )
    assert code == 3
    gone, found = (json.loads(line) for line in said.splitlines())
    assert "name is unknown" in gone["error"]
    assert gone["hint"]
    assert found["out"] == str(tmp_path / "out" / "shop")
    assert (tmp_path / "out" / "shop" / "report.json").exists()
    assert not (tmp_path / "out" / "gone").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ftp://shop.example",), "no http or https URL"),
        (("shop.example",), "https://shop.example"),
        (("https://shop.example", "--states", "reject"), 'expected "before"'),
        (("https://shop.example", "--states", "before,maybe"), "before, reject, accept, withdraw, gpc"),
        (("https://shop.example", "--format", "docx"), "expected some of csv"),
        (("https://shop.example", "--fail-on", "terrible"), "neither a severity nor a rule"),
        (("https://shop.example", "--baseline", "nowhere.json"), "nowhere.json"),
        (("https://shop.example", "--pages", "0"), "--pages"),
        (("https://shop.example", "--sites", "nowhere.toml"), "nowhere.toml"),
        (("https://a.example", "https://b.example", "--policy", __file__), "one site's"),
    ],
)
def test_what_cannot_work_is_told_before_a_browser_starts(arguments: tuple[str, ...], told: str) -> None:
    assert told in refused(*arguments)


def test_a_site_id_that_the_file_lacks_is_told_with_those_that_it_has(tmp_path: Path) -> None:
    sites = tmp_path / "sites.toml"
    sites.write_text('[sites.larkspur]\nurl = "https://www.larkspur.example"\n')
    result = CliRunner().invoke(command, ["larkspr", "--sites", str(sites)])
    assert "known: larkspur" in str(result.exception)
    assert "Did you mean 'larkspur'" in str(result.exception)


def test_a_folder_that_cannot_be_made_is_told_before_the_scan(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    said: Any = refused("https://shop.example", "--out", str(tmp_path / "file" / "out"))
    assert "cannot be made" in said


async def test_a_scan_uses_the_decisions_of_the_database_after_those_of_the_file(
    shop: str, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path}/log.db"
    store = await open_store(database)
    decided = Decision(
        name="_fbp",
        category=Category.NECESSARY,
        criterion="B",
        reason="the visitor asked for it",
        lifetime="session",
    )
    await record(store, "shop", [decided])
    await store.close()
    sites = tmp_path / "sites.toml"
    sites.write_text(f'[server]\ndatabase = "{database}"\n[sites.shop]\nurl = "{shop}"\n')
    arguments = ("shop", "--sites", str(sites), "--states", "before", "--out", str(tmp_path), "--json")
    code, _, problem = await consentry(*arguments)
    assert code == 0, problem
    made = load_report(tmp_path / "report.json")
    (item,) = [one for one in made.items if one.name == "_fbp"]
    assert (item.category, item.criterion) == (Category.NECESSARY, "B")
    assert item.reopened == "it stays up to 6 months, and stayed for the session then"
    assert "decision-reopened" in {one.rule for one in made.findings}
    sites.write_text(
        sites.read_text() + '[[sites.shop.decisions]]\nname = "_fbp"\ncategory = "advertising"\n'
    )
    code, _, problem = await consentry(*arguments)
    assert code == 0, problem
    made = load_report(tmp_path / "report.json")
    assert [one.category for one in made.items if one.name == "_fbp"] == [Category.ADVERTISING]


def test_a_database_that_is_named_and_not_there_is_told(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/none.db"
    assert "no such database" in refused("https://shop.example/", "--database", database)


async def test_pages_can_be_named_chosen_and_opened_with_a_login(shop: str, tmp_path: Path) -> None:
    (tmp_path / "seeds").write_text("/next?campaign=1\n", encoding="utf-8")
    (tmp_path / "login").write_text("user:hunter2\n", encoding="utf-8")
    code, out, problem = await consentry(
        shop, "--out", str(tmp_path / "out"), "--states", "before", "--json", "--seeds", str(tmp_path / "seeds"),
        "--exclude", "/next", "--header", "X-Token: s3cret", "--basic-auth", str(tmp_path / "login"),
        "--delay", "0.01", "--no-sitemaps", "--format", "json,pack",
    )  # fmt: skip
    assert code == 0, out + problem
    text = (tmp_path / "out" / "report.json").read_text(encoding="utf-8")
    report = load_report(tmp_path / "out" / "report.json")
    assert [page.url for page in report.pages] == [shop, f"{shop}next?campaign=1"]
    assert "X-Token: \u2026" in text
    secrets = ("s3cret", "hunter2", "dXNlcjpodW50ZXIy")
    assert not any(secret in text for secret in secrets)
    pack = tmp_path / "out" / "evidence.zip"
    assert verify(pack).problems == []
    with zipfile.ZipFile(pack) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert {"har/before.har", "screenshots/before-start.png", "report.json", "command.txt"} <= set(files)
    assert not any(secret.encode() in data for secret in secrets for data in files.values())
    assert files["har/before.har"].count(b"withheld") >= 2


def test_a_site_of_which_no_page_was_measured_never_ends_with_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["https://shop.example", "--out", str(tmp_path)]
    for status, code in (("not_measured", 3), ("ok", 0)):
        seen = judged(a_report(pages=(a_page(status=status),)))
        monkeypatch.setattr(scan, "scan_site", lambda *_args, seen=seen, **_kwargs: seen)
        result = CliRunner().invoke(command, arguments)
        assert result.exit_code == code
        assert ("no page could be measured; the report says why" in result.stderr) is (code == 3)
