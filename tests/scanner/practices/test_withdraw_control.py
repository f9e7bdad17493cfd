"""Practice K."""

from __future__ import annotations

from consent.model.categories import ConsentState
from scanner.banners.model import Look, Withdrawal
from scanner.practices.withdraw_control import judge
from scanner.report import Report
from tests.scanner.banners.made import look
from tests.scanner.factories import passed, report


def verdict(seen: Look, made: Report | None = None) -> tuple[str, str]:
    assert seen.first is not None
    judged = judge(seen, seen.first, made or report())
    return judged.verdict, judged.reason


GONE = Withdrawal(accepted=True, reason="nothing on the page leads back to the choice")


def test_a_control_that_leads_back_passes() -> None:
    assert verdict(look()) == ("passed", "a control leads back to the choice (in view)")


def test_nothing_that_leads_back_fails() -> None:
    assert verdict(look(withdrawal=GONE)) == ("failed", "nothing on the page leads back to the choice")


def test_a_withdrawal_that_the_scan_made_on_a_desktop_counts_there_alone() -> None:
    made = report(passes=(passed(ConsentState.WITHDRAW),))
    assert verdict(look(withdrawal=GONE), made)[0] == "passed"
    assert verdict(look(withdrawal=GONE, viewport="phone"), made)[0] == "failed"


def test_where_nothing_was_accepted_there_is_no_verdict() -> None:
    assert verdict(look(withdrawal=None))[0] == "not measured"
    refused = Withdrawal(accepted=False, reason="pressed 'OK', but the banner is still there")
    assert verdict(look(withdrawal=refused)) == (
        "not measured",
        "pressed 'OK', but the banner is still there",
    )
