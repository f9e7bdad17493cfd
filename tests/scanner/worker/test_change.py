from __future__ import annotations

from consent.model.categories import Category
from scanner.diff import diff
from scanner.worker.change import change_of
from tests.scanner.factories import item, judged, page, report


def test_each_kind_of_difference_is_stored_with_what_a_reader_asks_for() -> None:
    old = judged(report(scan_id="old", items=(item("_ga"), item("gone"))))
    new = judged(
        report(
            scan_id="new",
            items=(
                item("_ga", category=Category.ADVERTISING, set_by=("https://t.example/a.js?x=1",)),
                item("_fbp", vendor="Meta", service="Meta Pixel", category=Category.ADVERTISING),
            ),
        )
    )
    change = change_of(diff(old, new))
    assert change.previous == "old"
    by = {(one.what, one.subject, one.name, one.field): one for one in change.entries}
    assert by["new", "item", "_fbp", ""].category == "advertising"
    assert by["gone", "item", "gone", ""].page == "https://www.larkspur.example/"
    moved = by["changed", "item", "_ga", "category"]
    assert (moved.old, moved.new, moved.initiator) == ("performance", "advertising", "https://t.example/a.js")
    assert ("new", "service", "Meta Pixel", "") in by
    finding = next(one for one in change.entries if one.subject == "finding" and one.what == "new")
    assert finding.rule
    assert finding.severity
    assert finding.title
    assert change.worse


def test_that_the_scans_visited_unlike_pages_is_stored_with_their_difference() -> None:
    old = report(pages=(page(), page(url="https://www.larkspur.example/tea")))
    change = change_of(diff(old, report(pages=(page(),))))
    [note] = change.notes
    assert note.startswith(
        "The scans visited unlike pages (both: 1, the older alone: 1, the newer alone: 0)."
    )


def test_two_equal_reports_have_no_change() -> None:
    same = judged(report(items=(item(),)))
    change = change_of(diff(same, same))
    assert (change.entries, change.worse) == ((), ())
