from __future__ import annotations

from scanner.findings.transfer import find
from scanner.report import Recipient
from tests.scanner.factories import ACCEPT, BEFORE, report


def recipient(vendor: str, country: str, transfer: str, *states: object) -> Recipient:
    return Recipient(vendor=vendor, country=country, transfer=transfer, states=states or (ACCEPT,))  # type: ignore[arg-type]


def test_recipients_are_told_by_what_the_law_asks_of_them() -> None:
    certified, without = find(
        report(
            recipients=(
                recipient("Ads Inc.", "US", "adequate-dpf", BEFORE),
                recipient("Far Ads", "CN", "none", BEFORE, ACCEPT),
                recipient("Near Ltd", "IE", "eea", BEFORE),
                recipient("Swiss AG", "CH", "adequate"),
                recipient("Nobody", "", "unknown"),
            )
        )
    )
    assert (certified.severity, certified.evidence["recipients"]) == ("info", ["Ads Inc. (US)"])
    assert (without.severity, without.evidence["without_consent"]) == ("low", ["Far Ads"])
    assert "Privacy Framework" in certified.fix
    assert "Art. 46" in without.fix


def test_one_that_waits_for_consent_is_good_to_know() -> None:
    (finding,) = find(report(recipients=(recipient("Far Ads", "CN", "none"),)))
    assert finding.severity == "info"
