"""Closing the banner is no consent."""

from __future__ import annotations

from scanner.banners.model import Closing, Look
from scanner.practices.closing import judge
from scanner.report import Report
from tests.scanner.banners.made import layer, look
from tests.scanner.factories import item, report


def verdict(seen: Look, made: Report | None = None) -> tuple[str, str]:
    assert seen.first is not None
    judged = judge(seen, seen.first, made or report())
    return judged.verdict, judged.reason


CROSS = layer("accept", "close")


def closed(*stored: str, gone: bool = True) -> Look:
    return look(first=CROSS, closing=Closing(text="✕", closed=gone, stored=stored))


def test_closing_that_stores_nothing_or_what_is_necessary_passes() -> None:
    assert verdict(closed())[0] == "passed"
    assert verdict(closed("choice"), report(items=(item("_ga"),)))[0] == "passed"


def test_closing_that_stores_what_needs_consent_fails() -> None:
    assert verdict(closed("_ga"), report(items=(item("_ga"),))) == ("failed", "closing stores _ga")


def test_a_cross_that_does_nothing_or_was_not_pressed_is_no_verdict() -> None:
    assert verdict(closed(gone=False)) == ("not measured", "pressing '✕' closed nothing")
    assert verdict(look(first=CROSS))[0] == "not measured"


def test_without_a_cross_there_is_nothing_to_close() -> None:
    assert verdict(look())[0] == "not applicable"
