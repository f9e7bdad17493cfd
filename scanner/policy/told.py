"""Puts the audit of the site's policy into the report of a scan: the same audit as `consentry policy audit --report`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from consent.model.errors import ConfigError
from scanner.evidence import some, strictest
from scanner.knowledge import Knowledge
from scanner.lifetimes import lifetime_text
from scanner.observations import PolicyFile
from scanner.parties import host_of
from scanner.policy.audit import audit
from scanner.policy.checklist import answered
from scanner.policy.compare import declares
from scanner.policy.cookies import fits
from scanner.policy.language import languages
from scanner.policy.model import Audit, DeclaredCookie, DeclaredVendor, Document, Quote
from scanner.policy.read import document_of, read_file
from scanner.policy.seen import Seen, seen_of
from scanner.policy_result import (
    Found,
    Group,
    PolicyAnswer,
    PolicyCookie,
    PolicyFinding,
    PolicyQuote,
    PolicyResult,
    PolicyVendor,
)
from scanner.report import Finding, Report

_GROUPS: dict[str, Group] = {
    "policy-contradicted": "contradiction",
    "policy-older-than-vendor": "contradiction",
    "policy-undeclared-vendor": "undeclared",
    "policy-undeclared-cookie": "undeclared",
    "policy-not-found-vendor": "not_found",
    "policy-not-found-cookie": "not_found",
    "policy-right-missing": "missing",
    "policy-information-missing": "missing",
    "policy-no-withdrawal": "missing",
    "policy-no-lifetimes": "missing",
    "policy-no-date": "missing",
}
"""What is not here is a claim that cannot hold."""
_COOKIES = 12
"""Cookies of a service that are told by name."""


def with_policy(report: Report, fetched: PolicyFile | None, file: Path | None = None) -> Report:
    """Return the report with what its policy says: of the file where one is given, else of what the scan fetched.

    A page that is no policy, or could not be had, is told in ``policy.error``. Raises `ConfigError` for the file.
    """
    if file is not None:
        return msgspec.structs.replace(report, policy=result_of(read_file(file), report))
    if fetched is None:
        return report
    result = PolicyResult(source=fetched.url, error=fetched.error)
    if not fetched.error:
        try:
            result = result_of(
                document_of(fetched.body, source=fetched.url, host=host_of(fetched.url)), report
            )
        except ConfigError as error:
            result = PolicyResult(source=fetched.url, error=str(error))
    return msgspec.structs.replace(report, policy=result)


def result_of(document: Document, report: Report) -> PolicyResult:
    """Audit a policy against a report, and tell the result as the report carries it."""
    done = audit(document, report)
    seen = seen_of(report, Knowledge.load())
    return PolicyResult(
        source=done.source,
        title=done.title,
        media=done.media,
        language=done.language,
        vendors=(*(_declared(one, seen) for one in done.vendors), *_undeclared(done, seen)),
        cookies=tuple(_cookie(one, report) for one in done.cookies),
        findings=tuple(map(_finding, done.findings)),
        checklist=tuple(_answers(done)),
        notes=done.notes,
    )


def _quote(quote: Quote) -> PolicyQuote:
    return PolicyQuote(text=quote.text, line=quote.line, start=quote.start, end=quote.end)


def _declared(vendor: DeclaredVendor, seen: tuple[Seen, ...]) -> PolicyVendor:
    of_it = [one for one in seen if declares(vendor, one)]
    found: Found = "found" if of_it else "not_found" if vendor.traceable else "no_trace"
    return PolicyVendor(
        name=vendor.name,
        found=found,
        vendor=vendor.vendor,
        role=vendor.role,
        written=vendor.written,
        renamed=vendor.renamed,
        category=strictest([thing for one in of_it for thing in one.things]) if of_it else None,
        services=tuple(one.label for one in of_it),
        cookies=_names(*of_it),
        quote=_quote(vendor.mentions[0]),
    )


def _undeclared(done: Audit, seen: tuple[Seen, ...]) -> Iterator[PolicyVendor]:
    declared = [one for one in done.vendors if one.role != "denied"]
    for one in seen:
        if not any(declares(vendor, one) for vendor in declared):
            yield PolicyVendor(
                name=one.label,
                found="found",
                vendor=one.vendor,
                category=one.category,
                services=(one.label,),
                cookies=_names(one),
            )


def _names(*seen: Seen) -> tuple[str, ...]:
    return tuple(some((item.pattern or item.name for one in seen for item in one.items), _COOKIES))


def _cookie(cookie: DeclaredCookie, report: Report) -> PolicyCookie:
    items = [item for item in report.items if fits(cookie.name, item.name, item.pattern)]
    longest = max(items, key=lambda item: item.lifetime_s or 0.0, default=None)
    return PolicyCookie(
        name=cookie.written,
        found="found" if items else "not_found",
        quote=_quote(cookie.quote),
        provider=cookie.provider,
        category=cookie.category,
        lifetime=cookie.lifetime,
        seen_category=strictest(items) if items else None,
        seen_lifetime=lifetime_text(longest.lifetime_s, kind=longest.kind) if longest else "",
    )


def _finding(finding: Finding) -> PolicyFinding:
    evidence = finding.evidence
    seen = [*evidence.get("services", ()), *evidence.get("names", ())]
    if declared := evidence.get("declared"):
        seen.append(f"declared {declared}, seen {evidence.get('seen', '')}")
    return PolicyFinding(
        rule=finding.rule,
        group=_GROUPS.get(finding.rule, "claim"),
        severity=finding.severity,
        title=finding.title,
        subject=finding.subject,
        quote=PolicyQuote(
            text=evidence["quote"], line=evidence["line"], start=evidence["start"], end=evidence["end"]
        ),
        law=finding.law,
        source=evidence.get("source", ""),
        why=evidence.get("why", ""),
        fix=finding.fix,
        absent=bool(evidence.get("absent")),
        confidence=evidence.get("confidence", 0.0),
        seen=tuple(seen),
    )


def _answers(done: Audit) -> Iterator[PolicyAnswer]:
    if done.language not in languages():
        return  # nothing was looked for
    for element, told, by in answered(done.vendors, done.statements):
        yield PolicyAnswer(
            kind=element.kind,
            subject=element.subject,
            law=element.law,
            told=told,
            quote=_quote(by) if by is not None else None,
        )
