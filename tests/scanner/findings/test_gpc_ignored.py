from __future__ import annotations

from consent.model.categories import Category, ConsentState
from scanner.findings.gpc_ignored import find
from tests.scanner.factories import item, passed, report, request

GPC = ConsentState.GPC


def test_advertising_under_the_signal_is_high() -> None:
    items = (item(states=(GPC,), category=Category.ADVERTISING, service="Ads"), item("p", states=(GPC,)))
    found = list(
        find(report(items=items, requests=(request(state=GPC, service="Ads"),), passes=(passed(GPC),)))
    )
    assert [(one.severity, one.evidence["kind"]) for one in found] == [
        ("high", "cookie"),
        ("high", "request"),
    ]


def test_without_such_a_pass_there_is_no_verdict() -> None:
    assert list(find(report(requests=(request(state=GPC),)))) == []
