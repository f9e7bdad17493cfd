from __future__ import annotations

from typing import Any

import pytest

from consent.model.categories import Category, Party
from scanner.report import Finding
from scanner.reports import view
from scanner.reports.view import evidence_lines, state_line, view_of
from tests.scanner.factories import (
    ACCEPT,
    BEFORE,
    DAY,
    REJECT,
    item,
    judged,
    page,
    passed,
    report,
    request,
    shop_report,
)


def test_items_of_one_pattern_make_one_row_with_the_longest_lifetime() -> None:
    items = (
        item("_ga_1", pattern="_ga_*", lifetime_s=DAY, states=(BEFORE, REJECT)),
        item(
            "_ga_2",
            pattern="_ga_*",
            lifetime_s=400 * DAY,
            requested_lifetime_s=730 * DAY,
            set_after_action=(REJECT,),
        ),
    )
    (group,) = view_of(judged(report(items=items))).groups
    (row,) = group.rows
    assert (row.names, row.lifetime, row.asked) == (2, "13 months", "2 years")
    assert [(mark.mark, mark.bad) for mark in row.marks] == [("set", True), ("set", True), ("", False)]


def test_what_stays_after_a_refusal_is_kept_and_not_set() -> None:
    (group,) = view_of(judged(report(items=(item(states=(BEFORE, REJECT, ACCEPT)),)))).groups
    assert [mark.mark for mark in group.rows[0].marks] == ["set", "kept", "kept"]
    assert [mark.bad for mark in group.rows[0].marks] == [True, True, False]


def test_the_necessary_is_never_marked_bad() -> None:
    (group,) = view_of(judged(report(items=(item(category=Category.NECESSARY),)))).groups
    assert not any(mark.bad for mark in group.rows[0].marks)


def test_figures_count_services_and_an_unapplied_refusal_has_none() -> None:
    figures = view_of(shop_report()).figures
    assert [value for value, _, _ in figures] == ["8", "5", "23", "16"]
    unapplied = judged(report(passes=(passed(BEFORE), passed(REJECT, applied=False))))
    assert view_of(unapplied).figures[1] == ("?", "services active after a refusal: not measured", False)


def test_services_without_consent_come_first_and_a_cloaked_host_is_marked() -> None:
    services = view_of(shop_report()).services
    assert services[0].marks[0].bad
    assert not any(mark.bad for mark in services[-1].marks)
    assert [one.label for one in services if one.own_domain] == ["Adobe Analytics"]


def test_the_chart_parts_the_necessary_from_what_needs_consent() -> None:
    seen = judged(report(items=(item("a", category=Category.NECESSARY), item("b"), item("c"))))
    before, reject, _ = view_of(seen).item_chart
    assert [(bar.category, bar.count) for bar in before.bars] == [
        (Category.NECESSARY, 1),
        (Category.PERFORMANCE, 2),
    ]
    assert before.bars[1].x - (before.bars[0].x + before.bars[0].width) > 8
    assert before.end <= view.CHART_WIDTH
    assert (before.needing, reject.total) == (2, 0)


def test_long_lists_are_bounded_and_say_what_they_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MAX_FINDINGS", "MAX_ITEMS", "MAX_SERVICES", "MAX_PAGES"):
        monkeypatch.setattr(view, name, 3)
    seen = judged(
        report(
            items=tuple(item(f"i{n}", host=f"h{n}.example") for n in range(9)),
            requests=tuple(request(f"https://r{n}.example/") for n in range(7)),
            pages=tuple(page(f"https://www.larkspur.example/{n}") for n in range(5)),
        )
    )
    shown = view_of(seen)
    assert [len(group.rows) for group in shown.groups] == [3]
    assert shown.groups[0].left_out == 6
    assert shown.services_left_out == 4
    assert shown.pages_left_out == 2
    assert shown.findings_left_out == len(seen.findings) - 3


def test_a_state_says_how_it_was_reached_or_why_not() -> None:
    seen = report(passes=(passed(BEFORE), passed(REJECT, applied=False, reason="no banner")))
    assert state_line(seen, BEFORE) == ("applied", "")
    assert state_line(seen, REJECT) == ("not applied", "no banner")
    assert state_line(seen, ACCEPT)[0] == "not scanned"
    assert state_line(report(), REJECT)[1].startswith("by consentry button; the banner is gone")


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ({"kind": "local_storage"}, [("Kind", ["Local storage"], False)]),
        ({"count": 1200}, [("How many", ["1,200"], False)]),
        ({"initiators": ["a", "b"]}, [("Caused by, nearest first", ["a", "b"], True)]),
        ({"pages": ["p"], "page_count": 9}, [("Pages (1 of 9)", ["p"], False)]),
        ({"first_ms": 1234.5}, [("Earliest", ["1,234 ms after the page was called"], False)]),
        ({"states": ["before", "odd"]}, [("States", ["Before consent", "odd"], False)]),
        ({"now": {"ad_storage": "granted"}}, [("Signalled now", ["ad_storage: granted"], False)]),
        ({"banner_found": True, "nothing": "", "none": None}, [("Banner found", ["yes"], False)]),
        ({"new_key": 1.5}, [("New key", ["1.5"], False)]),
    ],
)
def test_evidence_is_told_in_words(evidence: dict[str, Any], expected: list[Any]) -> None:
    assert (
        evidence_lines(Finding(rule="r", severity="low", title="t", subject="s", evidence=evidence))
        == expected
    )


def test_times_that_are_no_times_are_shown_as_they_are() -> None:
    shown = view_of(report(started="yesterday", finished="2026-03-02T09:14:41"))
    assert (shown.date, shown.duration) == ("yesterday", "")
    mixed = view_of(report(started="2026-03-02T09:14:05Z", finished="2026-03-02T09:14:41"))
    assert mixed.duration == ""
    assert view_of(report()).duration == "36 s"


def test_a_first_party_service_counts_as_own_domain_only_when_all_of_it_is() -> None:
    own = request("https://m.larkspur.example/", party=Party.FIRST, service="S")
    (row,) = view_of(judged(report(requests=(own, request(service="S"))))).services
    assert not row.own_domain


def test_circumstances_are_told_as_far_as_they_are_known() -> None:
    assert view_of(report()).circumstances == (
        ("Browser", "headless-shell 142.0.7444.59"),
        ("Language", "en-GB"),
        ("Window", "1366 by 900"),
    )
    assert view_of(report(tool={"viewport": "odd"})).circumstances == ()
