"""What a privacy officer and a web developer ask of a scan report, each answered from the data: yes, no or not measured.

Each statement is put so that ``yes`` is good. ``no`` says what is missing; ``not measured`` claims nothing, and says where
the answer can be had. ``link`` is the id of the part of report.html that proves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scanner.report import Report

Verdict = Literal["yes", "no", "not measured"]


@dataclass(frozen=True)
class Answer:
    """One statement of a checklist."""

    statement: str
    verdict: Verdict
    answer: str
    link: str = ""


@dataclass(frozen=True)
class Group:
    """Statements about one matter."""

    title: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Checklist:
    """One reader's checklist."""

    title: str
    groups: tuple[Group, ...]

    def count(self, verdict: Verdict) -> int:
        """Return how many statements were answered so."""
        return sum(one.verdict == verdict for group in self.groups for one in group.answers)


def checklists(report: Report) -> tuple[Checklist, ...]:
    """Return the checklists of the privacy officer and of the web developer."""
    from scanner.reports.developer_checklist import developer  # noqa: PLC0415 - each imports this module's classes
    from scanner.reports.officer_checklist import officer  # noqa: PLC0415 - the same

    return (
        Checklist("For the privacy officer", officer(report)),
        Checklist("For the web developer", developer(report)),
    )


def answered(statement: str, ok: bool | None, answer: str, link: str = "") -> Answer:
    """Return an answer; ``ok`` None means that it was not measured."""
    return Answer(statement, "not measured" if ok is None else "yes" if ok else "no", answer, link)


def told(number: int, one: str, many: str = "") -> str:
    """Return a count with its word."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
