"""Whoever presses Ctrl-C hears that the work was stopped, however its parts die."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from scanner.interruptible import run


def test_the_result_is_returned() -> None:
    async def work() -> str:
        return "done"

    assert run(work()) == "done"


def test_an_error_of_its_own_stays_what_it_is() -> None:
    async def work() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        run(work())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("dies_of", [None, RuntimeError])
def test_a_signal_is_an_interrupt_whatever_the_work_raises_on_its_way_out(
    number: int, dies_of: type[Exception] | None
) -> None:
    cleaned = []

    async def work() -> None:
        asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), number)
        try:
            await asyncio.sleep(60)
        finally:
            cleaned.append(True)
            if dies_of is not None:
                raise dies_of("the browser was stopped by the same key")

    with pytest.raises(KeyboardInterrupt):
        run(work())
    assert cleaned == [True]
