"""Frames are asked where their own scripts cannot interfere."""

from __future__ import annotations

from scanner.browser.launch import launched
from scanner.browser.targets import PageTargets
from scanner.browser.worlds import ask_frames
from tests.scanner.conftest import SHOP, START, Site


async def test_each_origin_answers_once_and_untampered(site: Site) -> None:
    site.page(
        "/",
        '<iframe src="/in"></iframe><iframe src="https://video.embed.example/"></iframe><script>String.prototype.toUpperCase = () => "mine"</script>',
    )
    site.page("/in", "same origin")
    site.add("video.embed.example", "/", "third")
    async with launched(resolve=site.resolve, ignore_certificate_errors=True) as running:
        page = await (await running.new_context()).new_page()
        targets = PageTargets(page, await page.context.new_cdp_session(page))
        await targets.open([("Runtime.enable", {})])
        await page.goto(START)
        answers = await ask_frames(targets, "Promise.resolve(location.host.toUpperCase())")
        main = await ask_frames(targets, "location.host", main_only=True)
    assert [(answer.value, answer.main) for answer in answers] == [
        (SHOP.upper(), True),
        ("VIDEO.EMBED.EXAMPLE", False),
    ]
    assert [answer.value for answer in main] == [SHOP]
