"""No cookie wall."""

from __future__ import annotations

import pytest

from scanner.banners.model import Look
from scanner.practices.cookie_wall import judge
from scanner.report import Report
from tests.scanner.banners.made import layer, look
from tests.scanner.factories import report


def verdict(seen: Look, made: Report | None = None) -> tuple[str, str]:
    assert seen.first is not None
    judged = judge(seen, seen.first, made or report())
    return judged.verdict, judged.reason


ONLY = layer("accept", "settings", covers=1.0)


def test_a_page_behind_a_bar_is_open() -> None:
    assert verdict(look(first=layer("accept")))[0] == "passed"


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (look(first=ONLY), "100 % of the viewport is covered"),
        (look(first=layer("accept"), scroll_locked=True), "it cannot be scrolled"),
        (look(first=layer("accept"), blurred=True), "it is blurred"),
        (look(first=layer("accept"), text_before=40, text_after=4000), "its text comes only with acceptance"),
    ],
)
def test_a_page_that_only_acceptance_opens_is_a_wall(seen: Look, why: str) -> None:
    assert verdict(seen) == (
        "failed",
        f"the page is closed off ({why}), and only accepting opens it in one step",
    )


def test_a_refusal_or_a_cross_on_the_first_layer_opens_the_page() -> None:
    assert verdict(look(first=layer("accept", "reject", covers=1.0)))[0] == "passed"
    assert verdict(look(first=layer("accept", "close"), scroll_locked=True))[0] == "passed"


def test_a_page_that_grows_a_little_withheld_nothing() -> None:
    assert verdict(look(first=layer("accept"), text_before=100, text_after=590))[0] == "passed"
    assert verdict(look(first=layer("accept"), text_before=100, text_after=None))[0] == "passed"
