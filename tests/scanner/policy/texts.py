"""Policies for tests, in a line or two, and the steps from a text to what is read of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from scanner.knowledge import Knowledge
from scanner.policy import Audit, audit, read
from scanner.policy.cookies import cookies_of
from scanner.policy.language import language
from scanner.policy.model import DeclaredCookie, DeclaredVendor, Document, Sentence, Statement
from scanner.policy.names import Names
from scanner.policy.sentences import sentences_of
from scanner.policy.statements import statements_of
from scanner.policy.vendors import vendors_of
from scanner.report import Report

SAMPLES = Path(__file__).parent / "samples"
FILLER = "\n\nThis is the privacy policy of a small shop, and it says what we do with the data of those who visit it."


def document(text: str) -> Document:
    """A policy as plain text; a sentence is added that makes it long enough to be one."""
    return read.document_of((text + FILLER).encode(), source="policy.txt")


def page(body: str) -> Document:
    """A policy as HTML."""
    return read.document_of(
        f"<!doctype html><html><body>{body}<p>{FILLER}</p></body></html>".encode(), source="policy.html"
    )


def sentences(text: str) -> tuple[Sentence, ...]:
    return sentences_of(document(text))


def vendors(text: str | Document) -> dict[str, DeclaredVendor]:
    """The vendors that a text names, by their names."""
    read_ = document(text) if isinstance(text, str) else text
    found = vendors_of(read_, sentences_of(read_), language("en"), Names.load())
    return {one.name: one for one in found}


def audited(
    text: str | Document, report: Report | None = None, *, today: dt.date = dt.date(2026, 11, 24)
) -> Audit:
    """The audit of a policy on a fixed day."""
    return audit(document(text) if isinstance(text, str) else text, report, today=today)


def rules_of(audit_: Audit) -> dict[str, list[str]]:
    """The rules that an audit found, each with its subjects."""
    found: dict[str, list[str]] = {}
    for finding in audit_.findings:
        found.setdefault(finding.rule, []).append(finding.subject)
    return found


def statements(text: str) -> list[Statement]:
    read_ = document(text)
    return list(statements_of(read_, sentences_of(read_), language("en")))


def values(text: str, topic: str) -> set[str]:
    """The values that a text states of a topic."""
    return {one.value for one in statements(text) if one.topic == topic}


def cookies(text: str | Document) -> dict[str, DeclaredCookie]:
    """The cookies that a text names, as it writes them."""
    read_ = document(text) if isinstance(text, str) else text
    found = cookies_of(read_, sentences_of(read_), language("en"), Knowledge.load())
    return {one.written: one for one in found}
