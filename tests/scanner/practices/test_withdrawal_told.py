"""The banner says that consent can be withdrawn."""

from __future__ import annotations

from scanner.banners.model import Look
from scanner.practices.withdrawal_told import judge
from scanner.report import Report
from tests.scanner.banners.made import layer, look
from tests.scanner.factories import report


def verdict(seen: Look, made: Report | None = None) -> tuple[str, str]:
    assert seen.first is not None
    judged = judge(seen, seen.first, made or report())
    return judged.verdict, judged.reason


GOOD, BAD = "Sie können jederzeit widerrufen", "We use cookies for statistics"


def test_the_text_says_so_or_does_not() -> None:
    assert verdict(look(first=layer("accept", text=GOOD), second=layer("save", text="")))[0] == "passed"
    assert verdict(look(first=layer("accept", text=BAD), second=layer("save", text="")))[0] == "failed"


def test_a_language_without_known_words_is_no_verdict() -> None:
    seen = look(first=layer("accept", text="Mi uzas kuketojn"), second=layer("save", text=""), language="eo")
    assert verdict(seen)[0] == "not measured"


def test_the_second_layer_may_say_it_and_an_unseen_one_leaves_it_open() -> None:
    assert verdict(look(first=layer("accept", text=BAD), second=layer("save", text=GOOD)))[0] == "passed"
    assert verdict(look(first=layer("accept", "settings", text=BAD), second=None))[0] == "not measured"
