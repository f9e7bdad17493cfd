"""The stubs are found in their folder, and each host belongs to one of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from scanner.demo import thirdparties
from scanner.demo.thirdparties import services


def test_every_module_is_a_service() -> None:
    found = services()
    modules = {path.stem for path in Path(thirdparties.__file__).parent.glob("*.py")} - {"__init__", "base"}
    assert len(found) == len(modules) > 10
    assert len({service.name for service in found}) == len(found)
    assert all(service.vendor and service.hosts for service in found)


def test_no_host_is_served_twice() -> None:
    counted = Counter(host for service in services() for host in service.hosts)
    assert [host for host, count in counted.items() if count > 1] == []
