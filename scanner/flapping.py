"""What comes and goes from scan to scan: A/B tests, rotating advertisements, third parties that answer now and then.

Such a thing is new in one report and gone in the next, so that each scan would tell a change where the site stays the same.
It is recognised by what the last scans changed: what came or went in them twice at least is unsteady when it does so again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from consent.model.scans import ScanChange, ScanChangeEntry
from scanner.diff import Subject

SCANS = 10
"""So many scans before the newest are looked at: something that came back after a longer time is worth telling."""
TURNS = 2
"""So often it came or went before: there, gone, there. With the newest that is a third turn; a thing that was taken away
and put back by somebody has made two."""


def unsteady(earlier: Iterable[ScanChange]) -> frozenset[Subject]:
    """Return what came or went `TURNS` times or more in what the last scans changed."""
    turns = Counter(
        subject
        for change in earlier
        for subject in {subject_of_stored(one) for one in change.entries if one.what in {"new", "gone"}}
    )
    return frozenset(subject for subject, times in turns.items() if times >= TURNS)


def subject_of_stored(entry: ScanChangeEntry) -> Subject:
    """Return what a stored difference is about, as `scanner.diff.subject_of` does."""
    return entry.subject, entry.kind, entry.name, entry.host, entry.rule
