"""The closed loop, once as `consentry demo` runs it, and once more as a visitor who knows nothing of our scanner."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import BrowserContext, Page, async_playwright

from consent.model import own_cookie
from consent.model.inventory import decode_inventory
from consent.model.sites import load_sites
from consent.publication_plan import plan
from consent.store import open_store
from scanner.browser.find import find_browser
from scanner.demo.front import DemoWorld
from scanner.demo.loop import WIDGET_TAG, Loop, Step
from scanner.report import load_report

pytestmark = pytest.mark.timeout(400)


async def consentry(*arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "consent.cli", *arguments,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, problem = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), problem.decode()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one run of the demo left behind; the run itself must hold in every step."""
    out = tmp_path_factory.mktemp("demo") / "out"
    code, said, problem = asyncio.run(consentry("demo", "--out", str(out)))
    assert code == 0, said + problem
    assert said.count("✓") >= 2 * 8
    assert "✗" not in said
    return out


async def test_the_demo_writes_both_reports_the_inventory_and_the_database(demo: Path) -> None:
    bare, protected = (
        load_report(demo / "1-unprotected/report.json"),
        load_report(demo / "2-protected/report.json"),
    )
    assert bare.summary["verdict"] == "violations"
    assert protected.summary["verdict"] != "violations"
    assert [one.state for one in protected.passes if one.applied] == ["before", "reject", "accept"]
    assert not [one for one in protected.findings if one.rule in {"before-consent", "after-reject"}]
    inventory = decode_inventory((demo / "1-unprotected/inventory.json").read_bytes())
    assert {"Google Analytics", "LinkedIn Insight and Ads", "Meta pixel", "YouTube"} <= {
        one.service for one in inventory.services
    }
    for name in ("1-unprotected/report.html", "2-protected/report.html"):
        page = (demo / name).read_text(encoding="utf-8")
        assert page.count("<script") == page.count("<script>") == 1, "its own one, loaded from nowhere"


async def test_publishing_the_scan_that_proves_the_protection_asks_nobody_again(demo: Path) -> None:
    site = load_sites(demo / "sites.toml").sites["larkspur"]
    proving = decode_inventory((demo / "2-protected/inventory.json").read_bytes())
    assert own_cookie.NAME in {item.name for item in proving.items}
    store = await open_store(f"sqlite:///{demo / 'consentry.db'}")
    made, _, _ = await plan(store, site, proving, public_url="https://consent.larkspur.example")
    await store.close()
    assert made.published_version == made.notice_version
    assert [one for one in made.differences if one.subject == "item"] == []
    assert not made.asks_again


async def test_our_own_banner_passes_every_practice_on_a_desktop_and_on_a_phone(demo: Path) -> None:
    audit = load_report(demo / "2-protected/report.json").banner
    assert audit is not None
    assert [(one.viewport, one.found, one.method) for one in audit.looks] == [
        ("desktop", True, "own widget"),
        ("phone", True, "own widget"),
    ]
    assert [(one.rule, one.viewport, one.reason) for one in audit.answers if one.verdict == "failed"] == []
    unjudged = {one.rule for one in audit.answers if one.verdict != "passed"}
    assert unjudged == {"closing", "practice-f", "practice-g", "practice-j"}, (
        "no cross, and no such practices"
    )
    for name in (
        "banner-desktop.png",
        "banner-desktop-settings.png",
        "banner-phone.png",
        "banner-phone-settings.png",
    ):
        assert (demo / "2-protected/screenshots" / name).is_file()


async def test_an_altered_record_is_named_by_log_verify(demo: Path, tmp_path: Path) -> None:
    sites = ["--sites", str(demo / "sites.toml")]
    code, said, _ = await consentry("log", "verify", *sites, "--json")
    assert (code, json.loads(said)["data"]["intact"]) == (0, True)
    copy = tmp_path / "altered.db"
    with closing(sqlite3.connect(demo / "consentry.db")) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        position, record_id, payload = target.execute(
            "SELECT position, record_id, payload FROM entry WHERE kind = 0 AND payload IS NOT NULL LIMIT 1"
        ).fetchone()
        altered = payload[:-1] + bytes([payload[-1] ^ 1])
        target.execute("UPDATE entry SET payload = ? WHERE position = ?", (altered, position))
        target.commit()
    code, said, problem = await consentry("log", "verify", *sites, "--database", f"sqlite:///{copy}")
    assert code == 1
    assert str(UUID(bytes=record_id)) in said + problem


