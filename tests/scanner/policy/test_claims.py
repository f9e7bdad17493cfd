from __future__ import annotations

import tomllib

import pytest

from scanner.policy import read
from scanner.policy.language import languages
from scanner.policy.rules import rules
from tests.scanner.policy.texts import SAMPLES, audited, page, rules_of

LABELS = tomllib.loads((SAMPLES / "labels.toml").read_text(encoding="utf-8"))
CLAIMS = {one.pattern.value for one in languages()["en"].matchers} & set(rules())


@pytest.mark.parametrize("stem", LABELS)
def test_the_policies_of_this_folder_break_the_rules_that_a_reader_sees(stem: str) -> None:
    found = rules_of(audited(read.read_file(next(SAMPLES.glob(f"{stem}.*")))))
    assert set(found) & CLAIMS == set(LABELS[stem]["breaks"])


def test_one_sentence_about_consent_is_told_once() -> None:
    text = "By using the service and providing personal data to us, you are consenting to their storage and transfer."
    found = rules_of(audited(text))
    assert "policy-consent-continued-use" in found
    assert "policy-consent-by-providing" not in found


def test_a_transfer_s_finding_names_the_company() -> None:
    found = [
        one
        for one in audited("We use Mailchimp, which takes part in the EU-US Privacy Shield.").findings
        if one.rule == "policy-privacy-shield"
    ]
    assert found[0].fix.startswith("Mailchimp is certified")


def test_a_row_that_calls_an_advertising_cookie_functional_is_told() -> None:
    rows = (
        "<table><tr><th>Cookie</th><th>Type</th><th>Purpose</th></tr>"
        "<tr><td>_fbp</td><td>Functional</td><td>Social features</td></tr>"
        "<tr><td>lang</td><td>Functional</td><td>Language</td></tr></table>"
    )
    assert rules_of(audited(page(rows)))["policy-hidden-advertising"] == ["_fbp"]
