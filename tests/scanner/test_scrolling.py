"""Scrolling wakes what waits for a visitor's hand, and comes to the end of a page that grows."""

from __future__ import annotations

from scanner.browser.launch import launched
from scanner.browser.targets import PageTargets
from scanner.scrolling import scroll

PAGE = """<!doctype html><body style="margin: 0; height: 5000px"><script>
window.turned = 0;
addEventListener("wheel", (event) => { turned += event.isTrusted; });
addEventListener("scroll", () => { if (scrollY > 3000) document.body.style.height = "9000px"; });
</script>"""


async def test_a_page_is_scrolled_to_its_end_after_one_real_turn_of_the_wheel() -> None:
    async with launched() as running:
        page = await (await running.new_context()).new_page()
        await page.route("**/*", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
        await page.goto("http://www.shop.example/")
        targets = PageTargets(page, await page.context.new_cdp_session(page))
        await targets.open([("Runtime.enable", {})])
        await scroll(page, targets)
        assert await page.evaluate("[turned, scrollY + innerHeight]") == [1, 9000], "the wheel, and the end"


async def test_a_page_that_is_gone_is_not_scrolled_and_fails_nothing() -> None:
    async with launched() as running:
        page = await (await running.new_context()).new_page()
        targets = PageTargets(page, await page.context.new_cdp_session(page))
        await page.close()
        await scroll(page, targets)
        assert page.is_closed()
