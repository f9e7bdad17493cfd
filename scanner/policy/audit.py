"""The whole audit of one policy, alone or against a report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from consent import __version__
from scanner.knowledge import Knowledge
from scanner.policy.checklist import missing
from scanner.policy.claims import hidden_advertising, invalid_claims
from scanner.policy.compare import not_found, undeclared_cookies, undeclared_vendors
from scanner.policy.contradictions import contradictions
from scanner.policy.cookies import cookies_of
from scanner.policy.language import language, languages
from scanner.policy.model import Audit, DeclaredCookie, Document
from scanner.policy.names import Names
from scanner.policy.seen import seen_of
from scanner.policy.sentences import sentences_of
from scanner.policy.stale import age, former_names, younger_services
from scanner.policy.statements import statements_of
from scanner.policy.vendors import vendors_of
from scanner.report import SEVERITIES, Finding, Report

_UNREAD = (
    "The policy is in a language that the audit does not read yet (it reads {}): only vendors and cookies were looked for; "
    "no claim was judged."
)


def audit(document: Document, report: Report | None = None, *, today: dt.date | None = None) -> Audit:
    """Read a policy, judge it, and set it against a report where there is one; ``today`` is for the policy's age."""
    knowledge = Knowledge.load()
    names = Names.load()
    words = language(document.language)
    known_language = document.language in languages()
    sentences = sentences_of(document)
    vendors = vendors_of(document, sentences, words, names)
    cookies = cookies_of(document, sentences, words, knowledge)
    statements = statements_of(document, sentences, words) if known_language else ()
    today = today or dt.datetime.now(tz=dt.UTC).date()

    def judged() -> Iterator[Finding]:
        if known_language:
            yield from invalid_claims(statements, vendors)
            yield from missing(document, sentences, vendors, cookies, statements)
            yield from age(document, sentences, statements, today)
        yield from hidden_advertising(cookies, words, _known_categories(cookies, knowledge))
        yield from former_names(vendors, names)
        if report is not None:
            seen = seen_of(report, knowledge)
            yield from undeclared_vendors(document, sentences, vendors, seen)
            yield from undeclared_cookies(vendors, cookies, report, seen)
            yield from contradictions(vendors, cookies, statements, report, seen)
            yield from not_found(vendors, cookies, report, seen)
            yield from younger_services(
                statements, report, names, {one.service_id: one.label for one in seen if one.service_id}
            )

    findings = tuple(
        sorted(
            judged(),
            key=lambda one: (SEVERITIES.index(one.severity), one.rule, one.evidence["start"], one.subject),
        )
    )
    return Audit(
        tool={"name": "consentry", "version": __version__},
        source=document.source,
        media=document.media,
        language=document.language,
        title=document.title,
        characters=len(document.text),
        sentences=len(sentences),
        vendors=vendors,
        cookies=cookies,
        statements=statements,
        findings=findings,
        compared={"site": report.site, "scan_id": report.scan_id, "started": report.started}
        if report
        else {},
        notes=()
        if known_language
        else (_UNREAD.format(", ".join(one.words.name for one in languages().values())),),
    )


def _known_categories(cookies: tuple[DeclaredCookie, ...], knowledge: Knowledge) -> dict[str, str]:
    """What the vendor rules call each declared cookie; only where a vendor's rule is meant for certain."""
    found = {}
    for cookie in cookies:
        matches = [one for one in knowledge.rules_for(cookie.name.replace("*", "1")) if not one.loose]
        if matches and not matches[0].rule.service.vendor.generic and not matches[0].rule.order:
            found[cookie.name] = str(matches[0].rule.category)
    return found
