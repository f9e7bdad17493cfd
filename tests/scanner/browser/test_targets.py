"""One stream of events from a page and its workers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from scanner.browser.launch import launched
from scanner.browser.targets import ATTACHED, PageTargets, TargetGone

WORKER = "new Worker(URL.createObjectURL(new Blob(['onmessage = () => postMessage(1)'])))"


async def test_a_worker_is_attached_and_can_be_asked() -> None:
    async with launched() as running:
        page = await (await running.new_context()).new_page()
        targets = PageTargets(page, await page.context.new_cdp_session(page))
        attached: list[dict[str, Any]] = []
        there = asyncio.Event()
        targets.on(ATTACHED, lambda event: (attached.append(event), there.set()))
        await targets.open([("Runtime.enable", {})])
        await page.goto("about:blank")
        await page.evaluate(WORKER)
        async with asyncio.timeout(10):
            await there.wait()
        (worker,) = targets.children("worker")
        answer = await targets.send("Runtime.evaluate", {"expression": "6 * 7"}, child=worker, timeout_s=10)
        assert answer["result"]["value"] == 42
        with pytest.raises(TargetGone):
            await targets.send("No.such", child=worker, timeout_s=10)
        await targets.close()


async def test_a_handler_that_fails_is_noted_and_costs_only_itself() -> None:
    async with launched() as running:
        page = await (await running.new_context()).new_page()
        targets = PageTargets(page, await page.context.new_cdp_session(page))
        seen: list[str] = []
        targets.on("Runtime.executionContextCreated", lambda event: event["nothing"])
        targets.on("Runtime.executionContextCreated", lambda event: seen.append(event["context"]["origin"]))
        await targets.open([("Runtime.enable", {})])
        await page.goto("about:blank")
        assert seen
        assert targets.failures[0] == "Runtime.executionContextCreated: KeyError: 'nothing'"


async def test_a_page_that_hangs_is_marked_and_not_asked_again() -> None:
    async with launched() as running:
        page = await (await running.new_context()).new_page()
        targets = PageTargets(page, await page.context.new_cdp_session(page))
        await targets.open([("Runtime.enable", {})])
        with pytest.raises(TargetGone, match="no answer within"):
            await targets.send("Runtime.evaluate", {"expression": "for (;;) {}"}, timeout_s=0.2)
        assert targets.hung
