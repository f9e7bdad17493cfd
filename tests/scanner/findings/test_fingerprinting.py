from __future__ import annotations

from typing import Any

from consent.model.categories import Category, ConsentState, Party
from scanner.findings.fingerprinting import find
from scanner.report import Fingerprint
from tests.scanner.factories import ACCEPT, BEFORE, REJECT, SHOP, passed, report

CANVAS = {"canvas": "drew 26 different characters in 2 colours on a canvas of 240 by 60 and read it back"}


def printer(**fields: Any) -> Fingerprint:
    given = {
        "script": "https://tags.print.example/p.js",
        "host": "tags.print.example",
        "party": Party.THIRD,
        "states": (BEFORE,),
        "techniques": CANVAS,
        "apis": {"Canvas.toDataURL": 2},
        "pages": (SHOP,),
        "page_count": 1,
    }
    return Fingerprint(**(given | fields))


def test_a_third_partys_fingerprint_before_consent_is_high_even_if_nothing_is_known_of_it() -> None:
    (finding,) = find(report(fingerprints=(printer(),)))
    assert (finding.severity, finding.subject, finding.state) == ("high", "print.example", BEFORE)
    assert finding.evidence["techniques"] == CANVAS
    assert "category" not in finding.evidence, "unclassified would not count as a violation"
    assert 'data-src="https://tags.print.example/p.js"' in finding.fix


def test_single_calls_without_a_technique_are_no_finding() -> None:
    assert list(find(report(fingerprints=(printer(techniques={}),)))) == []


def test_the_sites_own_script_is_medium_and_a_known_necessary_service_low() -> None:
    own = printer(party=Party.FIRST, category=Category.NECESSARY)
    guard = printer(category=Category.NECESSARY, vendor="Stripe", service="Stripe Radar")
    assert [one.severity for one in find(report(fingerprints=(own,)))] == ["medium"]
    (finding,) = find(report(fingerprints=(guard,)))
    assert (finding.severity, finding.subject) == ("low", "Stripe Radar")
    assert "criterion B" in finding.fix


def test_after_consent_it_is_information_and_told_only_where_nothing_worse_is() -> None:
    (finding,) = find(report(fingerprints=(printer(states=(ACCEPT,)),)))
    assert finding.severity == "info"
    both = report(fingerprints=(printer(states=(BEFORE, ACCEPT)),))
    assert [one.state for one in find(both)] == [BEFORE]


def test_a_pass_that_was_not_applied_says_nothing() -> None:
    rejected = report(fingerprints=(printer(states=(REJECT,)),), passes=(passed(REJECT, applied=False),))
    assert list(find(rejected)) == []


def test_scripts_of_one_service_make_one_finding_a_state() -> None:
    two = (printer(), printer(script="https://tags.print.example/q.js", techniques={"audio": "rendered"}))
    (finding,) = find(report(fingerprints=two))
    assert set(finding.evidence["techniques"]) == {"canvas", "audio"}
    assert finding.evidence["calls"] == {"Canvas.toDataURL": 4}
    assert finding.state is ConsentState.BEFORE
