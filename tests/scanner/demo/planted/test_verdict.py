"""A verdict names what a report misses, invents, attributes wrongly and calls severe without reason."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from consent.model.categories import Category, ConsentState
from scanner.demo.planted import HOSTS, ITEMS, PAGES, VIOLATIONS
from scanner.demo.planted.verdict import comparable, judge
from scanner.report import Finding, Item, Page, Report, Request

STATES = tuple(ConsentState)
HOUSE = "https://www.fernhill.example"


def perfect() -> Report:
    """A report that says exactly what the table says."""
    return Report(
        tool={"name": "consentry"},
        site="fernhill",
        started="2026-01-01T00:00:00Z",
        finished="2026-01-01T00:01:00Z",
        pages=tuple(Page(url=HOUSE + path, status="ok", states=STATES) for path in PAGES),
        items=tuple(
            Item(
                kind=true.kind,
                name=true.name,
                host=true.host,
                party=true.party,
                category=Category.ADVERTISING,
                states=true.states,
                set_by=(f"{true.set_by[0]}x?y=1",),
                first_page=HOUSE + true.pages[0],
                partitioned=true.partitioned,
                via=true.via if true.kind == "cookie" else "",
                renewed=true.renewed,
            )
            for true in ITEMS
        ),
        requests=tuple(
            Request(
                url=f"https://{one.host}/a?time=1790000000000",
                host=one.host,
                party=one.party,
                type="image",
                state=state,
                page=HOUSE,
            )
            for one in HOSTS
            for state in one.states
        ),
        findings=tuple(
            Finding(rule=one.rule, severity="high", title=one.because, subject=one.subject, state=one.state)
            for one in VIOLATIONS
        ),
    )


def changed(**fields: Any) -> Report:
    return msgspec.structs.replace(perfect(), **fields)


def test_a_report_that_says_what_the_table_says_is_perfect() -> None:
    verdict = judge(perfect(), states=STATES)
    assert verdict.is_perfect, verdict


def test_what_is_missing_or_too_much_is_named_by_state() -> None:
    items = tuple(item for item in perfect().items if item.name != "MUID")
    verdict = judge(changed(items=items, requests=perfect().requests[1:]), states=STATES)
    assert verdict.missed == {
        "before": ["host www.googletagmanager.com"],
        "reject": ["cookie MUID (bing.com)"],
        "withdraw": ["cookie MUID (bing.com)"],
    }
    extra = msgspec.structs.replace(perfect().items[0], name="extra", states=(ConsentState.GPC,))
    assert judge(changed(items=(*perfect().items, extra)), states=STATES).invented == {
        "gpc": ["cookie extra (www.fernhill.example)"]
    }
    assert judge(changed(pages=perfect().pages[:-1]), states=STATES).missed == {"pages": ["/winter-offer"]}


@pytest.mark.parametrize(
    ("field", "value"),
    [("set_by", ()), ("set_by", ("https://else.example/",)), ("via", "unknown"), ("partitioned", True), ("first_page", f"{HOUSE}/private/staff")],
)  # fmt: skip
def test_a_wrong_setter_party_or_page_is_named(field: str, value: Any) -> None:
    first, *rest = perfect().items
    verdict = judge(changed(items=(msgspec.structs.replace(first, **{field: value}), *rest)), states=STATES)
    assert len(verdict.misattributed) == 1
    assert first.name in verdict.misattributed[0]


def test_a_violation_without_its_finding_and_a_severe_finding_without_violation_are_named() -> None:
    false = Finding(rule="no-banner", severity="high", title="No banner", subject="x")
    harmless = Finding(rule="unclassified", severity="low", title="?", subject="x")
    verdict = judge(changed(findings=(*perfect().findings[1:], false, harmless)), states=STATES)
    assert verdict.untold == [VIOLATIONS[0]]
    assert verdict.unplanted == ["no-banner: No banner"]
    assert not verdict.is_perfect


def test_two_reports_differ_in_times_and_random_values_alone() -> None:
    one = perfect()
    later = changed(
        started="2027-01-01T00:00:00Z",
        scan_id="other",
        requests=tuple(
            msgspec.structs.replace(request, url=request.url.replace("179", "180"), time_ms=7.0)
            for request in reversed(one.requests)
        ),
    )
    assert comparable(one) == comparable(later)
    assert comparable(one) != comparable(changed(items=one.items[1:]))
