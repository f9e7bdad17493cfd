from __future__ import annotations

from consent.model.categories import Category, ConsentState, Party
from scanner.findings.survives_withdrawal import find
from tests.scanner.factories import item, passed, report, request

WITHDRAW = ConsentState.WITHDRAW


def test_what_goes_on_is_high_and_what_stays_is_medium_or_low() -> None:
    items = (
        item("again", service="A", states=(WITHDRAW,), set_after_action=(WITHDRAW,)),
        item("stays", service="B", states=(WITHDRAW,)),
        item("theirs", service="C", states=(WITHDRAW,), party=Party.THIRD),
        item("cart", service="D", states=(WITHDRAW,), category=Category.NECESSARY),
    )
    found = list(
        find(
            report(items=items, requests=(request(service="E", state=WITHDRAW),), passes=(passed(WITHDRAW),))
        )
    )
    assert [(one.subject, one.severity) for one in found] == [
        ("A", "high"),
        ("E", "high"),
        ("B", "medium"),
        ("C", "low"),
    ]
    assert "Set-Cookie: stays=; Max-Age=0" in found[2].fix


def test_without_an_applied_withdrawal_there_is_no_verdict() -> None:
    seen = report(requests=(request(state=WITHDRAW),))
    assert list(find(seen)) == []
