"""Practice C."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.banners.model import Look
from scanner.practices.link_for_button import judge
from scanner.report import Report
from tests.scanner.banners.made import control, layer, look
from tests.scanner.factories import report


def verdict(seen: Look, made: Report | None = None) -> tuple[str, str]:
    assert seen.first is not None
    judged = judge(seen, seen.first, made or report())
    return judged.verdict, judged.reason


FLAT = {"surface_contrast": 1.0, "border_contrast": None}


def pair(**reject: Any) -> Look:
    return look(first=layer(controls=(control("accept"), control("reject", **reject))))


def test_two_buttons_pass_and_so_do_two_links() -> None:
    assert verdict(look())[0] == "passed"
    links = layer(controls=(control("accept", **FLAT), control("reject", **FLAT)))
    assert verdict(look(first=links))[0] == "passed"


def test_an_outlined_refusal_is_a_button() -> None:
    assert verdict(pair(surface_contrast=1.0, border_contrast=2.0))[0] == "passed"


def test_an_element_a_that_looks_like_a_button_is_one() -> None:
    assert verdict(pair(tag="a"))[0] == "passed"


@pytest.mark.parametrize(
    ("reject", "reason"),
    [
        (FLAT, "'Accept all' is drawn as a button, 'Reject all' as plain text"),
        ({"in_text": True}, "'Reject all' stands in a sentence"),
        ({"in_banner": False}, "'Reject all' stands outside the banner"),
    ],
)
def test_a_refusal_that_is_no_button_fails(reject: dict[str, Any], reason: str) -> None:
    assert verdict(pair(**reject)) == ("failed", reason)


def test_without_a_refusal_there_is_nothing_to_compare() -> None:
    assert verdict(look(first=layer("accept")))[0] == "not applicable"
