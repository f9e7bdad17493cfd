"""Holds a policy to what GDPR Art. 13 says that it must tell, and to what makes consent to cookies informed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import tomli
from msgspec import Meta

from consent.model.errors import ConfigError
from scanner.policy.model import DeclaredCookie, DeclaredVendor, Document, Quote, Sentence, Statement, Topic
from scanner.policy.rules import finding
from scanner.policy.sentences import quote
from scanner.report import Finding, Severity

FILE = Path(__file__).parent / "checklist.toml"


class Element(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing to tell: any statement of ``topics``, or one of ``values`` (``topic:value``), tells it.

    ``needs`` names a topic without which the element is not asked for.
    """

    kind: Literal["right", "information"]
    subject: Annotated[str, Meta(min_length=1)]
    law: Annotated[str, Meta(min_length=1)]
    severity: Severity
    fix: Annotated[str, Meta(min_length=1)]
    topics: tuple[Topic, ...] = ()
    values: tuple[str, ...] = ()
    or_values: tuple[str, ...] = ()
    vendors_count: bool = False
    needs: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    element: tuple[Element, ...]


@cache
def elements() -> tuple[Element, ...]:
    """Return what must be told; raises `ConfigError` where the file cannot be used."""
    try:
        return msgspec.convert(tomli.loads(FILE.read_text(encoding="utf-8")), _File).element
    except (tomli.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{FILE.name}: {error}", hint="docs/policy.md describes its keys.") from error


def answered(
    vendors: tuple[DeclaredVendor, ...], statements: tuple[Statement, ...]
) -> Iterator[tuple[Element, bool | None, Quote | None]]:
    """Yield each element, whether it is told (None where it is not asked for), and the first words that tell it."""
    values = {f"{one.topic}:{one.value}" for one in statements}
    for element in elements():
        if element.needs and f"{element.needs}:outside" not in values:
            yield element, None, None
            continue
        wanted = {*element.values, *element.or_values}
        by = [
            one.quote
            for one in statements
            if one.topic in element.topics or f"{one.topic}:{one.value}" in wanted
        ]
        if element.vendors_count:
            by += [vendor.mentions[0] for vendor in vendors if vendor.role == "used"]
        yield element, bool(by), by[0] if by else None


def missing(
    document: Document,
    sentences: tuple[Sentence, ...],
    vendors: tuple[DeclaredVendor, ...],
    cookies: tuple[DeclaredCookie, ...],
    statements: tuple[Statement, ...],
) -> Iterator[Finding]:
    """Yield what the policy does not tell; each finding quotes what comes nearest to telling it."""
    for element, told, _by in answered(vendors, statements):
        if told is False:
            yield finding(
                f"policy-{element.kind}-missing",
                _nearest(document, sentences, statements, element),
                subject=element.subject,
                severity=element.severity,
                law=element.law,
                fix=element.fix,
                evidence={"absent": True},
                confidence=0.8,
            )
    yield from _about_cookies(document, sentences, cookies, statements)


def _about_cookies(
    document: Document,
    sentences: tuple[Sentence, ...],
    cookies: tuple[DeclaredCookie, ...],
    statements: tuple[Statement, ...],
) -> Iterator[Finding]:
    speaks = sorted(
        (one for one in sentences if "cookie" in one.plain.lower()), key=lambda one: one.kind == "heading"
    )  # a sentence says more than a heading
    if not speaks or any(one.topic == "claim" and one.value == "no-cookies" for one in statements):
        return
    withdrawals = [one for one in statements if one.topic == "withdrawal"]
    if not any(one.value == "own-control" for one in withdrawals):
        general = any(one.topic == "right" and one.value == "withdraw-consent" for one in statements)
        nearest = withdrawals[0].quote if withdrawals else quote(document, speaks[0])
        yield finding(
            "policy-no-withdrawal",
            nearest,
            severity="medium" if general else "high",
            evidence={"absent": True},
            confidence=0.8,
        )
    if not any(one.topic == "lifetime" for one in statements) and not any(
        cookie.lifetime for cookie in cookies
    ):
        yield finding(
            "policy-no-lifetimes", quote(document, speaks[0]), evidence={"absent": True}, confidence=0.85
        )


def _nearest(
    document: Document, sentences: tuple[Sentence, ...], statements: tuple[Statement, ...], element: Element
) -> Quote:
    """The sentence where a reader would look for what is missing: of the same topic, else under such a heading."""
    wanted = (
        {value.partition(":")[0] for value in element.values} | set(element.topics) | ({element.needs} - {""})
    )
    for one in statements:
        if one.topic in wanted and one.value != "marketing-opt-out":
            return one.quote
    words = ("right",) if element.kind == "right" else ("privacy", "policy", "data", "information")
    for sentence in sentences:
        if sentence.kind == "heading" and any(word in sentence.plain.lower() for word in words):
            return quote(document, sentence)
    return quote(document, sentences[0])
