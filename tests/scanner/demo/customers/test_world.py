"""The customers' internet: five sites and their third parties."""

from __future__ import annotations

from scanner.demo.customers import CustomersWorld, customers
from tests.scanner.demo.client import Client


async def test_every_site_answers_and_only_third_parties_are_hits(
    caller: Client, town: CustomersWorld
) -> None:
    for customer in customers():
        assert (await caller.get(customer.url)).status == 200
    assert town.hits == []
    await caller.get("https://app.alore.io/visit?page=/")
    assert [hit.host for hit in town.hits] == ["app.alore.io"]


def test_stubs_of_the_other_demo_sites_are_there_too(town: CustomersWorld) -> None:
    assert {"www.googletagmanager.com", "static.hotjar.com", "widget.getgist.com"} <= set(town.applications())
