from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from consent.log import ConsentLog, RequestContext, running
from consent.model.errors import ConfigError, StoreUnavailable
from consent.publication import publish
from consent.statistics import rollup
from consent.statistics.rollup import RollUp, keep_up, rebuild, waiting
from consent.store import Store, open_store, store_modules
from consent.store.entries import EntryKind, NewEntry
from consent.store.notes import audit_note
from consent.store.statistics_store import COUNTS
from tests.consent import factories

ALWAYS = (0, 100_000)


on_each_store = pytest.mark.parametrize("kind", store_modules())


@pytest.fixture
def kind() -> str:
    """The store of a test that does not ask for each of them."""
    return "sqlite"


@pytest.fixture
def url(request: pytest.FixtureRequest, kind: str) -> str:
    url: str = request.getfixturevalue(f"{kind}_url")
    return url


@pytest.fixture
async def log(url: str) -> AsyncIterator[ConsentLog]:
    store = await open_store(url)
    try:
        async with running(ConsentLog(store, factories.settings().sites)) as log:
            yield log
    finally:
        await store.close()


async def published(log: ConsentLog) -> str:
    publication, _ = await publish(
        log.store, factories.site(), factories.inventory(), public_url=factories.PUBLIC_URL
    )
    return publication.notice_version


async def visit(log: ConsentLog, version: str, count: int, **fields: Any) -> list[str]:
    events = [factories.event(version, **fields) for _ in range(count)]
    await asyncio.gather(
        *(log.append(event, RequestContext(user_agent=factories.CHROME)) for event in events)
    )
    return [event.consent_id for event in events]


async def numbers(store: Store, dimension: str = "") -> dict[str | int, dict[str, int]]:
    found = await store.sums("larkspur", dimension, ALWAYS, "key")
    return {
        one.key: {name: value for name, value in zip(COUNTS, one.counts, strict=True) if value}
        for one in found
    }


@on_each_store
async def test_what_the_log_has_is_counted_once_however_often_and_by_however_many(
    log: ConsentLog, url: str
) -> None:
    version = await published(log)
    await visit(log, version, 7)
    await visit(log, version, 5, event="notice_shown", language="xx")
    other = await open_store(url)
    try:
        rolls = [RollUp(log.store), RollUp(other), RollUp(log.store)]
        assert sum(await asyncio.gather(*(one.catch_up(page=2) for one in rolls))) == 12
        assert await rolls[0].catch_up() == 0
    finally:
        await other.close()
    whole = (await numbers(log.store))[""]
    assert (whole["accepted"], whole["shown"], whole["shown_weight"]) == (7, 5, 5000)
    languages = await numbers(log.store, "language")
    assert (languages["en"]["accepted"], languages["other"]["shown"]) == (7, 5)
    assert await waiting(log.store) == 0


@on_each_store
async def test_counting_goes_on_where_it_was_stopped(log: ConsentLog) -> None:
    version = await published(log)
    await visit(log, version, 6)
    assert await RollUp(log.store).catch_up(page=2, most=3) == 4
    assert await waiting(log.store) == 2
    await visit(log, version, 1)
    assert await RollUp(log.store).catch_up(stop=asyncio.Event()) == 3
    assert (await numbers(log.store))[""]["accepted"] == 7


async def test_what_administrators_did_is_passed_over(log: ConsentLog) -> None:
    await log.store.append([audit_note(actor="cli:ada", action="x")])
    assert await waiting(log.store) == 1
    assert await RollUp(log.store).catch_up() == 0
    assert await waiting(log.store) == 0


@on_each_store
async def test_a_record_is_counted_before_it_is_erased_and_stays_counted(log: ConsentLog) -> None:
    version = await published(log)
    gone, *_ = await visit(log, version, 3)
    await log.erase(gone, reason="visitor")
    await RollUp(log.store).catch_up()
    assert (await numbers(log.store))[""]["accepted"] == 3


async def test_what_is_purged_stays_counted(log: ConsentLog) -> None:
    version = await published(log)
    await visit(log, version, 3)
    assert await log.purge(before_ms=2**50) == 3
    await RollUp(log.store).catch_up()
    assert (await numbers(log.store))[""]["accepted"] == 3
    assert await log.store.erased() == 3


