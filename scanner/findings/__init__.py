"""Findings: what is judged of a report, one rule a file.

A rule is a module of this folder with the constants ``ID``, ``TITLE``, ``LAW`` and ``SEVERITY`` (the worst that it
gives), a docstring that explains it, and ``find(report) -> Iterator[Finding]``. It is found here and named nowhere else. Of
e-mail messages a rule is not asked that has ``PAGES_ONLY = True``: what it says and how it mends it fits sites alone.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Protocol, cast

from consent.model.errors import ConfigError
from scanner.report import SEVERITIES, Finding, Report, Severity


class Rule(Protocol):
    """What a module of this folder holds."""

    ID: str
    TITLE: str
    LAW: str
    SEVERITY: Severity
    __doc__: str | None

    def find(self, report: Report) -> Iterator[Finding]:
        """Yield what this rule finds in the report."""


@cache
def rules() -> dict[str, Rule]:
    """Return every rule by its id; a module that cannot be imported stops the program."""
    modules = (importlib.import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__))
    return {
        rule.ID: rule
        for rule in sorted((cast("Rule", module) for module in modules), key=lambda rule: rule.ID)
    }


def find(report: Report) -> tuple[Finding, ...]:
    """Judge the report by every rule that fits its source; sorted by severity, rule, subject and state."""
    asked = (rule for rule in rules().values() if not (report.mail and getattr(rule, "PAGES_ONLY", False)))
    found = (finding for rule in asked for finding in rule.find(report))
    return tuple(sorted(found, key=_order))


def meets(findings: Finding | Iterable[Finding], fail_on: str) -> bool:
    """Whether a finding has the severity ``fail_on`` or more, or is of the rule ``fail_on``.

    Raises `ConfigError` where ``fail_on`` is neither a severity nor a rule.
    """
    if isinstance(findings, Finding):
        findings = (findings,)
    if fail_on in SEVERITIES:
        wanted = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
        return any(finding.severity in wanted for finding in findings)
    if fail_on in rules():
        return any(finding.rule == fail_on for finding in findings)
    close = difflib.get_close_matches(fail_on, [*SEVERITIES, *rules()], n=1)
    raise ConfigError(
        f"--fail-on: {fail_on!r} is neither a severity nor a rule; expected {', '.join(SEVERITIES)} or a rule id.",
        hint=f"Did you mean {close[0]!r}?" if close else f"The rules are {', '.join(rules())}.",
    )


def _order(finding: Finding) -> tuple[int, str, str, str]:
    return SEVERITIES.index(finding.severity), finding.rule, finding.subject, str(finding.state or "")
