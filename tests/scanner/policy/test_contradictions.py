from __future__ import annotations

import pytest

from consent.model.categories import Category
from scanner.report import Finding, Report
from tests.scanner.factories import ACCEPT, BEFORE, DAY, item, passed, report, request
from tests.scanner.policy.texts import audited

ID = item("_ga", rule="google.analytics._ga", lifetime_s=400 * DAY, requested_lifetime_s=730 * DAY)
SESSION = item("basket", category=Category.NECESSARY, lifetime_s=None)
AD = request("https://securepubads.g.doubleclick.net/x")


def told(text: str, seen: Report) -> list[Finding]:
    return [one for one in audited(text, seen).findings if one.rule == "policy-contradicted"]


@pytest.mark.parametrize(
    ("text", "items", "requests", "said"),
    [
        (
            "We use session ID cookies that simply terminate once users close the browser.",
            (ID,),
            (),
            "stay longer",
        ),
        ("Our cookies collect anonymous information only.", (ID,), (), "recognise visitors"),
        ("We never use advertising cookies.", (), (AD,), "advertising is denied"),
        ("We do not share your data with third parties.", (), (AD,), "third parties are denied"),
        ("We do not use any cookies.", (SESSION,), (), "cookies are denied"),
        ("Our shop sets only technically necessary cookies.", (ID,), (), "only necessary"),
        ("Analytics cookies are only set after you have given your consent.", (ID,), (), "came before it"),
        ("Your data are processed and stored in the EU.", (), (AD,), "stay in the Union"),
        ("We do not use Google Analytics.", (ID,), (), "said not to be used"),
    ],
)
def test_a_claim_and_the_scan_that_contradicts_it(
    text: str, items: tuple[object, ...], requests: tuple[object, ...], said: str
) -> None:
    found = told(text, report(items=items, requests=requests))
    assert [said in one.subject for one in found].count(True) == 1, [one.subject for one in found]
    one = next(one for one in found if said in one.subject)
    assert one.evidence["quote"] == text
    assert one.fix


@pytest.mark.parametrize(
    "text",
    [
        "We use session ID cookies that simply terminate once users close the browser.",
        "Our cookies collect anonymous information only.",
        "We never use advertising cookies.",
        "We do not share your data with third parties.",
        "Our shop sets only technically necessary cookies.",
        "Analytics cookies are only set after you have given your consent.",
        "Your data are processed and stored in the EU.",
    ],
)
def test_a_claim_that_the_scan_bears_out_is_no_finding(text: str) -> None:
    assert told(text, report(items=(SESSION,))) == []


def test_consent_first_is_judged_by_the_state_before_alone() -> None:
    text = "Analytics cookies are only set after you have given your consent."
    later = item("_ga", states=(ACCEPT,))
    assert told(text, report(items=(later,))) == []
    unmeasured = report(items=(ID,), passes=(passed(BEFORE, applied=False),))
    assert told(text, unmeasured) == []


@pytest.mark.parametrize(
    ("declared", "seen_days", "asked_days", "severity"),
    [
        ("14 months", 400, 730, "medium"),
        ("Session", 30, None, "high"),
        ("13 months", 180, None, "low"),
        ("1 year", None, None, "low"),
        ("2 years", 400, None, None),  # the browser's cap, not the site's word
        ("24 months", 400, 730, None),
        ("30 days", 31, None, None),
    ],
)
def test_a_cookie_s_lifetime_is_held_to_its_row(
    declared: str, seen_days: float | None, asked_days: float | None, severity: str | None
) -> None:
    seen = item(
        "_ga", rule="google.analytics._ga",
        lifetime_s=None if seen_days is None else seen_days * DAY,
        requested_lifetime_s=None if asked_days is None else asked_days * DAY,
    )  # fmt: skip
    found = told(f"Name | Provider | Kept for\n_ga | Google Analytics | {declared}", report(items=(seen,)))
    assert [one.severity for one in found] == ([severity] if severity else [])


def test_a_cookie_s_category_is_held_to_what_it_is() -> None:
    pixel = item("_fbp", rule="meta.pixel._fbp", category=Category.ADVERTISING, lifetime_s=90 * DAY)
    found = told("Name | Type | Kept for\n_fbp | Necessary | 90 days", report(items=(pixel,)))
    assert [(one.severity, one.subject) for one in found] == [
        ("high", "_fbp is called necessary, it is advertising")
    ]


def test_a_claim_made_twice_is_told_once_with_both_sentences() -> None:
    found = told("We never use advertising cookies. Our site is free of ads.", report(requests=(AD,)))
    assert len(found) == 1
    assert found[0].evidence["also"] == ["Our site is free of ads."]
