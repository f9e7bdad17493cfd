"""When a page is woken, and that a page which does not answer costs nothing. In a real browser: collectors/test_popups.py."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from playwright.async_api import CDPSession
from playwright.async_api import Error as PlaywrightError

from scanner import waking
from scanner.waking import Waking


class Session:
    """Stands for a page's session; ``answers`` says how it answers."""

    def __init__(self, answers: str = "well") -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def send(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        self.asked.append((method, params or {}))
        if self.answers == "never":
            await asyncio.Event().wait()
        if self.answers == "closed":
            raise PlaywrightError("the page is closed")
        return {"frameTree": {"frame": {"id": "F"}}, "executionContextId": 7}

    def questions(self) -> list[str]:
        return [str(params["expression"]) for method, params in self.asked if method == "Runtime.evaluate"]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "PAUSES_S", (0.0, 0.0, 0.0))
    monkeypatch.setattr(waking, "_ANSWER_S", 0.01)


def woken_by(session: Session) -> Waking:
    return Waking(cast("CDPSession", session), "who'+asks.")


async def until_done(made: Waking) -> None:
    assert made._task is not None
    await made._task


async def test_the_page_is_asked_in_a_world_of_its_own_once_after_each_pause() -> None:
    session = Session()
    made = woken_by(session)
    made.begin()
    await until_done(made)
    assert session.questions() == ['void prompt("who\'+asks.")'] * 3
    assert all(params["contextId"] == 7 for method, params in session.asked if method == "Runtime.evaluate")


@pytest.mark.parametrize("answers", ["never", "closed"])
async def test_a_page_that_does_not_answer_is_asked_again_and_nothing_is_raised(answers: str) -> None:
    session = Session(answers)
    made = woken_by(session)
    made.begin()
    await until_done(made)
    assert [method for method, _ in session.asked] == ["Page.getFrameTree"] * 3


async def test_a_page_that_is_left_is_asked_no_more() -> None:
    session = Session()
    made = woken_by(session)
    made.begin()
    made.end()
    made.end()
    await asyncio.sleep(0.01)
    assert session.asked == []
