from __future__ import annotations

import datetime as dt
import re

from consent.model.categories import Category
from scanner.diff import diff
from scanner.inventory import inventory_of
from scanner.knowledge import Knowledge
from scanner.policy import generate
from tests.scanner.factories import DAY, HOSTILE, item, judged, report, request
from tests.scanner.policy.texts import audited, document, rules_of

SEEN = report(
    items=(
        item(
            "_ga",
            rule="google.analytics._ga",
            service="Google Analytics",
            vendor="Google LLC",
            lifetime_s=400 * DAY,
            purpose="Counts visits.",
        ),
        item("basket", category=Category.NECESSARY, lifetime_s=None),
        item(HOSTILE),
    ),
    requests=(request("https://www.google-analytics.com/g/collect?tid=G-1", category=Category.PERFORMANCE),),
)
INVENTORY = inventory_of(SEEN, Knowledge.load())


def test_the_sections_name_each_service_and_cookie_with_what_the_law_asks_for() -> None:
    text = generate.sections(INVENTORY)
    assert "| Google Analytics | Google LLC | US |" in text
    assert "<https://policies.google.com/privacy>" in text
    assert "| \\_ga | Google Analytics | Counts visits. | 13 months | Cookie |" in text
    assert "session" in text


def test_what_a_page_wrote_is_escaped() -> None:
    assert "| <img" not in generate.sections(INVENTORY)
    assert "\\<img src=x" in generate.sections(INVENTORY)
    page = generate.sections(INVENTORY, as_html=True)
    assert "<img src=x" not in page
    assert set(re.findall(r'href="([^"]*)"', page)) == {"https://policies.google.com/privacy"}


def test_a_policy_that_holds_the_sections_declares_what_the_scan_saw() -> None:
    text = generate.sections(INVENTORY).replace("\\_", "_")
    found = rules_of(audited(document(text), SEEN))
    assert "policy-undeclared-vendor" not in found
    assert "_ga" not in str(found.get("policy-contradicted"))


def test_a_notice_has_its_dates_and_says_that_use_is_no_agreement() -> None:
    text = generate.notice(
        today=dt.date(2026, 11, 24),
        changes=["We send letters with Brevo."],
        policy_url="https://larkspur.example/new",
    )
    assert "24 November 2026" in text
    assert "24 December 2026" in text
    assert "- We send letters with Brevo." in text
    assert "not taken for agreement" in text
    assert "<https://larkspur.example/new>" in text


def test_a_notice_tells_what_two_scans_differ_in_and_that_consent_is_asked_again() -> None:
    changes = diff(judged(report()), judged(SEEN))
    text = generate.notice(today=dt.date(2026, 1, 1), compared=changes)
    assert "- New: Google Analytics (Performance)" in text
    assert "we ask you again" in text
    back = generate.notice(today=dt.date(2026, 1, 1), compared=diff(judged(SEEN), judged(report())))
    assert "- No longer used: Google Analytics" in back
    assert "Your choice about cookies stays as it is." in back
