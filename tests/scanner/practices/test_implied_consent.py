"""Going on is not taken for consent."""

from __future__ import annotations

from scanner.banners.model import Look
from scanner.practices.implied_consent import judge
from scanner.report import Report
from tests.scanner.banners.made import layer, look
from tests.scanner.factories import report


def verdict(seen: Look, made: Report | None = None) -> tuple[str, str]:
    assert seen.first is not None
    judged = judge(seen, seen.first, made or report())
    return judged.verdict, judged.reason


def test_a_banner_that_stays_and_claims_nothing_passes() -> None:
    assert verdict(look())[0] == "passed"


def test_a_banner_that_goes_with_scrolling_fails() -> None:
    assert verdict(look(gone_after_scroll=True)) == (
        "failed",
        "the banner goes away when the page is scrolled",
    )


def test_a_text_that_takes_going_on_for_consent_fails() -> None:
    text = "En poursuivant votre navigation, vous acceptez les cookies"
    assert verdict(look(first=layer("accept", text=text))) == (
        "failed",
        "the banner says 'en poursuivant votre navigation'",
    )


def test_a_language_without_known_words_is_no_verdict() -> None:
    assert verdict(look(language="xx"))[0] == "not measured"
