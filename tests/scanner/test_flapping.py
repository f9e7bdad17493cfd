from __future__ import annotations

from consent.model.categories import Category
from consent.model.scans import ScanChange, ScanChangeEntry
from scanner.diff import diff, subject_of
from scanner.flapping import subject_of_stored, unsteady
from scanner.worker.change import change_of
from tests.scanner.factories import item, judged, report

WITH = judged(report(scan_id="with", items=(item("_ga"), item("_ab_test", category=Category.ADVERTISING))))
WITHOUT = judged(report(scan_id="without", items=(item("_ga"),)))
CAME = change_of(diff(WITHOUT, WITH))
WENT = change_of(diff(WITH, WITHOUT))
AB_TEST = ("item", "cookie", "_ab_test", "larkspur.example", "")


def test_what_came_and_went_twice_is_unsteady_and_what_came_back_once_is_not() -> None:
    assert unsteady([]) == unsteady([CAME]) == frozenset()
    assert AB_TEST in unsteady([CAME, WENT])
    assert AB_TEST in unsteady([WENT, ScanChange(), CAME])


def test_what_changes_its_fields_is_not_taken_for_what_comes_and_goes() -> None:
    entry = ScanChangeEntry(
        what="changed", subject="item", kind="cookie", name="_ga", host="a.example", field="lifetime"
    )
    assert unsteady([ScanChange(entries=(entry, entry))] * 4) == frozenset()


def test_a_stored_difference_is_about_the_same_as_the_one_it_was_made_from() -> None:
    changes = diff(WITHOUT, WITH)
    made = {subject_of(one) for one in (*changes.items_new, *changes.services_new, *changes.findings_new)}
    assert {subject_of_stored(one) for one in CAME.entries} == made


def test_what_is_unsteady_is_marked_and_makes_nothing_worse() -> None:
    assert CAME.worse
    known = unsteady([CAME, WENT])
    change = change_of(diff(WITHOUT, WITH, unsteady=known), known)
    assert change.worse == ()
    assert change.entries
    assert all(one.flapping for one in change.entries)
    assert not any(one.flapping for one in CAME.entries)
