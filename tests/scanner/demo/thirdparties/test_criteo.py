"""Criteo: tag, frame, event."""

from __future__ import annotations

from tests.scanner.demo.client import Client


async def test_the_frame_holds_the_identifier(client: Client) -> None:
    (line,) = (await client.get("https://gum.criteo.com/syncframe?origin=onetag")).set_cookies
    assert line.startswith("uid=")
    assert "Domain=.criteo.com; Max-Age=33696000; SameSite=None" in line


async def test_tag_and_event_answer(client: Client) -> None:
    assert "cto_bundle" in (await client.get("https://dynamic.criteo.com/js/ld/ld.js?a=73150")).text
    assert (await client.request("POST", "https://sslwidget.criteo.com/event?a=73150")).status == 204
