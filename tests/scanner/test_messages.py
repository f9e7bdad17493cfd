from __future__ import annotations

from scanner.messages import by_company, evidence_of, first_message, links, remotes, severity_in, state_of
from tests.scanner.factories import ACCEPT, BEFORE
from tests.scanner.findings.mails import link, mailed, message, pixel


def test_things_are_grouped_by_service_vendor_or_domain() -> None:
    report = mailed(
        message(
            remotes=(
                pixel(service="", vendor="Zeta"),
                pixel(service="", host="a.b.mailer.example"),
                pixel(service="Alpha"),
            )
        )
    )
    assert [label for label, _ in by_company(remotes(report))] == ["Alpha", "Zeta", "mailer.example"]


def test_evidence_has_what_other_findings_have_and_no_empty_keys() -> None:
    report = mailed(message(links=(link(count=2), link(url="https://ct.mailer.example/x"))))
    things = list(links(report))
    assert evidence_of(things, "link", reasons=["why"], nothing=[]) == {
        "kind": "link",
        "category": "performance",
        "count": 3,
        "hosts": ["ct.mailer.example"],
        "urls": ["https://ct.mailer.example/c?u=u001…", "https://ct.mailer.example/x"],
        "pages": ["a.eml"],
        "page_count": 1,
        "identifiers": ["parameter u"],
        "reasons": ["why"],
    }
    assert (state_of(things), first_message(things)) == (BEFORE, "a.eml")


def test_consent_makes_it_good_to_know() -> None:
    assert (severity_in(ACCEPT, "high"), severity_in(BEFORE, "high")) == ("info", "high")
