"""The guest house's internet: its own host, its third parties, and one alias."""

from __future__ import annotations

from scanner.demo.planted import HOSTS, PlantedWorld
from tests.scanner.demo.client import Client


async def test_every_host_of_the_table_answers_and_is_a_hit(guest: Client, planted: PlantedWorld) -> None:
    served = set(planted.applications())
    assert {row.host for row in HOSTS} <= served
    assert "metrics.larkspur.example" not in served
    await guest.get(planted.url)
    assert planted.hits == []
    answer = await guest.get("https://metrics.fernhill.example/b/ss/larkspurprod/1/JS-2.26.0/s1?AQB=1")
    assert "Domain=fernhill.example" in answer.set_cookies[0]
    assert [hit.host for hit in planted.hits] == ["metrics.fernhill.example"]
