"""How a report fares against the table of truth, and what two reports of one site have to have in common."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

import msgspec

from consent.model.categories import ConsentState
from scanner.demo.planted.truth import HOSTS, ITEMS, PAGES, VIOLATIONS, TrueItem, Violation
from scanner.report import Item, Report

Told = dict[str, list[str]]
"""What is wrong, by consent state (or kind of mistake), each in words."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a report got wrong; everything is empty for a perfect one."""

    missed: Told
    invented: Told
    misattributed: list[str]
    unplanted: list[str]
    untold: list[Violation]

    @property
    def is_perfect(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.missed or self.invented or self.misattributed or self.unplanted or self.untold)


def judge(report: Report, *, states: Collection[ConsentState], also: Collection[Violation] = ()) -> Verdict:
    """Hold a report on all pages in these states to the table; ``also`` are further violations of this variant.

    ``unplanted`` are findings of high severity about what is no violation, ``untold`` violations without a finding.
    """
    missed: Told = {}
    invented: Told = {}
    found = {(one.kind, one.name, one.host): one for one in report.items}
    for state in states:
        seen = {_words(*key) for key, item in found.items() if state in item.states}
        seen |= {f"host {one.host}" for one in report.requests if one.state is state}
        true = {_words(*item.key) for item in ITEMS if state in item.states}
        true |= {f"host {one.host}" for one in HOSTS if state in one.states}
        if gone := sorted(true - seen):
            missed[state] = gone
        if more := sorted(seen - true):
            invented[state] = more
    pages = {urlsplit(page.url).path for page in report.pages if page.status == "ok"}
    if gone := sorted(set(PAGES) - pages):
        missed["pages"] = gone
    if more := sorted(pages - set(PAGES)):
        invented["pages"] = more
    planted = [one for one in (*VIOLATIONS, *also) if one.state is None or one.state in states]
    keys = {(one.rule, one.subject, one.state) for one in planted}
    told = {(one.rule, one.subject, one.state) for one in report.findings}
    return Verdict(
        missed=missed,
        invented=invented,
        misattributed=[
            problem for true in ITEMS if (item := found.get(true.key)) for problem in _attribution(true, item)
        ],
        unplanted=sorted(
            f"{one.rule}: {one.title}"
            for one in report.findings
            if one.severity == "high" and (one.rule, one.subject, one.state) not in keys
        ),
        untold=[one for one in planted if (one.rule, one.subject, one.state) not in told],
    )


def _attribution(true: TrueItem, item: Item) -> list[str]:
    """Return what is wrong about who set an item, whose it is, and where it was set first."""
    wrong = []
    nearest = item.set_by[0] if item.set_by else "nobody"
    if not nearest.startswith(true.set_by):
        wrong.append(f"{_words(*true.key)}: set by {nearest}, not by {' or '.join(true.set_by)}")
    if true.kind == "cookie" and item.via != true.via:
        wrong.append(f"{_words(*true.key)}: set by a {item.via}, not by a {true.via}")
    if (item.party, item.partitioned) != (true.party, true.partitioned):
        wrong.append(f"{_words(*true.key)}: {item.party} party, partitioned {item.partitioned}")
    if true.renewed is not None and item.renewed is not true.renewed:
        wrong.append(f"{_words(*true.key)}: renewed {item.renewed}, not {true.renewed}")
    if urlsplit(item.first_page).path not in true.pages:
        wrong.append(f"{_words(*true.key)}: on {item.first_page}, not on {' or '.join(true.pages)}")
    return wrong


def _words(kind: str, name: str, host: str) -> str:
    return f"{kind} {name} ({host})"


_OF_THE_RUN = frozenset(
    {
        *("tool", "scan_id", "started", "finished", "time_ms", "action_ms", "first_ms", "size"),
        *("value_hash", "value_hashes", "places"),
    }
)
"""Fields that tell when and where a scan ran, what is random in it, and (places) which of two racing ways was taken."""
_OF_THE_REQUEST = ("stack", "method", "status", "failed", "beacon", "on_action_page")
"""What a worker's request tells only where we listened before it ran, and by which way two racing scripts met."""
_VALUE = re.compile(r"(?<=[?&])([^=&\s]+)=[^&\s]*")
_NUMBER = re.compile(r"\d{6,}")
"""Times and random numbers in paths."""


def comparable(report: Report) -> dict[str, Any]:
    """Return a report without what differs between two scans of an unchanged site.

    That is: times, random values in URLs, the order and details of requests that run side by side, and how often the
    browser asked for a file that it may have cached.
    """
    plain: dict[str, Any] = _settled(msgspec.to_builtins(report))
    for request in plain["requests"]:
        for name in _OF_THE_REQUEST:
            request.pop(name, None)
    for host in plain.get("hosts", ()):
        host.pop("requests", None)
    for head in plain.get("heads", ()):
        head["elements"] = _sorted(head["elements"])
    return plain | {"requests": _sorted(plain["requests"])}


def _sorted(values: list[Any]) -> list[Any]:
    return sorted(values, key=lambda value: msgspec.json.encode(value, order="sorted"))


def _settled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _settled(entry) for key, entry in value.items() if key not in _OF_THE_RUN}
    if isinstance(value, list | tuple):
        return [_settled(entry) for entry in value]
    if isinstance(value, str):
        return _NUMBER.sub("#", _VALUE.sub(r"\1=", value))
    return value
