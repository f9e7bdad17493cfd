from __future__ import annotations

import re

import pytest

from scanner.policy.model import Quote
from scanner.policy.rules import Rule, finding, rules

QUOTE = Quote(text="We use cookies.", start=10, end=25, line=2)


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
def test_a_rule_has_its_law_and_says_why_or_lets_its_finding_say_it(rule: Rule) -> None:
    assert re.search(r"GDPR|ePrivacy|CJEU|EDPB", rule.law)
    assert rule.why or rule.id == "policy-contradicted"


def test_a_finding_has_its_quote_place_law_and_sentence() -> None:
    found = finding("policy-consent-continued-use", QUOTE)
    assert (found.severity, found.evidence["quote"], found.evidence["start"], found.evidence["end"], found.evidence["line"]) == (
        "high", "We use cookies.", 10, 25, 2,
    )  # fmt: skip
    assert "GDPR Art. 4(11)" in found.law
    assert found.fix


def test_words_are_filled_in_and_what_a_policy_writes_is_not_filled_again() -> None:
    found = finding("policy-vendor-renamed", QUOTE, subject="{now} {x}", now="Gist")
    assert found.fix == "Gist (formerly {now} {x})"


def test_no_place_stays_open() -> None:
    for rule in rules():
        found = finding(rule, QUOTE, subject="X")
        assert "{" not in found.title + found.fix + found.evidence.get("why", "")
