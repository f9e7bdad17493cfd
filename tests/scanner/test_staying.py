"""A page rests once a document of it has been loaded for a while. With real pages: tests/scanner/hostile."""

from __future__ import annotations

import time

import pytest

from scanner.staying import STAYS_S, UNLOADED_S, Staying


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which tests set."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_a_page_rests_a_while_after_its_last_document_has_loaded(clock: list[float]) -> None:
    staying = Staying()
    staying.document()
    clock[0] += 3.0
    staying.loaded()
    assert not staying.rests(clock[0] + STAYS_S / 2)
    assert staying.rests(clock[0] + STAYS_S)
    clock[0] += 0.1
    staying.document()
    assert not staying.rests(clock[0] + STAYS_S)


def test_a_navigation_that_loads_nothing_is_not_waited_for_without_end(clock: list[float]) -> None:
    staying = Staying()
    staying.loaded()
    clock[0] += 1.0
    staying.document()
    assert not staying.rests(clock[0] + UNLOADED_S - 0.1)
    assert staying.rests(clock[0] + UNLOADED_S)


async def test_a_page_that_never_moved_is_not_waited_for_and_one_that_moves_on_is_until_its_time_is_up() -> (
    None
):
    staying = Staying()
    assert await staying.settled(lambda: False, until=0.0)
    staying.document()
    assert not await staying.settled(lambda: False, until=0.0)
    assert await staying.settled(lambda: True, until=0.0)
