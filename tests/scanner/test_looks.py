"""One question to each frame answers for all collectors, and each bears its own failures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from consent.model.categories import ConsentState
from scanner.browser.launch import launched
from scanner.browser.targets import PageTargets
from scanner.browser.worlds import FrameAnswer
from scanner.collectors import BaseCollector, Scene, Watched
from scanner.looks import joined, look_at
from tests.scanner.conftest import SHOP, START, Site


class _Kept(BaseCollector):
    """Keeps what it was given."""

    def __init__(self, scene: Scene, name: str, look: str) -> None:
        super().__init__(scene)
        self.id = name  # type: ignore[misc]  # one class stands for several collectors
        self.look = look  # type: ignore[misc]
        self.answers: list[tuple[bool, Any]] = []

    def looked(self, watched: Watched, answers: Sequence[FrameAnswer]) -> None:
        del watched
        self.answers = [(answer.main, answer.value) for answer in answers]


class _Failing(_Kept):
    """Cannot take its answers."""

    def looked(self, watched: Watched, answers: Sequence[FrameAnswer]) -> None:
        raise ValueError("no")


async def test_every_collector_hears_every_frame_and_one_that_fails_costs_only_itself(site: Site) -> None:
    site.page("/", '<p>x</p><iframe src="https://video.embed.example/"></iframe>')
    site.add("video.embed.example", "/", "third")
    async with launched(resolve=site.resolve, ignore_certificate_errors=True) as running:
        context = await running.new_context()
        page = await context.new_page()
        targets = PageTargets(page, await context.new_cdp_session(page))
        await targets.open([("Runtime.enable", {})])
        await page.goto(START)
        scene = Scene(state=ConsentState.BEFORE, context=context, pages=[START])
        hosts = _Kept(scene, "hosts", "location.host")
        later = _Kept(scene, "later", "new Promise((done) => setTimeout(done, 20, document.title))")
        broken = _Kept(scene, "broken", "missing.name")
        failing = _Failing(scene, "failing", "1")
        silent = _Kept(scene, "silent", "")
        watched = Watched(scene, 0, page, targets)
        told = await look_at(watched, [hosts, later, broken, failing, silent], "location.pathname")
        unasked = await look_at(watched, [])
    assert hosts.answers == [(True, SHOP), (False, "video.embed.example")]
    assert later.answers == [(True, "Shop"), (False, "")]
    assert broken.answers == []
    assert silent.answers == []
    assert told == "/", "the page's own document alone answers this"
    assert unasked is None
    assert [note.split(" ")[0] for note in scene.notes] == ["failing"]
    assert "ValueError" in scene.notes[0]


def test_names_are_quoted_in_the_joined_question() -> None:
    assert 'ask("a\\"b", () => 1)' in joined({'a"b': "1"})
