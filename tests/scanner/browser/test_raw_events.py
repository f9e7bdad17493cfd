"""Events are heard as they come, and on a Playwright that is built otherwise as it documents them."""

from __future__ import annotations

from typing import Any, cast

from playwright.async_api import CDPSession

from scanner.browser.launch import launched
from scanner.browser.raw_events import listen


async def test_events_come_as_plain_data() -> None:
    async with launched() as running:
        page = await (await running.new_context()).new_page()
        session = await page.context.new_cdp_session(page)
        seen: list[dict[str, Any]] = []
        listen(session, "Runtime.consoleAPICalled", seen.append)
        await session.send("Runtime.enable")
        await page.evaluate("console.log('here', 7)")
        await session.send("Runtime.disable")
    assert [[one["value"] for one in event["args"]] for event in seen] == [["here", 7]]


def test_a_session_without_an_inner_object_is_listened_to_itself() -> None:
    class Plain:
        def __init__(self) -> None:
            self.listeners: dict[str, Any] = {}

        def on(self, event: str, listener: Any) -> None:
            self.listeners[event] = listener

    plain = Plain()
    listen(cast(CDPSession, plain), "Network.dataReceived", print)
    assert plain.listeners == {"Network.dataReceived": print}
