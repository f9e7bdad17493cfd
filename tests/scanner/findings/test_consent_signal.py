from __future__ import annotations

import pytest

from consent.model.categories import ConsentState
from scanner.findings.consent_signal import find
from scanner.google_signals import decode
from scanner.report import Signal
from tests.scanner.factories import ACCEPT, BEFORE, REJECT, SHOP, passed, report, request

HIT = "https://www.google-analytics.com/g/collect?v=2"


def test_letters_that_are_not_known_are_neither_granted_nor_denied() -> None:
    signal = decode(f"{HIT}&gcd=13z3z3z3z5")
    assert signal["history"]["ad_storage"] == "unknown (z)"
    assert list(find(report(requests=(request(f"{HIT}&gcd=13z3z3z3z5"),)))) == []


@pytest.mark.parametrize(
    ("state", "signal", "severities"),
    [
        (BEFORE, "gcs=G111", ["high"]),
        (BEFORE, "gcs=G100&gcd=13p3p3p3p5", []),
        (BEFORE, "gcs=G100&gcd=13l3l3l3l1", ["medium"]),
        (REJECT, "gcs=G100&gcd=13q3q3q3q5", []),
        (REJECT, "gcs=G101", ["high"]),
        (REJECT, "gcs=G100&gcd=13u3u3u3u5", ["medium"]),
        (ACCEPT, "gcs=G111&gcd=13r3r3r3r5", []),
        (ACCEPT, "gcs=G111&gcd=13t3t3t3t5", ["medium"]),
        (ACCEPT, "gcs=G100&gcd=13p3p3p3p5", ["low"]),
    ],
)
def test_the_verdict_depends_on_the_state(state: ConsentState, signal: str, severities: list[str]) -> None:
    found = list(find(report(requests=(request(f"{HIT}&{signal}", state=state),))))
    assert [one.severity for one in found] == severities


def test_many_hits_make_one_finding_and_an_unapplied_pass_none() -> None:
    hits = tuple(request(f"{HIT}&gcs=G111&n={number}") for number in range(9))
    (finding,) = find(report(requests=hits))
    assert finding.evidence["count"] == 9
    assert finding.evidence["gcs"] == "G111"
    assert "gtag('consent', 'default'" in finding.fix
    rejected = report(
        requests=(request(f"{HIT}&gcs=G111", state=REJECT),), passes=(passed(REJECT, applied=False),)
    )
    assert list(find(rejected)) == []


def granted(api: str, state: ConsentState) -> Signal:
    values = {"default": {"ad_storage": "denied"}, "now": {"ad_storage": "granted"}}
    return Signal(api=api, state=state, page=SHOP, pages=(SHOP,), page_count=3, values=values)


def test_the_pages_own_interfaces_are_judged_too_but_not_told_twice() -> None:
    found = list(
        find(report(signals=(granted("google_consent_mode", BEFORE), granted("meta_pixel", REJECT))))
    )
    assert [(one.severity, one.subject) for one in found if one.severity == "high"] == [
        ("high", "Google Consent Mode"),
        ("high", "Meta Pixel consent"),
    ]
    assert "fbq('consent', 'revoke')" in found[-1].fix
    both = report(signals=(granted("google_consent_mode", BEFORE),), requests=(request(f"{HIT}&gcs=G111"),))
    assert [one.severity for one in find(both)] == ["high", "low"], (
        "the low one is about the default's other types"
    )


def test_a_fault_of_the_tc_string_names_the_rule_of_the_framework() -> None:
    signal = Signal(
        api="tcf",
        state=BEFORE,
        page=SHOP,
        values={"string": "x", "faults": ["it has no segment"], "policy": 5},
    )
    (finding,) = find(report(signals=(signal,)))
    assert (finding.severity, finding.subject) == ("low", "IAB TCF")
    assert finding.evidence["policy"] == 5
    assert "TCF 2.3" in finding.law
