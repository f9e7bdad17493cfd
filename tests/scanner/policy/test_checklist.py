from __future__ import annotations

from scanner.policy import read
from scanner.policy.checklist import elements
from tests.scanner.policy.texts import SAMPLES, audited, rules_of

RIGHTS = [one.subject for one in elements() if one.kind == "right"]


def test_a_policy_that_tells_everything_lacks_nothing() -> None:
    found = rules_of(audited(read.read_file(SAMPLES / "saas.txt")))
    assert not {
        "policy-right-missing",
        "policy-information-missing",
        "policy-no-withdrawal",
        "policy-no-lifetimes",
    } & set(found)


def test_each_right_that_is_not_told_is_a_finding_of_its_own() -> None:
    found = rules_of(audited("We use cookies."))
    assert sorted(found["policy-right-missing"]) == sorted(RIGHTS)


def test_a_right_that_is_told_is_not_missed() -> None:
    found = rules_of(audited("You have the right to data portability."))
    assert "data portability" not in found["policy-right-missing"]


def test_safeguards_are_asked_for_where_data_leave() -> None:
    subject = "on which safeguard transfers to other countries rest"
    assert (
        subject
        in rules_of(audited("Data are transferred to countries outside the EEA."))[
            "policy-information-missing"
        ]
    )
    assert subject not in rules_of(audited("We send parcels."))["policy-information-missing"]


def test_browser_settings_alone_are_no_withdrawal() -> None:
    found = [
        one
        for one in audited("You can refuse cookies by adjusting your browser settings.").findings
        if one.rule == "policy-no-withdrawal"
    ]
    assert [one.severity for one in found] == ["high"]
    assert "browser settings" in found[0].evidence["quote"]
    assert "policy-no-withdrawal" not in rules_of(
        audited("You can change your cookie choices at any time by the link in the footer.")
    )


def test_what_is_missing_is_quoted_by_what_comes_nearest() -> None:
    for one in audited("Your rights\n\nYou have the right to access your data.").findings:
        assert one.evidence["quote"]
        if one.rule == "policy-right-missing":
            assert one.evidence["absent"] is True
            assert "right to access" in one.evidence["quote"]


def test_a_site_without_cookies_needs_no_lifetimes() -> None:
    assert "policy-no-lifetimes" not in rules_of(audited("We do not use any cookies."))
