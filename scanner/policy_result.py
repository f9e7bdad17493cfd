"""What a report tells of the site's privacy policy: declared and found, contradictions, claims that cannot hold, the checklist.

`scanner.policy.told` makes it; the fields are part of report.json (docs/report.md). Every position counts characters of the
policy as it was read, as in the audit itself (docs/policy.md).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from consent.model.categories import Category

Found = Literal["found", "not_found", "no_trace"]
"""Whether the scan saw what is declared; ``no_trace``: nothing of it could be seen in a browser."""
Group = Literal["contradiction", "undeclared", "not_found", "claim", "missing"]
"""What a finding is about: the scan saw otherwise, saw more or less than is declared, a claim cannot hold, something is not told."""


class PolicyQuote(msgspec.Struct, frozen=True, kw_only=True):
    """What the policy says, word for word: its characters [start, end) and its line from 1."""

    text: str
    line: int
    start: int
    end: int


class PolicyVendor(msgspec.Struct, frozen=True, kw_only=True):
    """One vendor: declared (``quote`` says where, ``role`` how) or only found (``quote`` is None, ``role`` empty).

    ``services`` are those that the scan saw of it, ``cookies`` what they stored, ``category`` the strictest of them; the
    category is empty where nothing was seen.
    """

    name: str
    found: Found
    vendor: str = ""
    role: str = ""
    written: tuple[str, ...] = ()
    renamed: str = ""
    category: Category | None = None
    services: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()
    quote: PolicyQuote | None = None


class PolicyCookie(msgspec.Struct, frozen=True, kw_only=True):
    """One cookie or storage key that the policy names; ``seen_*`` is what the scan saw, empty where it saw none."""

    name: str
    found: Found
    quote: PolicyQuote
    provider: str = ""
    category: str = ""
    lifetime: str = ""
    seen_category: Category | None = None
    seen_lifetime: str = ""


class PolicyFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding of the audit. ``absent`` says that the quote is only the nearest to what is missing."""

    rule: str
    group: Group
    severity: Literal["high", "medium", "low", "info"]
    title: str
    subject: str
    quote: PolicyQuote
    law: str = ""
    source: str = ""
    why: str = ""
    fix: str = ""
    absent: bool = False
    confidence: float = 0.0
    seen: tuple[str, ...] = ()


class PolicyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that GDPR Art. 13 says must be told; ``told`` is None where it is not asked of this policy.

    ``kind`` is ``right`` or ``information``; ``quote`` is where it is told.
    """

    kind: Literal["right", "information"]
    subject: str
    law: str
    told: bool | None
    quote: PolicyQuote | None = None


class PolicyResult(msgspec.Struct, frozen=True, kw_only=True):
    """The policy that a scan read. ``error`` says why it could not be; everything else is empty then."""

    source: str
    title: str = ""
    media: str = ""
    language: str = ""
    vendors: tuple[PolicyVendor, ...] = ()
    cookies: tuple[PolicyCookie, ...] = ()
    findings: tuple[PolicyFinding, ...] = ()
    checklist: tuple[PolicyAnswer, ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""
