from __future__ import annotations

from scanner.findings.mail_click_tracking import find
from tests.scanner.factories import ACCEPT
from tests.scanner.findings.mails import link, mailed, message


def test_counted_links_are_told_with_where_they_lead() -> None:
    (found,) = find(
        mailed(message(links=(link(count=3), link(url="https://ct.mailer.example/d"), link(tracked=""))))
    )
    assert (found.subject, found.severity, found.evidence["count"]) == ("Mailer", "medium", 4)
    assert found.title == "4 links lead through Mailer, with a token for the reader"
    assert found.evidence["targets"] == ["https://www.larkspur.example/"]


def test_without_tokens_it_is_low_with_consent_good_to_know_and_by_a_gateway_nothing() -> None:
    (found,) = find(mailed(message(links=(link(identifiers=()),))))
    assert (found.severity, found.title) == ("low", "1 link leads through Mailer")
    (agreed,) = find(mailed(message(state=ACCEPT, links=(link(),))))
    assert agreed.severity == "info"
    assert list(find(mailed(message(links=(link(gateway="Safe Links"),))))) == []
