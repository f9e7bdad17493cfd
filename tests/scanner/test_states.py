"""Each state has its own clean context and its own signal."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from consent.model.categories import ConsentState
from consent.model.errors import ConfigError
from scanner.observations import Crawl
from tests.scanner.conftest import SHOP, START, Site, observed, visited

Run = Callable[..., Awaitable[Crawl]]


async def test_gpc_is_sent_with_every_request_and_told_to_scripts_and_only_in_its_state(
    site: Site, run_crawl: Run
) -> None:
    site.page(
        "/",
        "<script src='https://t.track.example/t.js'></script><script>document.title = String(navigator.globalPrivacyControl)</script>",
    )
    site.add("t.track.example", "/t.js", "")
    crawl = await run_crawl(states=(ConsentState.BEFORE, ConsentState.GPC))
    assert visited(crawl, "/").title == "undefined"
    assert visited(crawl, "/", ConsentState.GPC).title == "true"
    sent = [headers.get("Sec-GPC") for host, path, headers in site.requests if path == "/t.js"]
    assert sent == [None, None, "1"], "the state before visits its start page twice"
    assert crawl.passes[1].evidence == ("Sec-GPC: 1",)


async def test_without_a_banner_the_pass_is_not_applied_but_its_pages_are_visited(
    site: Site, run_crawl: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.consent_actions.APPEAR_S", 0.5)
    site.page("/", '<a href="/a">a</a>', Set_Cookie="n=1; Max-Age=100")
    site.page("/a", "a")
    crawl = await run_crawl(states=(ConsentState.BEFORE, ConsentState.REJECT))
    rejected = crawl.passes[1]
    assert (rejected.applied, rejected.banner_found, rejected.method) == (False, False, "none")
    assert [visit.status for visit in crawl.visits if visit.state is ConsentState.REJECT] == ["ok", "ok"]
    early = observed(crawl, "cookie", "n", state=ConsentState.REJECT, after_action=False)
    late = observed(crawl, "cookie", "n", state=ConsentState.REJECT, after_action=True)
    assert early.page == late.page == START


async def test_a_logged_in_scan_starts_with_its_cookies_and_does_not_report_them(
    site: Site, run_crawl: Run, tmp_path: Path
) -> None:
    cookie = {
        "name": "login",
        "value": "secret",
        "domain": SHOP,
        "path": "/",
        "expires": -1,
        "httpOnly": True,
        "secure": True,
        "sameSite": "Lax",
    }
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"cookies": [cookie], "origins": []}), encoding="utf-8")
    site.page("/", "start", Set_Cookie="own=1")
    crawl = await run_crawl(storage_state=file)
    pages = [headers for _, path, headers in site.requests if path == "/"]
    assert pages
    assert all("login=secret" in headers.get("Cookie", "") for headers in pages)
    assert [seen.name for seen in crawl.observations if seen.kind == "cookie"] == ["own"]


async def test_a_storage_state_that_is_none_is_named(site: Site, run_crawl: Run, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with pytest.raises(ConfigError, match="no such file"):
        await run_crawl(storage_state=file)
    file.write_text("no json", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"cannot be used as a storage state"):
        await run_crawl(storage_state=file)


async def test_screenshots_are_taken_of_the_start_page_and_around_the_action(
    site: Site, run_crawl: Run, tmp_path: Path
) -> None:
    site.page(
        "/",
        "<div id=c style='position:fixed;bottom:0'>Cookies? <button onclick=\"document.cookie='c=1'; c.remove()\">Reject</button></div>",
    )
    crawl = await run_crawl(
        states=(ConsentState.BEFORE, ConsentState.REJECT), screenshots=tmp_path / "shots", pages=1
    )
    names = {path.name for path in (tmp_path / "shots").iterdir()}
    assert names == {
        "before-start.png",
        "reject-start.png",
        "reject-before-action.png",
        "reject-after-action.png",
    }
    assert (crawl.passes[1].screenshot_before, crawl.passes[1].screenshot_after) == (
        "reject-before-action.png",
        "reject-after-action.png",
    )
    assert visited(crawl, "/").screenshot == "before-start.png"
