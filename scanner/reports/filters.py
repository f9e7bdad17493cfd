"""Filters of report.html: style rules that work without any script, and the one script that adds to them.

Each row that can be filtered has the class ``r`` and one for its category (``c-…``), its states (``in-…``), its party
(``p-…``), its severity (``s-…``) and its vendor (``v0``, ``v1`` …). The page's Content-Security-Policy names the script by
its hash, so that no other can run.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from consent.model.categories import CATEGORIES, Category, ConsentState, Party
from scanner.evidence import everything
from scanner.report import SEVERITIES, Finding, Report

MAX_VENDORS = 120
"""Vendors that can be chosen, those with most entries first; each costs one style rule."""

_SCRIPT = Path(__file__).parent / "report.js"


@cache
def script() -> str:
    """Return the page's one script."""
    return _SCRIPT.read_text(encoding="utf-8").strip()


def policy() -> str:
    """Return the page's Content-Security-Policy: our styles, our one script by its hash, nothing from anywhere."""
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    return f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"


@dataclass(frozen=True)
class Filters:
    """What can be chosen in one report."""

    vendors: tuple[str, ...]
    categories: tuple[Category, ...]
    states: tuple[ConsentState, ...]
    numbers: dict[str, int] = field(default_factory=dict)
    vendor_of: dict[str, str] = field(default_factory=dict)

    def row(
        self,
        *,
        category: str = "",
        party: Party | None = None,
        states: Iterable[ConsentState] = (),
        vendor: str = "",
    ) -> str:
        """Return the classes of one row."""
        classes = ["r", *(f"in-{state}" for state in states)]
        if category in set(map(str, Category)):
            classes.append(f"c-{category}")
        if party is not None:
            classes.append(f"p-{party}")
        if vendor in self.numbers:
            classes.append(f"v{self.numbers[vendor]}")
        return " ".join(classes)

    def finding(self, finding: Finding) -> str:
        """Return the classes of one finding; one that is about no state is shown for every state."""
        told = [finding.state] if finding.state else finding.evidence.get("states") or self.states
        states = [state for state in self.states if state in told] or list(self.states)
        vendor = str(finding.evidence.get("vendor") or self.vendor_of.get(finding.subject, ""))
        classes = self.row(category=str(finding.evidence.get("category", "")), states=states, vendor=vendor)
        return f"{classes} s-{finding.severity}"

    def css(self) -> str:
        """Return the rules that hide what was not chosen."""
        rules = [f"body:has(#f-{category}:not(:checked)) .r.c-{category}" for category in self.categories]
        rules += [f"body:has(#f-{severity}:not(:checked)) .r.s-{severity}" for severity in SEVERITIES]
        rules += [
            f'body:has(#f-state option[value="{state}"]:checked) .r:not(.in-{state})' for state in self.states
        ]
        rules += [
            f'body:has(#f-party option[value="{party}"]:checked) .r.p-{other}'
            for party, other in ((Party.FIRST, Party.THIRD), (Party.THIRD, Party.FIRST))
        ]
        rules += [
            f'body:has(#f-vendor option[value="v{number}"]:checked) .r:not(.v{number})'
            for number in range(len(self.vendors))
        ]
        return ",\n".join(rules) + " { display: none; }"


def filters_of(report: Report, states: tuple[ConsentState, ...]) -> Filters:
    """Return what can be chosen in a report."""
    counts: Counter[str] = Counter()
    vendor_of: dict[str, str] = {}
    for one in everything(report):
        if one.vendor:
            counts[one.vendor] += 1
            vendor_of.setdefault(one.service or one.vendor, one.vendor)
            vendor_of.setdefault(one.vendor, one.vendor)
    most = sorted(counts, key=lambda vendor: (-counts[vendor], vendor))[:MAX_VENDORS]
    vendors = tuple(sorted(most, key=str.lower))
    present = {one.category for one in everything(report)}
    return Filters(
        vendors=vendors,
        categories=tuple(one for one in (*CATEGORIES, Category.UNCLASSIFIED) if one in present),
        states=states,
        numbers={vendor: number for number, vendor in enumerate(vendors)},
        vendor_of=vendor_of,
    )
