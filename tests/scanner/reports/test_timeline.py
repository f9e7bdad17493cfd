from __future__ import annotations

from consent.model.categories import Category, ConsentState
from scanner.report import Write
from scanner.reports.timeline import MAX_LANES, OTHERS, timelines, told
from tests.scanner.factories import ACCEPT, BEFORE, REJECT, SHOP, item, passed, report, request, shop_report


def write(state: ConsentState, time_ms: float, *, on_action_page: bool = False) -> Write:
    return Write(state=state, page=SHOP, time_ms=time_ms, on_action_page=on_action_page)


def test_each_state_has_its_strip_and_the_page_of_the_choice_one_of_its_own() -> None:
    seen = report(
        passes=(passed(BEFORE), passed(ACCEPT, action_ms=1_500.0, page=SHOP), passed(REJECT, applied=False)),
        requests=(
            request(time_ms=400.0),
            request("https://b.ads.example/p", state=ACCEPT, time_ms=2_000.0, on_action_page=True),
            request("https://b.ads.example/p", state=ACCEPT, time_ms=300.0, page=f"{SHOP}teas"),
            request(state=REJECT),
        ),
        items=(
            item(
                service="Analytics",
                writes=(write(BEFORE, 500.0), write(ACCEPT, 1_900.0, on_action_page=True)),
            ),
        ),
    )
    before, action, afterwards = timelines(seen)
    assert [lane.label for lane in before.lanes] == ["ads.example", "Analytics"]
    assert (before.requests, before.writes, before.action_x) == (1, 1, None)
    assert [lane.label for lane in action.lanes] == ["Analytics", "ads.example"]
    assert action.action_s == 1.5
    marks = [mark for lane in action.lanes for mark in lane.marks]
    assert all(action.action_x is not None and action.action_x < mark.x for mark in marks)
    assert (afterwards.requests, afterwards.writes) == (1, 0)
    assert "The visitor decided after 1.5 s" in told(action)


def test_marks_that_would_cover_each_other_are_one_and_necessary_requests_none() -> None:
    seen = report(
        passes=(passed(BEFORE),),
        requests=(
            *(request(f"https://px.ads.example/{number}", time_ms=1_000.0 + number) for number in range(50)),
            request("https://cdn.example/a.js", category=Category.NECESSARY, time_ms=4_000.0),
        ),
    )
    (strip,) = timelines(seen)
    (lane,) = strip.lanes
    assert lane.requests == 50
    assert len(lane.marks) < 10
    assert sum(mark.count for mark in lane.marks) == 50
    assert all(0 <= mark.x <= 100 for mark in lane.marks)


def test_lanes_are_bounded_and_the_rest_is_one_lane() -> None:
    requests = tuple(request(f"https://s{number}.example/", time_ms=number * 10.0) for number in range(60))
    (strip,) = timelines(report(passes=(passed(BEFORE),), requests=requests))
    assert len(strip.lanes) == MAX_LANES + 1
    assert strip.lanes[-1].label == f"{OTHERS} ({60 - MAX_LANES})"
    assert strip.requests == 60


def test_an_empty_report_has_empty_strips_and_the_same_report_the_same_ones() -> None:
    (strip,) = timelines(report(passes=(passed(BEFORE),)))
    assert strip.lanes == ()
    assert told(strip).endswith("nothing fired.")
    assert timelines(shop_report()) == timelines(shop_report())
