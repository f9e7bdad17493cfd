"""Turns sentences that claim what does not hold into findings."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.policy.cookies import category_of
from scanner.policy.language import Language
from scanner.policy.model import DeclaredCookie, DeclaredVendor, Statement
from scanner.policy.rules import finding, rules
from scanner.report import SEVERITIES, Finding

_SAME = ("policy-consent-continued-use", "policy-consent-by-providing", "policy-consent-browser-settings")
"""Claims about how consent is given: one sentence is told once, as the gravest of them."""


def invalid_claims(
    statements: tuple[Statement, ...], vendors: tuple[DeclaredVendor, ...]
) -> Iterator[Finding]:
    """Yield a finding for each sentence that claims what no law lets one claim."""
    claims = [one for one in statements if one.topic == "claim" and one.value in rules()]
    told: set[int] = set()
    for claim in sorted(
        claims, key=lambda one: (SEVERITIES.index(rules()[one.value].severity), one.quote.start)
    ):
        if claim.value in _SAME:
            if claim.quote.start in told:
                continue
            told.add(claim.quote.start)
        named = [one.name for one in vendors if any(said.start == claim.quote.start for said in one.mentions)]
        yield finding(
            claim.value, claim.quote, confidence=claim.confidence, vendor=named[0] if named else "[Company]",
            evidence={"vendors": named[:5]},
        )  # fmt: skip


def hidden_advertising(
    cookies: tuple[DeclaredCookie, ...], language: Language, known_categories: dict[str, str]
) -> Iterator[Finding]:
    """Yield the rows of a cookie table that give an advertising cookie another category.

    ``known_categories`` maps a declared cookie's name to the category that the vendor rules give it.
    """
    for cookie in cookies:
        declared = cookie.category
        told = category_of(cookie.purpose, language)
        known = known_categories.get(cookie.name, "")
        if declared and declared != "advertising" and "advertising" in {told, known}:
            yield finding(
                "policy-hidden-advertising",
                cookie.quote,
                subject=cookie.written,
                evidence={"declared_category": declared, "known_category": known or told},
                confidence=0.8,
            )
