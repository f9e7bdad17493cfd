"""What fired when: requests of trackers and writes of items in each state, over the time since a page was called.

One strip has one lane for each service. A state that needs a click has two strips: the page on which the visitor decided,
with the moment marked, and the pages that were called afterwards. Marks that would cover each other are one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from consent.model.categories import CATEGORIES, Category, ConsentState
from scanner.evidence import applied, label_of, pass_of
from scanner.report import Report, Request
from scanner.reports.text import STATE_NAMES
from scanner.summary import scanned_states

MAX_LANES = 14
BINS = 120
"""Places on the time axis: as many marks as can be told apart on a phone."""
_LEFT, _RIGHT = 1.5, 98.5
"""Per cent of the drawing between which marks stand, so that none is cut off."""
_STEPS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0)
OTHERS = "Others"
_STRICTNESS = (Category.UNCLASSIFIED, *CATEGORIES)


@dataclass(frozen=True)
class Mark:
    """One or more requests or writes at one time; ``x`` in per cent of the drawing, ``radius`` in pixels."""

    kind: str
    x: float
    radius: float
    count: int
    category: Category


@dataclass(frozen=True)
class Lane:
    """One service with its marks; times are seconds since the page was called."""

    label: str
    category: Category
    marks: tuple[Mark, ...]
    requests: int
    writes: int
    first_s: float
    last_s: float


@dataclass(frozen=True)
class Strip:
    """One drawing; ``action_x`` (per cent) and ``action_s`` are the moment of the visitor's choice, if it is on it."""

    id: str
    title: str
    state: ConsentState
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]
    action_x: float | None = None
    action_s: float | None = None

    @property
    def requests(self) -> int:
        """How many requests it shows."""
        return sum(lane.requests for lane in self.lanes)

    @property
    def writes(self) -> int:
        """How many items it shows being written."""
        return sum(lane.writes for lane in self.lanes)


@dataclass(frozen=True)
class _Event:
    """One request or write; ``s`` in seconds."""

    kind: str
    s: float
    label: str
    category: Category
    count: int


@dataclass(frozen=True)
class _Axis:
    """The seconds that the drawing holds, and those that are marked."""

    scale: float
    ticks: tuple[float, ...]


def timelines(report: Report) -> tuple[Strip, ...]:
    """Return the strips of every state that was applied: to one scale those of a choice, to one all others."""
    events: dict[tuple[ConsentState, bool], list[_Event]] = defaultdict(list)
    for state, on_action_page, event in _events(report):
        events[state, on_action_page].append(event)
    actions = {
        one.state: one.action_ms / 1000 for one in report.passes if one.applied and one.action_ms is not None
    }
    axes = {
        by_click: _axis(
            (event.s for (_, where), group in events.items() if where is by_click for event in group),
            actions.values() if by_click else (),
        )
        for by_click in (True, False)
    }
    strips = []
    for state in scanned_states(report):
        if not applied(report, state):
            continue
        if state in actions:
            title = "The page on which the visitor decided"
            strips.append(
                _strip(state, events[state, True], axes[True], title=title, action_s=actions[state])
            )
        title = "Pages called afterwards" if state in actions else "All pages"
        strips.append(_strip(state, events[state, False], axes[False], title=title))
    return tuple(strips)


def _axis(times: Iterable[float], moments: Iterable[float]) -> _Axis:
    longest = max((*times, *moments), default=0.0)
    ticks = _ticks(longest)
    return _Axis(max(longest, ticks[-1]) or 1.0, ticks)


def _events(report: Report) -> Iterator[tuple[ConsentState, bool, _Event]]:
    for one in report.requests:
        if one.category.needs_consent:
            yield one.state, _by_action_page(report, one.state, on_page=one.on_action_page), _event(one)
    for item in report.items:
        label = label_of(item) if item.service or item.vendor else f"{item.host} (own)"
        for write in item.writes:
            event = _Event("write", write.time_ms / 1000, label, item.category, 1)
            yield write.state, _by_action_page(report, write.state, on_page=write.on_action_page), event


def _event(request: Request) -> _Event:
    return _Event("request", request.time_ms / 1000, label_of(request), request.category, request.count)


def _by_action_page(report: Report, state: ConsentState, *, on_page: bool) -> bool:
    one = pass_of(report, state)
    return on_page and one is not None and one.action_ms is not None


def _strip(
    state: ConsentState, events: list[_Event], axis: _Axis, *, title: str, action_s: float | None = None
) -> Strip:
    groups: dict[str, list[_Event]] = defaultdict(list)
    for event in events:
        groups[event.label].append(event)
    first = sorted(
        groups, key=lambda label: (_rank(groups[label]), min(event.s for event in groups[label]), label)
    )
    shown, rest = first[:MAX_LANES], first[MAX_LANES:]
    lanes = [_lane(label, groups[label], axis.scale) for label in shown]
    lanes.sort(key=lambda lane: (lane.first_s, lane.label))
    if rest:
        lanes.append(
            _lane(f"{OTHERS} ({len(rest)})", [one for label in rest for one in groups[label]], axis.scale)
        )
    return Strip(
        id=str(state) if action_s is None else f"{state}-action",
        title=title,
        state=state,
        lanes=tuple(lanes),
        ticks=tuple((_x(tick, axis.scale), f"{tick:g} s") for tick in axis.ticks),
        action_x=None if action_s is None else _x(action_s, axis.scale),
        action_s=action_s,
    )


def _rank(events: list[_Event]) -> int:
    """What needs consent comes first, then what sends most."""
    needing = any(event.category.needs_consent for event in events)
    return -sum(event.count for event in events) - (1_000_000 if needing else 0)


def _lane(label: str, events: list[_Event], scale: float) -> Lane:
    bins: Counter[tuple[str, int, Category]] = Counter()
    for event in events:
        bins[event.kind, round(event.s / scale * BINS), event.category] += event.count
    marks = tuple(
        Mark(kind, _x(place / BINS * scale, scale), min(7.0, 3.0 + count.bit_length() * 0.6), count, category)
        for (kind, place, category), count in sorted(
            bins.items(), key=lambda entry: (entry[0][0], entry[0][1], entry[0][2])
        )
    )
    return Lane(
        label=label,
        category=max((event.category for event in events), key=_STRICTNESS.index),
        marks=marks,
        requests=sum(event.count for event in events if event.kind == "request"),
        writes=sum(event.count for event in events if event.kind == "write"),
        first_s=min(event.s for event in events),
        last_s=max(event.s for event in events),
    )


def _x(seconds: float, scale: float) -> float:
    return round(_LEFT + seconds / scale * (_RIGHT - _LEFT), 2)


def _ticks(longest: float) -> tuple[float, ...]:
    step = next((one for one in _STEPS if longest / one <= 6), _STEPS[-1])
    count = min(12, int(longest / step) + 1)
    return tuple(round(step * number, 2) for number in range(count + 1))


def told(strip: Strip) -> str:
    """Return a strip in a sentence, for those who do not see it."""
    if not strip.lanes:
        return f"{STATE_NAMES[strip.state]}, {strip.title.lower()}: nothing fired."
    first = strip.lanes[0]
    moment = "" if strip.action_s is None else f" The visitor decided after {strip.action_s:.1f} s."
    return (
        f"{STATE_NAMES[strip.state]}, {strip.title.lower()}: {strip.requests:,} requests and {strip.writes:,} writes, "
        f"the first by {first.label} after {first.first_s:.2f} s.{moment} The table below has each service."
    )
