"""The report's part about the policy says what the audit says, no more and no less."""

from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.categories import Category
from consent.model.errors import ConfigError
from scanner.observations import PolicyFile
from scanner.policy import audit
from scanner.policy.read import document_of
from scanner.policy.told import result_of, with_policy
from tests.scanner.factories import DAY, item, report, shop_report

TEXT = """Privacy policy

Last updated: 3 March 2026

We use Google Analytics and SendGrid. We use Criteo.

We only use session cookies, which are deleted when you close your browser.

You have the right of access to your data.

_ga | Google Analytics | Statistics | 1 day
"""
URL = "https://www.shop.example/privacy"
SEEN = report(
    items=(
        item(
            "_ga",
            category=Category.PERFORMANCE,
            lifetime_s=730 * DAY,
            rule="google.analytics",
            vendor="Google",
        ),
        item("_hjid", category=Category.PERFORMANCE, lifetime_s=365 * DAY, rule="hotjar.analytics"),
    )
)


def test_vendors_are_declared_found_both_or_neither() -> None:
    result = result_of(document_of(TEXT.encode(), source="p.txt"), SEEN)
    told = {one.name: (one.role, one.found) for one in result.vendors}
    assert told["Google Analytics"] == ("used", "found")
    assert told["Criteo"] == ("used", "not_found")
    (undeclared,) = (one for one in result.vendors if not one.role)
    assert (undeclared.found, undeclared.quote, undeclared.category) == (
        "found",
        None,
        Category.PERFORMANCE,
    )
    assert "Hotjar" in undeclared.name


def test_every_finding_of_the_audit_is_told_once_in_its_group() -> None:
    document = document_of(TEXT.encode(), source="p.txt")
    result = result_of(document, SEEN)
    done = audit(document, SEEN)
    assert [(one.rule, one.title, one.severity) for one in result.findings] == [
        (one.rule, one.title, one.severity) for one in done.findings
    ]
    groups = {one.rule: one.group for one in result.findings}
    assert groups["policy-contradicted"] == "contradiction"
    assert groups["policy-undeclared-vendor"] == "undeclared"
    assert groups["policy-not-found-vendor"] == "not_found"
    assert groups["policy-right-missing"] == "missing"
    for one in result.findings:
        assert " ".join(document.text[one.quote.start : one.quote.end].split()) == one.quote.text


def test_the_site_that_names_itself_declares_nobody_that_keeps_cookies_in_its_name() -> None:
    text = "Privacy policy of Shop\n\nWe use Google Analytics to count visits to the pages that we publish here, and nothing else."
    page = f"<!doctype html><title>Privacy</title><p>{text.replace(chr(10) * 2, '</p><p>')}</p>"
    for source in (text, page):
        result = result_of(document_of(source.encode(), source="p"), SEEN)
        assert [one.name for one in result.vendors if one.role] == ["Google Analytics"]
        assert [one.subject for one in result.findings if one.group == "undeclared"] == ["Hotjar"]


def test_the_checklist_quotes_what_is_told_and_names_what_is_not() -> None:
    rights = {
        one.subject: one
        for one in result_of(document_of(TEXT.encode(), source="p.txt"), SEEN).checklist
        if one.kind == "right"
    }
    assert rights["access"].told
    assert rights["access"].quote is not None
    assert "right of access" in rights["access"].quote.text
    assert rights["data portability"].told is False


def test_a_cookie_is_told_with_what_was_seen_of_it() -> None:
    (cookie,) = result_of(document_of(TEXT.encode(), source="p.txt"), SEEN).cookies
    assert (cookie.name, cookie.found, cookie.seen_category) == ("_ga", "found", Category.PERFORMANCE)
    assert "2 years" in cookie.seen_lifetime


def test_a_language_that_is_not_read_has_no_checklist() -> None:
    text = "Polityka prywatności\n\nUżywamy plików cookie i usługi Google Analytics, aby liczyć odwiedziny naszej strony."
    assert result_of(document_of(text.encode(), source="p.txt"), shop_report()).checklist == ()


def test_the_file_comes_before_the_address_and_faults_are_told(tmp_path: Path) -> None:
    before = shop_report()
    assert with_policy(before, None) is before
    fetched = PolicyFile(url=URL, body=TEXT.encode())
    told = with_policy(before, fetched).policy
    assert told is not None
    assert (told.source, told.error) == (URL, "")
    file = tmp_path / "policy.txt"
    file.write_text(TEXT, encoding="utf-8")
    told = with_policy(before, fetched, file).policy
    assert told is not None
    assert told.source == str(file)
    for wrong in (PolicyFile(url=URL, error="The server answered 404."), PolicyFile(url=URL, body=b"\0\0")):
        told = with_policy(before, wrong).policy
        assert told is not None
        assert told.error
        assert (told.vendors, told.findings) == ((), ())
    with pytest.raises(ConfigError):
        with_policy(before, None, tmp_path / "none.txt")
