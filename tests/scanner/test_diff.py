from __future__ import annotations

import msgspec
import pytest

from consent.model.categories import Category, ConsentState
from scanner.diff import diff, finding_key
from scanner.report import Finding, Item, Pass
from tests.scanner.factories import (
    ACCEPT,
    BEFORE,
    DAY,
    REJECT,
    SHOP,
    item,
    judged,
    page,
    report,
    request,
    shop_report,
)


def test_the_same_report_twice_has_no_changes() -> None:
    one = shop_report()
    changes = diff(one, one)
    assert changes.empty
    assert changes.worse == ()


def test_new_gone_and_changed_items_and_services_are_told() -> None:
    old = report(items=(item("a"), item("b", service="Old")))
    new = report(
        items=(
            item("a", lifetime_s=400 * DAY, states=(BEFORE, ACCEPT)),
            item("c", service="New", states=(ACCEPT,)),
        )
    )
    changes = diff(old, new)
    assert [one.name for one in changes.items_new] == ["c"]
    assert [one.name for one in changes.items_gone] == ["b"]
    assert [one.service for one in changes.services_new] == ["New"]
    assert [one.service for one in changes.services_gone] == ["Old"]
    (changed,) = changes.items_changed
    assert {one.field: (one.old, one.new) for one in changed.changes} == {
        "lifetime": ("up to a month", "over 13 months"),
        "states": ("before", "before, accept"),
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (item("s_1", pattern="s_*"), item("s_2", pattern="s_*")),
        (item(lifetime_s=30 * DAY), item(lifetime_s=30 * DAY - 5)),
        (item(set_by=("https://x.example/a.js?v=1",)), item(set_by=("https://x.example/a.js?v=2",))),
    ],
)
def test_what_changes_with_every_visit_is_no_change(old: Item, new: Item) -> None:
    assert diff(report(items=(old,)), report(items=(new,))).empty


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("category", {"category": Category.FUNCTIONALITY}, {}),
        ("vendor", {"vendor": "A"}, {"vendor": "B"}),
        ("setter", {"set_by": ("https://a.example/x.js",)}, {"set_by": ("https://b.example/x.js",)}),
    ],
)
def test_each_compared_field_is_told(field: str, old: dict[str, object], new: dict[str, object]) -> None:
    (changed,) = diff(report(items=(item(**old),)), report(items=(item(**new),))).items_changed
    assert [one.field for one in changed.changes] == [field]


def test_a_new_finding_and_a_new_item_before_consent_are_worse() -> None:
    changes = diff(judged(report()), judged(report(items=(item("_ga"),))))
    assert changes.worse == (
        "new medium finding: larkspur.example: 1 cookie before consent",
        "new before consent: _ga (performance) on larkspur.example",
    )


def test_the_way_back_is_better() -> None:
    changes = diff(judged(report(items=(item("_ga"),))), judged(report()))
    assert changes.worse == ()
    assert [one.rule for one in changes.findings_gone] == ["before-consent"]


def test_an_item_that_moves_before_consent_or_loses_its_exemption_is_worse() -> None:
    moved = diff(report(items=(item(states=(ACCEPT,)),)), report(items=(item(),)))
    assert moved.worse == ("now before consent: _ga (performance) on larkspur.example",)
    lost = diff(report(items=(item(category=Category.NECESSARY),)), report(items=(item(),)))
    assert lost.worse == ("now needs consent and is there before it: _ga (performance) on larkspur.example",)


def test_a_new_necessary_or_accepted_item_is_not_worse() -> None:
    new = report(items=(item("cart", category=Category.NECESSARY), item("x", states=(ACCEPT,))))
    assert diff(report(), new).worse == ()


def test_a_finding_that_rises_is_worse_and_one_that_only_counts_more_is_the_same() -> None:
    low = Finding(rule="cloaked-tracker", severity="low", title="t", subject="s", evidence={"count": 1})
    medium = msgspec.structs.replace(low, severity="medium", evidence={"count": 9})
    assert finding_key(low) == finding_key(medium)
    assert diff(report(findings=(low,)), report(findings=(medium,))).worse == (
        "finding rose from low to medium: t",
    )