async def test_a_folder_with_other_files_is_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    code, _, problem = await consentry("demo", "--out", str(tmp_path))
    assert code == 2
    assert "no demo wrote" in problem
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


@asynccontextmanager
async def protected_shop(demo: Path) -> AsyncIterator[tuple[DemoWorld, BrowserContext]]:
    """The protected shop behind a running server, and a fresh visitor's browser."""
    steps: list[Step] = []
    async with DemoWorld() as world, async_playwright() as playwright:
        loop = Loop(demo, world, tell=steps.append)
        browser = await playwright.chromium.launch(
            executable_path=find_browser().path, args=world.chromium_args
        )
        async with loop.serving() as address:
            world.consent_upstream = address
            world.protect(WIDGET_TAG)
            context = await browser.new_context(ignore_https_errors=True)
            yield world, context
            await context.close()
        await browser.close()


async def hits_after_settling(world: DemoWorld, page: Page) -> set[str]:
    await page.wait_for_load_state("load")
    await page.mouse.wheel(0, 5_000)
    await page.wait_for_timeout(800)
    return {hit.host for hit in world.hits}


async def click(page: Page, action: str) -> None:
    await page.locator(f'[data-consentry-action="{action}"]').first.click()


async def stored(context: BrowserContext) -> set[str]:
    return {str(cookie["name"]) for cookie in await context.cookies()}


NECESSARY_HOSTS = {"cdn.jsdelivr.net", "js.stripe.com", "m.stripe.com", "m.stripe.network"}
"""Third parties that the shop cannot do without, called before consent too."""


async def test_nothing_reaches_a_tracker_before_or_after_a_refusal_and_all_after_consent(demo: Path) -> None:
    async with protected_shop(demo) as (world, context):
        page = await context.new_page()
        for path in ("", "shop/silver-needle", "journal/brewing-white-tea"):
            await page.goto(world.url + path)
            assert await hits_after_settling(world, page) <= NECESSARY_HOSTS
        assert await stored(context) <= {"larkspur_session", "csrf_token"}

        await click(page, "reject")
        await page.goto(world.url)
        assert await hits_after_settling(world, page) <= NECESSARY_HOSTS
        assert await stored(context) <= {"larkspur_session", "csrf_token", "consentry"}

        await click(page, "reopen")
        await click(page, "accept")
        await page.wait_for_timeout(300)
        await page.goto(world.url)
        hits = await hits_after_settling(world, page)
        assert {"www.googletagmanager.com", "connect.facebook.net", "px.ads.linkedin.com"} <= hits
        assert {"_ga", "_fbp", "bcookie"} <= await stored(context)


async def test_a_withdrawal_stops_the_trackers_and_cleans_their_cookies(demo: Path) -> None:
    async with protected_shop(demo) as (world, context):
        page = await context.new_page()
        await page.goto(world.url)
        await click(page, "accept")
        await page.wait_for_timeout(300)
        await page.goto(world.url)
        await hits_after_settling(world, page)
        assert {"_ga", "_fbp"} <= await stored(context)

        await page.evaluate("() => { setTimeout(() => consentry.withdraw()) }")  # the page loads anew
        await page.wait_for_timeout(800)
        world.clear_hits()
        await page.goto(world.url + "shop")
        assert await hits_after_settling(world, page) <= NECESSARY_HOSTS
        own = {str(one["name"]) for one in await context.cookies(world.url)}
        assert own <= {"larkspur_session", "csrf_token", "consentry"}


async def test_a_visitor_reads_and_erases_the_own_history_by_the_consent_id(demo: Path) -> None:
    async with protected_shop(demo) as (world, context):
        page = await context.new_page()
        await page.goto(world.url)
        await click(page, "reject")
        await page.wait_for_timeout(500)
        (cookie,) = [one for one in await context.cookies() if one["name"] == "consentry"]
        consent_id = await page.evaluate(
            "(value) => JSON.parse(decodeURIComponent(value)).id", cookie["value"]
        )
        address = f"{world.consent_upstream}/v1/consent/{consent_id}"
        history = await fetch(context, "GET", address)
        assert history.status == 200
        assert "refused" in await history.text()
        assert (await fetch(context, "DELETE", address)).status in {200, 204}
        assert "refused" not in await (await fetch(context, "GET", address)).text()
    code, said, _ = await consentry("log", "verify", "--sites", str(demo / "sites.toml"), "--json")
    assert (code, json.loads(said)["data"]["intact"]) == (0, True)


async def fetch(context: BrowserContext, method: str, url: str) -> Any:
    return await context.request.fetch(url, method=method)
