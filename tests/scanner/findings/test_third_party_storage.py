from __future__ import annotations

from consent.model.categories import Party
from scanner.findings.third_party_storage import find
from tests.scanner.factories import ACCEPT, item, report


def test_a_third_partys_items_are_told_once_for_service_and_kind() -> None:
    other = {"party": Party.THIRD, "service": "Embed", "states": (ACCEPT,)}
    items = (
        item("a", **other),
        item("b", partitioned=True, **other),
        item("c", kind="local_storage", **other),
    )
    found = list(find(report(items=items)))
    assert [(one.severity, one.title) for one in found] == [
        ("info", "Embed: 2 cookies of a third party"),
        ("info", "Embed: 1 local storage key of a third party"),
    ]
    assert found[0].evidence["partitioned"] == 1
    assert found[0].evidence["states"] == ["accept"]


def test_the_sites_own_items_are_silent() -> None:
    assert list(find(report(items=(item(),)))) == []
