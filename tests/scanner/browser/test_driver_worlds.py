"""The driver's own worlds are shared, so that a page gets no further one of ours."""

from __future__ import annotations

from scanner.browser.launch import launched
from scanner.browser.targets import PageTargets
from scanner.browser.worlds import ask_frames
from tests.scanner.conftest import START, Site


async def test_a_question_makes_no_further_world_and_never_meets_the_pages_own_objects(site: Site) -> None:
    site.page("/", "<script>window.mine = 1; JSON.stringify = () => 'tampered'</script>")
    site.page("/next", "next")
    async with launched(resolve=site.resolve, ignore_certificate_errors=True) as running:
        page = await (await running.new_context()).new_page()
        targets = PageTargets(page, await page.context.new_cdp_session(page))
        await targets.open([("Runtime.enable", {})])
        await page.goto(START)
        asked = await ask_frames(targets, "[typeof globalThis.mine, JSON.stringify([1])]")
        first = targets.driver_worlds.all()
        await page.goto(f"{START}next")
        again = await ask_frames(targets, "document.body.textContent.trim()")
    assert [answer.value for answer in asked] == [["undefined", "[1]"]]
    assert [answer.value for answer in again] == ["next"]
    assert len(first) == 1
    assert len(targets.driver_worlds.all()) == 1, "the worlds of a page that is gone are forgotten"
    assert targets.worlds == {}, "no world of ours was made"


async def test_a_world_that_is_gone_is_replaced_by_one_of_ours(site: Site) -> None:
    site.page("/", "here")
    async with launched(resolve=site.resolve, ignore_certificate_errors=True) as running:
        page = await (await running.new_context()).new_page()
        targets = PageTargets(page, await page.context.new_cdp_session(page))
        await targets.open([("Runtime.enable", {})])
        await page.goto(START)
        frame = (await targets.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        targets.driver_worlds._worlds[frame] = 987_654  # as if its end had not been told yet
        answers = await ask_frames(targets, "document.body.textContent")
    assert [answer.value for answer in answers] == ["here"]
    assert len(targets.worlds) == 1
