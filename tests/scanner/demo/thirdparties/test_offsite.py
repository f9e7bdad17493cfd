"""The wholesale partner's site."""

from __future__ import annotations

from tests.scanner.demo.client import Client


async def test_the_partner_has_a_session_of_its_own(client: Client) -> None:
    answer = await client.get("https://trade.leafport.example/")
    assert "Leafport Trade" in answer.text
    assert set(answer.cookies) == {"leafport_session"}