async def test_an_erasure_that_finds_too_much_uncounted_does_not_wait_for_it(
    log: ConsentLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = await published(log)
    monkeypatch.setattr(rollup, "BEFORE_ERASURE", 2)
    monkeypatch.setitem(RollUp.catch_up.__kwdefaults__ or {}, "page", 1)
    *_, last = await visit(log, version, 5)
    assert await log.erase(last, reason="visitor") == 1
    assert (await numbers(log.store))[""]["accepted"] == 2


async def test_an_erasure_does_not_fail_where_counting_does(
    log: ConsentLog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    version = await published(log)
    [gone] = await visit(log, version, 1)

    async def fail(*_: object, **__: object) -> int:
        raise StoreUnavailable("no.")

    monkeypatch.setattr(RollUp, "catch_up", fail)
    assert await log.erase(gone, reason="visitor") == 1
    assert "not counted" in caplog.text


async def test_a_record_that_cannot_be_read_holds_nothing_up_and_is_told(
    log: ConsentLog, caplog: pytest.LogCaptureFixture
) -> None:
    version = await published(log)
    await log.store.append(
        [NewEntry(EntryKind.RECORD, 1, bytes(16), "larkspur", "a", "e", 1, b"{no record}")]
    )
    await visit(log, version, 2)
    roll_up = RollUp(log.store)
    assert await roll_up.catch_up() == 2
    assert roll_up.unreadable == 1
    assert "log verify" in caplog.text


async def test_counting_anew_gives_the_same_numbers(log: ConsentLog) -> None:
    version = await published(log)
    await visit(log, version, 4)
    await RollUp(log.store).catch_up()
    before = await numbers(log.store)
    assert await rebuild(log.store) == 4
    assert await numbers(log.store) == before


@on_each_store
async def test_counting_anew_loses_nothing_that_was_erased_unless_it_is_told_to(log: ConsentLog) -> None:
    version = await published(log)
    gone, *_ = await visit(log, version, 4)
    await log.erase(gone, reason="visitor")
    with pytest.raises(ConfigError, match="1 erased record") as refused:
        await rebuild(log.store)
    assert "--without-erased" in refused.value.hint
    assert (await numbers(log.store))[""]["accepted"] == 4
    assert await rebuild(log.store, without_erased=True) == 3
    assert (await numbers(log.store))[""]["accepted"] == 3


async def test_the_background_counts_what_comes_and_survives_failures(
    log: ConsentLog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    version = await published(log)
    await visit(log, version, 2)
    original, count, failed, counted = log.store.counted, log.store.count, 0, asyncio.Event()

    async def sometimes() -> Any:
        nonlocal failed
        failed += 1
        if failed == 1:
            raise StoreUnavailable("not now.")
        return await original()

    async def told(*args: Any) -> bool:
        added = await count(*args)
        counted.set()
        return added

    monkeypatch.setattr(log.store, "counted", sometimes)
    monkeypatch.setattr(log.store, "count", told)
    stop = asyncio.Event()
    task = asyncio.create_task(keep_up(log.store, stop, every_s=0.01))
    async with asyncio.timeout(30):
        await counted.wait()
    stop.set()
    await task
    assert (await numbers(log.store))[""]["accepted"] == 2
    assert "Statistics could not be counted: not now." in caplog.text


async def test_the_background_stops_after_the_page_in_hand(log: ConsentLog) -> None:
    version = await published(log)
    await visit(log, version, 6)
    stop = asyncio.Event()
    stop.set()
    assert await RollUp(log.store).catch_up(page=2, stop=stop) == 2
    assert await waiting(log.store) == 4


async def test_languages_of_many_notices_are_not_kept_for_ever(
    log: ConsentLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollup, "_NOTICES_KEPT", 0)
    version = await published(log)
    roll_up = RollUp(log.store)
    for _ in range(2):
        await visit(log, version, 1)
        assert await roll_up.catch_up() == 1
    assert (await numbers(log.store, "language"))["en"]["accepted"] == 2
