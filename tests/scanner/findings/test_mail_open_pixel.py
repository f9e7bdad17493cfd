from __future__ import annotations

import msgspec

from scanner.findings.mail_open_pixel import find
from tests.scanner.factories import ACCEPT
from tests.scanner.findings.mails import mailed, message, pixel


def test_one_finding_for_each_company_that_counts_openings() -> None:
    found = list(
        find(
            mailed(
                message(remotes=(pixel(), pixel(url="https://ct.mailer.example/o?u=u002…"))),
                message(page="b.eml", remotes=(pixel(service="Other"),)),
            )
        )
    )
    assert [(one.subject, one.severity, one.evidence["count"]) for one in found] == [
        ("Mailer", "medium", 2),
        ("Other", "medium", 1),
    ]
    assert found[0].evidence["identifiers"] == ["parameter u"]
    assert "CNIL" in found[0].law


def test_without_a_token_it_is_low_and_with_consent_good_to_know() -> None:
    (anonymous,) = find(mailed(message(remotes=(pixel(identifiers=()),))))
    assert (anonymous.severity, "somebody opens" in anonymous.title) == ("low", True)
    (agreed,) = find(mailed(msgspec.structs.replace(message(remotes=(pixel(),)), state=ACCEPT)))
    assert agreed.severity == "info"


def test_pictures_that_are_no_pixels_are_another_rules() -> None:
    assert list(find(mailed(message(remotes=(pixel(pixel=""),))))) == []
