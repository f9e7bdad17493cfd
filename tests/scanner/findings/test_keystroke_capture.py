from __future__ import annotations

from typing import Any

import pytest

from consent.model.categories import Category, ConsentState, Party
from scanner.findings.keystroke_capture import find
from scanner.report import Keystroke
from tests.scanner.factories import ACCEPT, BEFORE, REJECT, SHOP, passed, report


def key(**fields: Any) -> Keystroke:
    given = {
        "field": "mail",
        "type": "email",
        "state": BEFORE,
        "page": SHOP,
        "to": "https://px.replay.example/match",
        "host": "px.replay.example",
        "party": Party.THIRD,
        "part": "body",
        "encoding": "sha256",
    }
    return Keystroke(**(given | fields))


def test_a_third_party_that_gets_a_hashed_address_is_told_with_field_and_encoding() -> None:
    (finding,) = find(report(keystrokes=(key(), key(page=f"{SHOP}contact"))))
    assert (finding.severity, finding.subject) == ("high", "replay.example")
    assert "an e-mail field" in finding.title
    assert finding.evidence["encodings"] == ["sha256 in the body"]
    assert finding.evidence["count"] == 2
    assert "category" not in finding.evidence


@pytest.mark.parametrize(
    ("fields", "severity"),
    [
        ({"state": ACCEPT}, "medium"),
        ({"state": ACCEPT, "type": "password"}, "high"),
        ({"state": REJECT, "category": Category.PERFORMANCE}, "high"),
        ({"party": Party.FIRST, "host": "www.larkspur.example"}, "low"),
    ],
)
def test_the_severity_depends_on_who_gets_it_and_when(fields: dict[str, Any], severity: str) -> None:
    assert [one.severity for one in find(report(keystrokes=(key(**fields),)))] == [severity]


def test_search_suggestions_of_the_site_quiet_fields_and_unapplied_passes_are_no_finding() -> None:
    keystrokes = (
        key(search=True, type="search", party=Party.FIRST),
        key(to="", host=""),
        key(state=REJECT),
    )
    judged = report(keystrokes=keystrokes, passes=(passed(REJECT, applied=False),))
    assert list(find(judged)) == []
    (finding,) = find(report(keystrokes=(key(search=True, type="search"),)))
    assert finding.state is ConsentState.BEFORE, "a third party's search is told all the same"
