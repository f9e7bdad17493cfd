"""The rules about the banner as a whole."""

from __future__ import annotations

import pkgutil
from collections import Counter

import pytest

from scanner import practices as package
from scanner.practices import Practice, audit_of, practices
from tests.scanner.banners.made import look
from tests.scanner.factories import report


def test_every_module_of_the_folder_is_a_rule_named_after_its_id() -> None:
    modules = sorted(one.name for one in pkgutil.iter_modules(package.__path__))
    assert sorted(rule.ID.replace("-", "_") for rule in practices()) == modules


@pytest.mark.parametrize("rule", practices(), ids=lambda rule: rule.ID)
def test_a_rule_explains_itself_and_names_its_law(rule: Practice) -> None:
    assert rule.TITLE
    assert rule.LAW
    assert len((rule.__doc__ or "").split()) > 15


def test_every_practice_of_the_taskforce_is_answered_in_order() -> None:
    audit = audit_of((look(), look(viewport="phone")), report())
    assert audit is not None
    letters = [one.letter for one in audit.answers if one.letter]
    assert letters == sorted(letters)
    assert "".join(dict.fromkeys(letters)) == "ABCDEFGHIJK"
    assert [one.verdict for one in audit.answers if one.letter in {"F", "G", "J"}] == ["not applicable"] * 3


def test_each_viewport_is_answered_for_itself_but_for_what_no_viewport_changes() -> None:
    audit = audit_of((look(), look(viewport="phone")), report())
    assert audit is not None
    counts = Counter((one.rule, one.viewport) for one in audit.answers)
    assert set(counts.values()) == {1}
    assert ("preticked", "phone") in counts
    assert ("essential", "") in counts


def test_a_fair_banner_fails_in_nothing() -> None:
    audit = audit_of((look(),), report())
    assert audit is not None
    assert [one.rule for one in audit.answers if one.verdict == "failed"] == []


def test_without_a_banner_nothing_applies_and_a_look_that_failed_is_no_verdict() -> None:
    for reason, verdict in (
        ("no consent banner was found", "not applicable"),
        ("endless redirects", "not measured"),
    ):
        audit = audit_of((look(found=False, first=None, reason=reason),), report())
        assert audit is not None
        answers = [one for one in audit.answers if one.letter not in {"F", "G", "J"}]
        assert {(one.verdict, one.reason) for one in answers} == {(verdict, reason)}


def test_a_report_without_looks_has_no_audit() -> None:
    assert audit_of((), report()) is None
