from __future__ import annotations

from scanner.findings.reject_not_applied import find
from tests.scanner.factories import ACCEPT, BEFORE, REJECT, passed, report


def test_each_pass_that_was_not_applied_is_told_as_information() -> None:
    passes = (
        passed(BEFORE),
        passed(REJECT, applied=False, reason="The click changed nothing."),
        passed(ACCEPT, applied=False),
    )
    found = list(find(report(passes=passes)))
    assert [(one.severity, one.state) for one in found] == [("info", REJECT), ("info", ACCEPT)]
    assert found[0].evidence["reason"] == "The click changed nothing."
    assert "nothing is known" in found[0].title


def test_a_missing_reject_button_has_its_own_rule() -> None:
    assert (
        list(find(report(passes=(passed(REJECT, applied=False, reason="no button that rejects was found"),))))
        == []
    )


def test_applied_passes_are_silent() -> None:
    assert list(find(report())) == []
