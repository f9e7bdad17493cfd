"""Practice H."""

from __future__ import annotations

from consent.model.categories import ConsentState
from scanner.banners.model import Look, Tick
from scanner.practices.legitimate_interest import judge
from scanner.report import Report, Signal
from tests.scanner.banners.made import layer, look
from tests.scanner.factories import report


def verdict(seen: Look, made: Report | None = None) -> tuple[str, str]:
    assert seen.first is not None
    judged = judge(seen, seen.first, made or report())
    return judged.verdict, judged.reason


CLAIM = "Some partners rely on their legitimate interest."


def test_a_banner_that_claims_none_passes() -> None:
    assert verdict(look())[0] == "passed"


def test_a_claim_in_either_layers_text_fails() -> None:
    for seen in (look(first=layer("accept", "reject", text=CLAIM)), look(second=layer("save", text=CLAIM))):
        assert verdict(seen) == ("failed", "the banner claims it: legitimate interest")


def test_a_preset_box_of_legitimate_interest_is_named() -> None:
    box = Tick(label="Berechtigtes Interesse", kind="switch", checked=True)
    assert verdict(look(second=layer("save", ticks=(box,)))) == (
        "failed",
        "preset on legitimate interest: Berechtigtes Interesse",
    )


def test_the_tc_string_may_claim_it() -> None:
    signal = Signal(api="tcf", state=ConsentState.ACCEPT, page="", values={"interests": [7, 2]})
    assert verdict(look(), report(signals=(signal,))) == (
        "failed",
        "the TC string bases purposes 2, 7 on legitimate interest",
    )


def test_an_unknown_language_or_an_unseen_layer_is_no_verdict() -> None:
    assert verdict(look(language="xx"))[0] == "not measured"
    assert verdict(look(second=None, second_reason="it opened nothing"))[0] == "not measured"
