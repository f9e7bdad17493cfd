"""The contract of what a store keeps of the rights desk, on every store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from consent.store import Store, open_store, store_modules
from consent.store.rights_store import NewStep, RequestRow


@pytest.fixture(params=store_modules())
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    store = await open_store(request.getfixturevalue(f"{request.param}_url"))
    yield store
    await store.close()


def a_request(request_id: str = "r1", **fields: Any) -> RequestRow:
    known: dict[str, Any] = {
        "site": "larkspur", "subject": "aa", "kind": "correct", "state": "open", "received_ms": 1_000, "due_ms": 9_000,
        "extended_ms": None, "closed_ms": None, "record_id": "rec", "hold_id": "", "message": "Please.", "contact": "me",
    }  # fmt: skip
    return RequestRow(request_id=request_id, **(known | fields))


def a_step(request_id: str = "r1", what: str = "answered", **fields: Any) -> NewStep:
    known: dict[str, Any] = {"at_ms": 2_000, "actor": "user:ada", "text": "So."}
    return NewStep(request_id=request_id, what=what, **(known | fields))


async def add(store: Store, request_id: str = "r1", *, most: int = 9, **fields: Any) -> bool:
    return await store.add_request(
        a_request(request_id, **fields), [a_step(request_id, "received", actor="visitor", text="")], most=most
    )


async def test_a_request_is_kept_with_its_steps_in_order(store: Store) -> None:
    assert await add(store)
    assert await store.take_step(a_step())
    assert await store.take_step(a_step(what="done", at_ms=3_000, state="done"))
    found = await store.rights_request("r1")
    assert found == a_request(state="done", closed_ms=3_000)
    steps = await store.request_steps(["r1", "none"])
    assert [(one.number, one.what, one.at_ms) for one in steps] == [
        (1, "received", 2_000), (2, "answered", 2_000), (3, "done", 3_000),
    ]  # fmt: skip
    assert await store.rights_request("r2") is None


async def test_what_is_closed_takes_no_step_any_more(store: Store) -> None:
    await add(store)
    assert await store.take_step(a_step(what="refused", state="refused"))
    assert not await store.take_step(a_step(what="done", state="done"))
    assert not await store.take_step(a_step("nowhere"))
    assert [one.what for one in await store.request_steps(["r1"])] == ["received", "refused"]


async def test_a_request_is_extended_once(store: Store) -> None:
    await add(store)
    assert await store.take_step(a_step(what="extended", due_ms=20_000))
    assert not await store.take_step(a_step(what="extended", due_ms=30_000))
    assert await store.take_step(a_step())
    found = await store.rights_request("r1")
    assert found is not None
    assert (found.due_ms, found.extended_ms, found.state, found.closed_ms) == (20_000, 2_000, "open", None)


async def test_a_visitor_has_so_many_requests_at_a_site_and_no_more_also_at_once(store: Store) -> None:
    answers = await asyncio.gather(*(add(store, f"r{number}", most=3) for number in range(6)))
    assert sorted(answers) == [False] * 3 + [True] * 3
    assert await add(store, "other-site", most=3, site="thyme")
    assert await add(store, "other-visitor", most=3, subject="bb")
    assert len(await store.requests_of("aa")) == 4


async def test_the_next_deadline_comes_first_and_of_the_closed_the_latest(store: Store) -> None:
    for request_id, due in (("r1", 9_000), ("r2", 5_000), ("r3", 7_000)):
        await add(store, request_id, due_ms=due)
    await add(store, "r4", site="thyme", due_ms=1)
    await store.take_step(a_step("r3", "done", state="done", at_ms=5))
    await add(store, "r5", state="done", closed_ms=8)

    async def listed(*sites: str, is_open: bool = True, limit: int = 9) -> list[str]:
        return [one.request_id for one in await store.rights_requests(sites, is_open=is_open, limit=limit)]

    assert await listed("larkspur") == ["r2", "r1"]
    assert await listed("larkspur", "thyme", limit=2) == ["r4", "r2"]
    assert await listed("larkspur", is_open=False) == ["r5", "r3"]
    assert await listed() == []


async def test_what_a_visitor_wrote_is_erased_and_what_must_be_proven_stays(store: Store) -> None:
    await add(store, "r1")
    await add(store, "r2", state="done", closed_ms=1_500)
    await add(store, "r3", site="thyme")
    await add(store, "r4", subject="bb")
    assert await store.forget_requests(["aa"], ["larkspur"], 6_000, closed_only=False) == 2
    one, two, three = await store.requests_of("aa")
    assert one == a_request("r1", state="erased", closed_ms=6_000, record_id="", message="", contact="")
    assert two == a_request("r2", state="done", closed_ms=1_500, record_id="", message="", contact="")
    assert three.message
    assert [(step.what, step.text) for step in await store.request_steps(["r1"])] == [
        ("received", ""),
        ("erased", ""),
    ]
    assert (await store.requests_of("bb"))[0].message


async def test_where_retention_erases_an_open_request_stays_as_it_is(store: Store) -> None:
    await add(store, "r1")
    await add(store, "r2", state="done", closed_ms=1_500)
    assert await store.forget_requests(["aa", "bb"], ["larkspur"], 6_000, closed_only=True) == 1
    assert [(one.state, one.message) for one in await store.requests_of("aa")] == [
        ("open", "Please."),
        ("done", ""),
    ]
    assert await store.forget_requests(["cc"], ["larkspur"], 6_000, closed_only=False) == 0
