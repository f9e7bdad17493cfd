"""Passes that run side by side share the tabs."""

from __future__ import annotations

import asyncio

import pytest

from scanner.seats import Seats, Sharing


async def _stay(seats: Seats, seated: list[str], name: str, end: asyncio.Event) -> None:
    async with seats:
        seated.append(name)
        await end.wait()
    seated.remove(name)


async def _turn() -> None:
    for _ in range(8):
        await asyncio.sleep(0)


async def test_a_pass_that_is_alone_has_its_tabs_and_several_share_theirs() -> None:
    sharing = Sharing(8, 10)
    async with sharing.seats() as one:
        assert sharing.room(one) == 8
        async with sharing.seats() as two, sharing.seats() as three, sharing.seats() as four:
            assert [sharing.room(seats) for seats in (one, two, three, four)] == [3, 3, 2, 2]
        assert sharing.room(one) == 8


async def test_no_pass_is_left_without_a_tab() -> None:
    sharing = Sharing(2, 2)
    async with sharing.seats() as one, sharing.seats() as two, sharing.seats() as three:
        assert [sharing.room(seats) for seats in (one, two, three)] == [1, 1, 1]


async def test_pages_are_seated_in_their_order_and_a_pass_that_ends_leaves_its_share_to_the_others() -> None:
    sharing, end = Sharing(4, 4), asyncio.Event()
    seated: list[str] = []
    async with sharing.seats() as mine:
        async with sharing.seats():
            tasks = [asyncio.create_task(_stay(mine, seated, name, end)) for name in "abcdef"]
            await _turn()
            assert seated == ["a", "b"]
        await _turn()
        assert seated == ["a", "b", "c", "d"], "what the other pass had is shared"
        end.set()
        await asyncio.gather(*tasks)
    assert seated == []


async def test_a_page_that_is_cancelled_while_it_waits_or_sits_keeps_nobody_out() -> None:
    sharing, end = Sharing(1, 1), asyncio.Event()
    seated: list[str] = []
    async with sharing.seats() as mine:
        first, second, third = (asyncio.create_task(_stay(mine, seated, name, end)) for name in "abc")
        await _turn()
        second.cancel()
        first.cancel()
        for gone in (first, second):
            with pytest.raises(asyncio.CancelledError):
                await gone
        await _turn()
        assert seated[-1] == "c"
        end.set()
        await third
        async with mine:
            assert sharing.room(mine) == 1


async def test_a_place_given_in_the_moment_of_a_cancellation_is_given_back() -> None:
    sharing, end = Sharing(1, 1), asyncio.Event()
    seated: list[str] = []
    async with sharing.seats() as mine:
        await mine.__aenter__()
        waiting = asyncio.create_task(_stay(mine, seated, "b", end))
        await _turn()
        await mine.__aexit__(None, None, None)  # seats the one that waits …
        waiting.cancel()  # … which is cancelled before it knows
        with pytest.raises(asyncio.CancelledError):
            await waiting
        async with asyncio.timeout(5):
            async with mine:
                pass
