"""The contract of a store's statistics, on every store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uuid_utils

from consent.model.errors import StoreError
from consent.store import Store, open_store, store_modules
from consent.store.entries import EntryKind, NewEntry
from consent.store.notes import audit_note, erasure_note, uuid7_time
from consent.store.statistics_store import COUNTS, Chain, Sum, Tally

DAYS = (20_000, 20_400)


@pytest.fixture(params=store_modules())
def url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    store = await open_store(url)
    yield store
    await store.close()


def entry(event: str) -> NewEntry:
    new = uuid_utils.uuid7()
    payload = f'{{"event":"{event}"}}'.encode()
    return NewEntry(
        EntryKind.RECORD, uuid7_time(new.bytes), new.bytes, "larkspur", "a", event, 2_000, payload
    )


def tally(**fields: Any) -> Tally:
    base = Tally("larkspur", "", 20_001, "n1", "", counts(1, 2))
    return base._replace(**fields)


def counts(*first: int) -> tuple[int, ...]:
    return (*first, *(0,) * (len(COUNTS) - len(first)))


async def chain_of(store: Store) -> Chain:
    [chain] = await store.counted()
    return chain


async def page(store: Store, chain: Chain, limit: int) -> tuple[int, list[bytes | None]]:
    found = await store.uncounted(chain, limit=limit)
    return found.last, list(found.payloads)


async def test_an_empty_log_has_nothing_to_count(store: Store) -> None:
    assert [(chain.counted, chain.last) for chain in await store.counted()] == [(0, 0)]
    assert await store.sums("larkspur", "", DAYS, "day") == []
    assert await page(store, await chain_of(store), 10) == (0, [])
    assert await store.erased() == 0


async def test_what_was_not_counted_comes_a_page_at_a_time_in_the_logs_order(store: Store) -> None:
    entries = [entry(str(number)) for number in range(5)]
    await store.append([*entries[:3], audit_note(actor="cli:ada", action="x"), *entries[3:]])
    chain = await chain_of(store)
    assert (chain.counted, chain.last) == (0, 6)
    assert await page(store, chain, 2) == (2, [one.payload for one in entries[:2]])
    assert await store.count(chain, 2, [])
    chain = await chain_of(store)
    assert await page(store, chain, 9) == (6, [one.payload for one in entries[2:]])


async def test_a_page_reaches_over_entries_that_are_no_consent_record(store: Store) -> None:
    await store.append([entry("1"), audit_note(actor="cli:ada", action="x")])
    assert (await store.uncounted(await chain_of(store), limit=5)).last == 2
    await store.append([audit_note(actor="cli:ada", action="y")])
    chain = (await chain_of(store))._replace(counted=2)
    assert await page(store, chain, 5) == (3, [])


async def test_an_erased_record_has_no_payload_to_count(store: Store) -> None:
    gone, kept = entry("1"), entry("2")
    await store.append([gone, kept])
    await store.erase([gone.record_id], erasure_note(["x"], reason="visitor"))
    assert await page(store, await chain_of(store), 5) == (3, [None, kept.payload])
    assert await store.erased() == 1


async def test_counts_are_added_and_the_mark_moves_on_at_once_or_not_at_all(store: Store) -> None:
    chain = await chain_of(store)
    assert await store.count(chain, 7, [tally()])
    assert not await store.count(chain, 9, [tally()])  # somebody else was there first
    assert (await chain_of(store)).counted == 7
    assert await store.count(chain._replace(counted=7), 9, [tally(), tally(notice="n2", counts=counts(5))])
    assert await store.sums("larkspur", "", DAYS, "notice") == [
        Sum("n1", 20_001, 20_001, counts(2, 4)),
        Sum("n2", 20_001, 20_001, counts(5)),
    ]


async def test_a_count_that_cannot_be_stored_leaves_the_mark_where_it_was(store: Store) -> None:
    chain = await chain_of(store)
    with pytest.raises(StoreError):
        await store.count(chain, 7, [tally(), tally(day=20_002, notice=None)])
    assert (await chain_of(store)).counted == 0
    assert await store.sums("larkspur", "", DAYS, "") == []


async def test_of_several_that_count_the_same_page_at_once_one_adds_it(store: Store, url: str) -> None:
    other = await open_store(url)
    try:
        chain = await chain_of(store)
        added = await asyncio.gather(
            *(one.count(chain, 7, [tally(), tally(key="x")]) for one in (store, other) * 3)
        )
    finally:
        await other.close()
    assert sorted(added) == [False] * 5 + [True]
    assert (await store.sums("larkspur", "", DAYS, ""))[0].counts == counts(2, 4)


async def test_sums_are_of_one_site_one_dimension_and_the_days_asked_for(store: Store) -> None:
    rows = [
        tally(),
        tally(day=20_002, counts=counts(10)),
        tally(day=20_003, counts=counts(100)),
        tally(site="thyme", counts=counts(1_000)),
        tally(dimension="device", key="phone", counts=counts(10_000)),
        tally(dimension="device", key="desktop", notice="n2", counts=counts(20_000)),
    ]
    assert await store.count(await chain_of(store), 1, rows)

    async def shown(dimension: str, days: tuple[int, int], by: Any, **more: Any) -> dict[str | int, int]:
        found = await store.sums("larkspur", dimension, days, by, **more)
        return {one.key: one.counts[0] for one in found}

    assert await shown("", (20_001, 20_002), "day") == {20_001: 1, 20_002: 10}
    assert await shown("", (20_002, 20_009), "") == {"": 110}
    assert await shown("device", DAYS, "key") == {"desktop": 20_000, "phone": 10_000}
    assert await shown("device", DAYS, "key", notice="n2") == {"desktop": 20_000}
    assert await shown("device", DAYS, "notice") == {"n1": 10_000, "n2": 20_000}
    [whole] = await store.sums("larkspur", "", DAYS, "")
    assert (whole.first_day, whole.last_day) == (20_001, 20_003)


async def test_numbers_beyond_32_bits_are_kept(store: Store) -> None:
    big = 5_000_000_000_000
    assert await store.count(
        await chain_of(store), 1, [tally(counts=counts(big)), tally(day=20_002, counts=counts(big))]
    )
    assert (await store.sums("larkspur", "", DAYS, ""))[0].counts[0] == 2 * big


async def test_forgotten_counts_can_be_counted_anew(store: Store) -> None:
    await store.append([entry("1")])
    chain = await chain_of(store)
    assert await store.count(chain, 1, [tally()])
    await store.forget_counts()
    assert await store.sums("larkspur", "", DAYS, "") == []
    assert await chain_of(store) == chain
    # Whoever was counting on from before adds nothing.
    assert not await store.count(chain._replace(counted=1), 2, [tally()])
    assert await store.count(chain, 1, [tally()])


async def test_each_writers_chain_is_counted_by_itself(store: Store, url: str) -> None:
    other = await open_store(url, exclusive=True)
    try:
        await store.append([entry("1")])
        await other.append([entry("2"), entry("3")])
        chains = await store.counted()
        found = [payload for chain in chains for payload in (await store.uncounted(chain, limit=9)).payloads]
        assert len(found) == 3
        assert sum(chain.last for chain in chains) == 3
        for chain in chains:
            assert await store.count(chain, chain.last, [])
        assert all(chain.counted == chain.last for chain in await store.counted())
    finally:
        await other.close()
