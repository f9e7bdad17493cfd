"""jsDelivr sets nothing and may be loaded with crossorigin."""

from __future__ import annotations

from tests.scanner.demo.client import Client


async def test_the_menu_script_is_cacheable_and_without_cookies(client: Client) -> None:
    answer = await client.get("https://cdn.jsdelivr.net/npm/pantry-menu@2.1.0/dist/pantry-menu.min.js")
    assert answer.set_cookies == []
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
