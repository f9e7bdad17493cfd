"""A pass has a context of its own, and everything in it before its first page."""

from __future__ import annotations

from pathlib import Path

from consent.model.categories import ConsentState
from scanner.browser.launch import launched
from scanner.guard import guard_of
from scanner.plan import CrawlPlan
from scanner.scenes import Scenes
from scanner.tabs import Gate
from tests.scanner.conftest import START, Site


async def test_contexts_share_nothing_and_end_with_their_pass(site: Site) -> None:
    site.page(
        "/", "<script>document.title = String(navigator.globalPrivacyControl)</script>", Set_Cookie="n=1"
    )
    plan = CrawlPlan(site="shop", start_url=START, resolve=site.resolve, ignore_certificate_errors=True)
    async with launched(resolve=plan.resolve, ignore_certificate_errors=True) as running:
        scenes = Scenes(running, plan, guard_of(plan), Gate(2))
        async with scenes.open(ConsentState.BEFORE) as (scene, collectors, tabs):
            tab = await tabs.take()
            await tab.page.goto(START)
            assert [one["name"] for one in await scene.context.cookies()] == ["n"]
            assert {one.id for one in collectors} >= {"cookies", "network", "storage"}
            async with scenes.open(ConsentState.GPC) as (other, _, more):
                assert await other.context.cookies() == []
                assert other.binding != scene.binding
                tab = await more.take()
                await tab.page.goto(START)
                assert await tab.page.title() == "true"
            assert len(running.browser.contexts) == 1
        assert running.browser.contexts == []


async def test_cookies_that_a_login_brings_are_known_as_such(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text(
        '{"cookies": [{"name": "login", "value": "x", "domain": "www.shop.example", "path": "/"}]}'
    )
    plan = CrawlPlan(site="shop", start_url=START, resolve=site.resolve, storage_state=file)
    async with (
        launched(resolve=plan.resolve) as running,
        Scenes(running, plan, guard_of(plan), Gate(1)).open(ConsentState.GPC) as (scene, _, _),
    ):
        assert scene.preset_cookies == {("login", "www.shop.example")}
