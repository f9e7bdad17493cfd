from __future__ import annotations

from scanner.findings.reject_missing import find
from tests.scanner.factories import BEFORE, REJECT, passed, report


def test_a_banner_without_a_way_to_refuse_is_medium() -> None:
    one = passed(
        REJECT,
        applied=False,
        reason="no button that rejects was found on the first or second layer",
        screenshot_before="r.png",
    )
    (finding,) = find(report(passes=(passed(BEFORE), one)))
    assert finding.severity == "medium"
    assert finding.evidence["screenshot"] == "r.png"


def test_any_other_failure_is_no_verdict_about_the_banner() -> None:
    one = passed(REJECT, applied=False, reason="The click changed nothing.")
    assert list(find(report(passes=(passed(BEFORE), one)))) == []


def test_no_banner_is_not_a_banner_without_reject() -> None:
    one = passed(REJECT, applied=False, banner_found=False, reason="no button that rejects was found")
    assert list(find(report(passes=(passed(BEFORE), one)))) == []
