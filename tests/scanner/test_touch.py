from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from scanner import touch as module
from scanner.touch import touch
from scanner.visit import OpenPage


class Quiet:
    def __init__(self) -> None:
        self.waited = 0

    def restart(self) -> None:
        self.waited += 1

    async def settled(self, *, cap_s: float) -> bool:
        return cap_s < 2


def page(*collectors: Any, status: str = "ok") -> Any:
    notes: list[str] = []
    scene = SimpleNamespace(note=notes.append, notes=notes)
    return SimpleNamespace(status=status, alive=True, url="https://www.shop.example/", collectors=collectors, quiet=Quiet(),
                           watched=SimpleNamespace(scene=scene))  # fmt: skip


class Typing:
    id = "typing"

    def __init__(self, answer: bool = True) -> None:
        self.calls = 0
        self.answer = answer

    async def interact(self, watched: Any) -> bool:
        self.calls += 1
        return self.answer


class Failing(Typing):
    async def interact(self, watched: Any) -> bool:
        raise ValueError("broken")


class Hanging(Typing):
    async def interact(self, watched: Any) -> bool:
        await asyncio.sleep(60)
        return True


async def test_a_page_that_failed_is_not_touched_and_an_untouched_one_costs_no_wait() -> None:
    typing, idle = Typing(), Typing(answer=False)
    await touch(cast("OpenPage", page(typing, status="not_measured")))
    assert typing.calls == 0
    quiet = page(idle)
    await touch(quiet)
    assert (idle.calls, quiet.quiet.waited) == (1, 0)


async def test_a_collector_that_fails_or_hangs_costs_only_its_own_data(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "TIMEOUT_S", 0.01)
    typing = Typing()
    opened = page(Failing(), Hanging(), typing)
    await touch(opened)
    assert typing.calls == 1
    assert opened.quiet.waited == 1
    assert [note.split(":")[2].strip() for note in opened.watched.scene.notes] == [
        "ValueError",
        "TimeoutError",
    ]
