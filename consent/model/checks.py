"""What `consentry doctor` reports: one named check, its outcome, and the command that mends it.

A package contributes checks by the entry-point group ``consentry.checks``: a callable without arguments that returns
an iterable of `Check`.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Outcome(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at; ``mend`` is a command or an action, empty where nothing is wrong."""

    name: str
    outcome: Outcome
    detail: str
    mend: str = ""
