from __future__ import annotations

from scanner.report import Report
from scanner.reports.checklists import Answer, checklists
from tests.scanner.factories import BEFORE, REJECT, item, judged, page, passed, report, request, shop_report


def answer(seen: Report, words: str) -> Answer:
    (found,) = [one for checklist in checklists(seen) for one in checklist.answers if words in one.question]
    return found


def test_both_readers_have_their_twelve_questions() -> None:
    assert [len(checklist.answers) for checklist in checklists(shop_report())] == [12, 12]


def test_what_the_scan_does_not_look_at_is_not_measured_and_claims_nothing() -> None:
    for words in ("Declared but not found", "consent log", "Load order", "Routes without page loads"):
        one = answer(shop_report(), words)
        assert (one.status, one.answer) == ("not measured", "")


def test_states_are_ticked_only_where_they_were_applied() -> None:
    seen = judged(report(passes=(passed(BEFORE), passed(REJECT, applied=False))))
    one = answer(seen, "Consent states side by side")
    assert one.status == "partly"
    assert one.answer == "Before. Not measured: Refused, Accepted, Withdrawn, GPC."
    assert answer(seen, "Banner audit").answer.startswith("A banner was found; no refusal was confirmed.")
    assert answer(seen, "Broken by blocking").status == "not measured"


def test_without_a_banner_the_audit_is_not_measured() -> None:
    seen = judged(
        report(passes=(passed(BEFORE, banner_found=False), passed(REJECT, applied=False, banner_found=False)))
    )
    assert answer(seen, "Banner audit") == Answer(answer(seen, "Banner audit").question, "not measured", "")


def test_answers_hold_the_figures() -> None:
    seen = shop_report()
    assert answer(seen, "Unclassified items").answer.startswith("2 unclassified; 1 of 3 necessary ones")
    assert answer(seen, "Durations over 13 months").answer == "2 cookies."
    assert "42 requests" in answer(seen, "Consent signals").answer
    assert answer(seen, "repeats this scan").answer == "consentry scan https://www.larkspur.example/"
    assert answer(seen, "Kept out").answer == "1 page was withheld from the scanner."


def test_attribution_is_partly_measured_where_an_initiator_is_missing() -> None:
    seen = judged(
        report(requests=(request(), request("https://b.example/", initiators=("https://x.example/a.js",))))
    )
    assert answer(seen, "initiator chain").status == "partly"
    unknown = judged(report(items=(item(via=""),), pages=(page(),), tool={}))
    assert answer(unknown, "by a response or by a script").status == "partly"
    assert answer(unknown, "repeats this scan").status == "not measured"