def test_more_requests_of_a_known_service_are_no_change() -> None:
    old, new = (
        judged(report(requests=tuple(request(f"https://px.ads.example/{n}") for n in range(k))))
        for k in (2, 9)
    )
    assert diff(old, new).empty


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://ad.example/activity;src=1;ord=1576", "https://ad.example/activity;src=1;ord=7918"),
        ("https://js.example/1795581000000/4471.js", "https://js.example/1795581600000/4471.js"),
        (
            "https://m.example/b/JS-2.26.0/s65497045802811",
            "https://m.example/b/JS-2.26.0/s19132002227666?x=1",
        ),
        ("https://cdn.example/app.3f9c21ab.js", "https://cdn.example/app.77e01d4c.js"),
    ],
)
def test_a_setter_whose_address_differs_from_visit_to_visit_is_the_same(first: str, second: str) -> None:
    old, new = (report(items=(item(set_by=(address,)),)) for address in (first, second))
    assert diff(old, new).items_changed == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://a.example/v2/tag.js", "https://a.example/v3/tag.js"),
        ("https://a.example/feedface/tag.js", "https://a.example/deadbeef/tag.js"),
        ("https://a1234567.example/tag.js", "https://a7654321.example/tag.js"),
    ],
)
def test_another_script_or_host_is_another_setter(first: str, second: str) -> None:
    old, new = (report(items=(item(set_by=(address,)),)) for address in (first, second))
    [changed] = diff(old, new).items_changed
    assert [one.field for one in changed.changes] == ["setter"]


def measured(*states: ConsentState, failed: tuple[ConsentState, ...] = ()) -> tuple[Pass, ...]:
    passes = [Pass(state=state, applied=True, banner_found=True) for state in states]
    return (*passes, *(Pass(state=state, applied=False, banner_found=False) for state in failed))


def test_what_only_one_of_two_scans_looked_at_is_no_change() -> None:
    everything = (
        item("always", states=(BEFORE, ACCEPT)),
        item("accepted", service="Late", states=(ACCEPT,)),
    )
    asked = (request("https://late.example/t.js", state=ACCEPT, service="Late"),)
    wide = judged(report(items=everything, requests=asked, passes=measured(BEFORE, ACCEPT)))
    narrow = judged(report(items=(item("always", states=(BEFORE,)),), passes=measured(BEFORE)))
    for old, new in ((wide, narrow), (narrow, wide)):
        changes = diff(old, new)
        assert not [*changes.items_new, *changes.items_gone, *changes.items_changed]
        assert not [*changes.services_new, *changes.services_gone]
        assert not [one for one in (*changes.findings_new, *changes.findings_gone) if one.state is ACCEPT]
        assert changes.worse == ()


def test_a_finding_is_not_gone_where_its_state_was_not_reached_and_that_it_was_not_is_told() -> None:
    late = Finding(
        rule="after-reject",
        severity="high",
        title="late",
        subject="x",
        state=REJECT,
        page="",
        evidence={},
        law="",
        fix="",
    )
    lost = msgspec.structs.replace(late, rule="not-applied", severity="medium", title="no refusal")
    old = report(findings=(late,), passes=measured(BEFORE, REJECT))
    new = report(findings=(lost,), passes=measured(BEFORE, failed=(REJECT,)))
    changes = diff(old, new)
    assert changes.findings_gone == ()
    assert changes.findings_new == (lost,)
    assert changes.worse == ("new medium finding: no refusal",)


def test_recordings_tell_no_states_that_were_measured_and_are_compared_whole() -> None:
    changes = diff(report(items=(), passes=()), report(items=(item("_ga"),), passes=()))
    assert [one.name for one in changes.items_new] == ["_ga"]


def test_scans_of_unlike_pages_say_so_and_are_compared_all_the_same() -> None:
    old = report(pages=(page(), page(f"{SHOP}gone")), tool={"settings": {"pages": 2}})
    new = report(
        pages=(page(), page(f"{SHOP}a"), page(f"{SHOP}b")),
        tool={"settings": {"pages": 3}},
        items=(item("_ga", first_page=f"{SHOP}a"),),
    )
    changes = diff(old, new)
    assert [one.name for one in changes.items_new] == ["_ga"]
    assert changes.notes[0].startswith(
        "The scans visited unlike pages, with limits of 2 and 3 pages (both: 1, the older alone: 1, the newer alone: 2)."
    )
    assert diff(new, new).notes == ()
    unlimited = msgspec.structs.replace(old, tool={"settings": {"pages": 3}})
    assert "limits" not in diff(unlimited, new).notes[0]
