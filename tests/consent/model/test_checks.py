from __future__ import annotations

import msgspec
import pytest

from consent.model.checks import Check, Outcome


def test_a_check_that_is_well_needs_no_mending() -> None:
    assert Check(name="clock", outcome=Outcome.OK, detail="2026-01-31").mend == ""


def test_a_check_cannot_be_changed() -> None:
    check = Check(name="clock", outcome=Outcome.OK, detail="2026-01-31")
    with pytest.raises(AttributeError):
        check.outcome = Outcome.FAILED  # type: ignore[misc]  # the very thing that must not work


def test_a_check_reads_the_same_as_json() -> None:
    check = Check(name="browser", outcome=Outcome.FAILED, detail="none", mend="make setup")
    assert msgspec.json.decode(msgspec.json.encode(check)) == {
        "name": "browser",
        "outcome": "failed",
        "detail": "none",
        "mend": "make setup",
    }
