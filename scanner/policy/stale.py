"""What shows that a policy is out of date: its date, former names, services that ended, services younger than it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from scanner.policy.cookies import fits
from scanner.policy.model import DeclaredVendor, Document, Quote, Sentence, Statement
from scanner.policy.names import Names, squeezed, tokens_of
from scanner.policy.rules import finding
from scanner.policy.sentences import quote
from scanner.report import Finding, Report

GDPR_APPLIES = dt.date(2018, 5, 25)
"""GDPR Art. 99(2)."""
OLD_DAYS = 730
VERY_OLD_DAYS = 1_095

_SAYS_SO = re.compile(
    r"\b(?:former(?:ly)?|previously|now (?:called|known|named|part)|renamed|aka|a\.k\.a)\b", re.IGNORECASE
)


def last_changed(statements: tuple[Statement, ...]) -> Statement | None:
    """Return the statement of the policy's newest date, "updated" before "effective"; None without one."""
    dates = [one for one in statements if one.topic == "date"]
    for role in ("updated", "effective"):
        given = [one for one in dates if one.value == role]
        if given:
            return max(given, key=lambda one: one.detail["date"])
    return None


def age(
    document: Document, sentences: tuple[Sentence, ...], statements: tuple[Statement, ...], today: dt.date
) -> Iterator[Finding]:
    """Yield that the policy has no date, or an old one."""
    changed = last_changed(statements)
    if changed is None:
        yield finding(
            "policy-no-date",
            quote(document, sentences[0]),
            today=today.isoformat(),
            evidence={"absent": True},
            confidence=0.8,
        )
        return
    day = dt.date.fromisoformat(changed.detail["date"])
    days = (today - day).days
    if days <= OLD_DAYS:
        return
    before = day < GDPR_APPLIES
    yield finding(
        "policy-outdated",
        changed.quote,
        subject=f"{day.isoformat()}, {days // 365} years ago"
        + (", before the GDPR applied" if before else ""),
        severity="medium" if before or days > VERY_OLD_DAYS else "low",
        today=today.isoformat(),
        evidence={"date": day.isoformat(), "age_days": days},
    )


def former_names(vendors: tuple[DeclaredVendor, ...], names: Names) -> Iterator[Finding]:
    """Yield the former names under which the policy speaks of vendors, and the services that have ended."""
    for vendor in vendors:
        for written in vendor.written:
            renamed = names.renamed.get(tokens_of(written))
            if renamed is None or (renamed.quiet and not renamed.gone) or vendor.role == "denied":
                continue
            said = next((one for one in vendor.mentions if written in one.text), vendor.mentions[0])
            current = squeezed(renamed.now.partition(" (")[0])
            if _SAYS_SO.search(said.text) or any(squeezed(other) == current for other in vendor.written):
                continue
            yield finding(
                "policy-vendor-gone" if renamed.gone else "policy-vendor-renamed",
                said,
                subject=written,
                now=renamed.now,
                since=renamed.since,
                severity="low" if renamed.quiet or vendor.role == "mentioned" else None,
                evidence={"now": renamed.now, "since": renamed.since, "vendor": vendor.vendor},
                confidence=vendor.confidence,
            )


def younger_services(
    statements: tuple[Statement, ...], report: Report, names: Names, seen: dict[str, str]
) -> Iterator[Finding]:
    """Yield the services that the scan saw and that are younger than the policy; ``seen`` maps service ids to names."""
    changed = last_changed(statements)
    if changed is None:
        return
    said: Quote = changed.quote
    for service_id, shown in sorted(seen.items()):
        began = names.began.get(service_id)
        if began is None or began.since <= changed.detail["date"][:7]:
            continue
        if began.item and not any(fits(began.item, item.name, item.pattern) for item in report.items):
            continue
        yield finding(
            "policy-older-than-vendor",
            said,
            subject=began.name or shown,
            since=began.since,
            date=changed.detail["date"],
            evidence={"date": changed.detail["date"], "since": began.since},
        )
