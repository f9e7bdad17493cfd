"""Practice B."""

from __future__ import annotations

from scanner.banners.model import Look, Tick
from scanner.practices.preticked import judge
from scanner.report import Report
from tests.scanner.banners.made import layer, look
from tests.scanner.factories import report


def verdict(seen: Look, made: Report | None = None) -> tuple[str, str]:
    assert seen.first is not None
    judged = judge(seen, seen.first, made or report())
    return judged.verdict, judged.reason


def ticked(*ticks: Tick) -> Look:
    return look(second=layer("save", ticks=ticks))


def test_only_necessary_and_unticked_boxes_pass() -> None:
    assert verdict(look()) == ("passed", "only what cannot be changed is ticked")


def test_a_ticked_box_on_the_second_layer_fails_and_is_named() -> None:
    seen = ticked(
        Tick(label="Marketing", kind="switch", checked=True),
        Tick(label="Necessary", kind="switch", checked=True),
    )
    assert verdict(seen) == ("failed", "ticked in advance: Marketing")


def test_a_ticked_box_on_the_first_layer_fails_even_where_the_second_was_not_seen() -> None:
    first = layer("accept", "settings", ticks=(Tick(label="Statistik", kind="checkbox", checked=True),))
    assert verdict(look(first=first, second=None)) == ("failed", "ticked in advance: Statistik")


def test_a_second_layer_that_could_not_be_opened_is_no_verdict() -> None:
    assert verdict(look(second=None, second_reason="'Settings' leads to another page")) == (
        "not measured",
        "the second layer was not seen: 'Settings' leads to another page",
    )


def test_without_boxes_there_is_nothing_to_judge() -> None:
    assert verdict(look(first=layer("accept", "reject"), second=None))[0] == "not applicable"
