"""The table of third-party hosts against a real browser and against the stubs."""

from __future__ import annotations

import pytest

from scanner.demo import truth
from scanner.demo.thirdparties import services
from tests.scanner.demo.visitor import Visits


@pytest.mark.parametrize("row", truth.THIRD_PARTIES, ids=lambda row: row.host)
def test_each_host_is_reached_from_exactly_its_pages(row: truth.ThirdParty, visits: Visits) -> None:
    if row.after == "load":
        assert {path for path, visit in visits.loaded.items() if row.host in visit.hosts} == set(row.pages)
    else:
        for path in row.pages:
            assert row.host not in visits.loaded[path].hosts
            assert row.host in visits.acted[(row.after, path)].hosts


def test_no_other_host_is_reached(visits: Visits) -> None:
    known = {row.host for row in truth.THIRD_PARTIES if row.after == "load"}
    for path, visit in visits.loaded.items():
        assert visit.hosts <= known, path


def test_every_stub_is_in_the_table_or_off_site() -> None:
    stubs = {host for service in services() for host in service.hosts}
    assert stubs - {row.host for row in truth.THIRD_PARTIES} == {"trade.leafport.example"}


def test_the_table_names_services_as_their_stubs_do() -> None:
    names = {host: (service.name, service.vendor) for service in services() for host in service.hosts}
    for row in truth.THIRD_PARTIES:
        assert (row.service, row.vendor) == names[row.host]


def test_everything_that_a_page_asks_a_stub_for_is_answered(visits: Visits) -> None:
    assert {url: status for url, status in visits.hit_statuses.items() if status >= 400} == {}


def test_aliases_belong_to_hosts_of_the_table() -> None:
    assert set(truth.CNAMES) <= {row.host for row in truth.THIRD_PARTIES}
