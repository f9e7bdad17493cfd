"""The services that the truth table names."""

from __future__ import annotations

from scanner.demo import truth
from scanner.demo.thirdparties import services


def test_each_service_of_the_items_has_a_stub() -> None:
    stubs = {(service.name, service.vendor) for service in services()} | {("Larkspur & Co", "Larkspur & Co")}
    assert {(row.service, row.vendor) for row in truth.ITEMS} <= stubs
