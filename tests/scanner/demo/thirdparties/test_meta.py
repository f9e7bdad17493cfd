"""Meta Pixel: library, configuration, event."""

from __future__ import annotations

from tests.scanner.demo.client import Client


async def test_an_event_sets_a_cookie_that_scripts_cannot_read(client: Client) -> None:
    (line,) = (await client.get("https://www.facebook.com/tr/?id=1&ev=PageView")).set_cookies
    assert line.startswith("fr=0")
    assert line.endswith("; Path=/; Secure; Domain=.facebook.com; Max-Age=7776000; HttpOnly; SameSite=None")


async def test_library_and_configuration_are_scripts(client: Client) -> None:
    for path in ("en_US/fbevents.js", "signals/config/618249305577134?v=2.9.180"):
        answer = await client.get(f"https://connect.facebook.net/{path}")
        assert answer.headers["Content-Type"].startswith("text/javascript")
