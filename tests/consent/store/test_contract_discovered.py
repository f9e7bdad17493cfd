"""The contract of what a store keeps of self-checks, on every store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from consent.store import Store, open_store, store_modules
from consent.store.discovered_store import KEPT_DAYS, MOST_NAMES, DiscoveredRow

DAY = 20_000
PIXEL = ("resource", "pixel.example/p.gif")
COOKIE = ("cookie", "_new")


@pytest.fixture(params=store_modules())
def url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    store = await open_store(url)
    yield store
    await store.close()


async def test_names_are_added_up_over_days_the_most_seen_first_and_each_site_has_its_own(
    store: Store,
) -> None:
    await store.add_discovered("larkspur", DAY, [PIXEL, COOKIE, PIXEL])
    await store.add_discovered("larkspur", DAY + 3, [PIXEL])
    await store.add_discovered("thyme", DAY, [COOKIE])
    assert await store.discovered("larkspur", since_day=DAY) == [
        DiscoveredRow(*PIXEL, DAY, DAY + 3, 2),
        DiscoveredRow(*COOKIE, DAY, DAY, 1),
    ]
    assert await store.discovered("larkspur", since_day=DAY + 1) == [
        DiscoveredRow(*PIXEL, DAY + 3, DAY + 3, 1)
    ]
    assert await store.discovered("sage", since_day=0) == []


async def test_reports_at_the_same_moment_are_all_counted(store: Store) -> None:
    both = [PIXEL, COOKIE]
    await asyncio.gather(
        *(store.add_discovered("larkspur", DAY, both if n % 2 else both[::-1]) for n in range(8))
    )
    assert [row.seen for row in await store.discovered("larkspur", since_day=DAY)] == [8, 8]


async def test_a_day_takes_so_many_names_and_no_more_but_goes_on_counting_those_that_it_has(
    store: Store,
) -> None:
    for start in range(0, MOST_NAMES + 100, 100):
        await store.add_discovered("larkspur", DAY, [("cookie", f"c{n}") for n in range(start, start + 100)])
    await store.add_discovered("larkspur", DAY, [("cookie", "c7"), ("cookie", "one more")])
    rows = await store.discovered("larkspur", since_day=DAY)
    assert len(rows) == MOST_NAMES
    assert rows[0] == DiscoveredRow("cookie", "c7", DAY, DAY, 2)
    await store.add_discovered("larkspur", DAY + 1, [("cookie", "one more")])
    assert len(await store.discovered("larkspur", since_day=DAY)) == MOST_NAMES + 1


async def test_old_days_go_when_something_is_added(store: Store) -> None:
    await store.add_discovered("larkspur", DAY, [PIXEL])
    await store.add_discovered("larkspur", DAY + KEPT_DAYS, [COOKIE])
    assert len(await store.discovered("larkspur", since_day=0)) == 2
    await store.add_discovered("larkspur", DAY + KEPT_DAYS + 1, [COOKIE])
    assert [row.name for row in await store.discovered("larkspur", since_day=0)] == ["_new"]
