"""Landbot: launcher, frame, the frame's script."""

from __future__ import annotations

from tests.scanner.demo.client import Client


async def test_the_chat_keeps_its_visitor_in_storage_and_sets_no_cookie(client: Client) -> None:
    assert "Landbot" in (await client.get("https://static.landbot.io/landbot-3/landbot-3.0.0.js")).text
    frame = await client.get("https://chats.landbot.io/v3/H-2741905-LRKSPR/index.html")
    assert frame.set_cookies == []
    assert 'src="/v3/chat.js"' in frame.text
    assert "localStorage.setItem" in (await client.get("https://chats.landbot.io/v3/chat.js")).text
