from __future__ import annotations

from pathlib import Path

import pytest

from scanner.demo.policy import DECLARED
from scanner.policy import read
from scanner.report import SEVERITIES
from tests.scanner.factories import DAY, item, report, shop_report
from tests.scanner.policy.texts import SAMPLES, audited, document, page, rules_of

POLICIES = sorted(path for path in SAMPLES.iterdir() if path.suffix in {".txt", ".html"})
SEEDS = Path(__file__).parents[4] / "shared" / "seeds"


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_nothing_is_stated_without_the_words_that_say_it(path: Path) -> None:
    read_ = read.read_file(path)
    done = audited(read_, shop_report())
    quotes = [one.quote for one in (*done.cookies, *done.statements)] + [
        said for one in done.vendors for said in one.mentions
    ]
    places = [(one.text, one.start, one.end) for one in quotes] + [
        (one.evidence["quote"], one.evidence["start"], one.evidence["end"]) for one in done.findings
    ]
    assert places
    for text, start, end in places:
        assert text
        assert " ".join(read_.text[start:end].split()) == text


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_every_finding_has_its_law_and_the_gravest_come_first(path: Path) -> None:
    done = audited(read.read_file(path), shop_report())
    assert all(one.law for one in done.findings)
    order = [SEVERITIES.index(one.severity) for one in done.findings]
    assert order == sorted(order)


def test_a_policy_that_tells_the_truth_has_no_finding_over_low() -> None:
    grave = [
        one
        for one in audited(read.read_file(SAMPLES / "saas.txt")).findings
        if one.severity in {"high", "medium"}
    ]
    assert grave == []


def test_a_language_that_is_not_read_is_told_and_no_claim_is_judged() -> None:
    text = (
        "Datenschutzerklärung\n\nWir verwenden Hotjar und Google Analytics, soweit dies erforderlich ist und der Nutzer einwilligt. "
        "Die Daten werden nach vierzehn Monaten automatisch entfernt, sofern keine gesetzlichen Pflichten bestehen."
    )
    done = audited(read.document_of(text.encode(), source="policy.txt"))
    assert done.language == ""
    assert {"Hotjar", "Google Analytics"} <= {one.name for one in done.vendors}
    assert done.statements == ()
    assert "does not read yet" in done.notes[0]


def test_a_report_adds_what_it_was_compared_with() -> None:
    done = audited("We use cookies.", shop_report())
    assert done.compared["site"] == "larkspur"
    assert "policy-undeclared-vendor" in rules_of(done)
    assert "policy-undeclared-vendor" not in rules_of(audited("We use cookies."))


def test_a_hostile_text_is_read_and_bounded() -> None:
    text = (
        "We use [link](javascript:alert(1)) <script>alert(1)</script> \u202eelgooG\x1b[31m "
        + "(" * 5_000
        + "cookies " * 5_000
    )
    done = audited(document(text))
    assert done.characters > 40_000


@pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the five policies that the project began with are not on this machine"
)
@pytest.mark.parametrize(
    ("number", "rules"),
    [
        (
            "000",
            {
                "policy-consent-browser-settings",
                "policy-change-accepted-by-use",
                "policy-responsibility-disclaimed",
                "policy-no-date",
            },
        ),
        (
            "001",
            {
                "policy-consent-continued-use",
                "policy-necessary-condition",
                "policy-ip-called-anonymous",
                "policy-vendor-renamed",
            },
        ),
        (
            "002",
            {
                "policy-consent-continued-use",
                "policy-change-without-notice",
                "policy-outdated",
                "policy-identifier-called-anonymous",
            },
        ),
        (
            "003",
            {"policy-change-without-notice", "policy-identifier-called-anonymous", "policy-no-withdrawal"},
        ),
        (
            "004",
            {
                "policy-consent-browser-settings",
                "policy-hidden-advertising",
                "policy-necessary-condition",
                "policy-outdated",
            },
        ),
    ],
)
def test_the_five_first_policies_break_what_they_break(number: str, rules: set[str]) -> None:
    assert rules <= set(rules_of(audited(read.read_file(next(SEEDS.glob(f"{number}_*.txt"))))))


def test_the_demo_shop_s_policy_is_found_to_have_the_flaws_that_it_has() -> None:
    rows = "".join(
        f"<tr><td><code>{one.name}</code></td><td>{one.provider}</td><td>{one.purpose}</td><td>{one.duration}</td></tr>"
        for one in DECLARED
    )
    seen = report(
        items=(
            item("_ga", rule="google.analytics._ga", lifetime_s=400 * DAY, requested_lifetime_s=730 * DAY),
            item("_gid", rule="google.analytics._gid", lifetime_s=DAY),
            item("_fbp", rule="meta.pixel._fbp", lifetime_s=90 * DAY),
            item("hubspotutk", rule="hubspot.analytics.hubspotutk", lifetime_s=180 * DAY),
            item("cart", lifetime_s=7 * DAY),
            item("larkspur_session", lifetime_s=None),
            item("csrf_token", lifetime_s=None),
        )
    )
    table = f"<table><tr><th>Name</th><th>Provider</th><th>Purpose</th><th>Kept for</th></tr>{rows}</table>"
    found = rules_of(audited(page(table), seen))
    about = {
        subject.partition(" is said")[0] for subject in found["policy-contradicted"] if " is said" in subject
    }
    assert about | set(found["policy-not-found-cookie"]) == {one.name for one in DECLARED if one.flaw}


def test_sentences_made_to_be_slow_are_read() -> None:
    slow = ("Aa-" * 600, "marketing " * 200, "using " * 300, "( " * 900, "IP address " * 180)
    assert audited("\n\n".join(f"Cookies: {one}" for one in slow)).sentences > 5
