"""Run a coroutine such that Ctrl-C and a polite end (SIGTERM) stop it in order, whatever it raises on its way out.

A browser that is stopped by the same key press makes the coroutine fail in many ways. Whoever pressed the key wants to
hear that it was stopped, not how its parts died.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return what the coroutine returns; raises `KeyboardInterrupt` where a signal stopped it before its end."""
    stopped: list[int] = []

    async def watched() -> T:
        task = asyncio.ensure_future(coroutine)
        loop = asyncio.get_running_loop()

        def stop(number: int) -> None:
            stopped.append(number)
            task.cancel()

        for number in _SIGNALS:
            with suppress(
                NotImplementedError, RuntimeError
            ):  # no such handlers there: Ctrl-C then ends the loop itself
                loop.add_signal_handler(number, stop, number)
        try:
            return await task
        finally:
            for number in _SIGNALS:
                with suppress(NotImplementedError, RuntimeError):
                    loop.remove_signal_handler(number)

    try:
        return asyncio.run(watched())
    except BaseException as error:
        if stopped and not isinstance(error, KeyboardInterrupt):
            raise KeyboardInterrupt from error
        raise
