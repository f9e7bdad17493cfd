from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest

from consent.model.categories import CATEGORIES, ConsentState
from consent.model.inventory import StorageKind
from consent.model.scans import ScanTrigger, Verdict
from consent.scans import new_run
from consent.web.dashboard import words


def test_every_code_has_its_words() -> None:
    assert set(words.VERDICTS) == set(words.VERDICT_TEXTS) == set(get_args(Verdict)) - {""}
    assert set(words.STATES) == set(ConsentState)
    assert set(words.KINDS) == set(get_args(StorageKind))
    assert set(words.TRIGGERS) == set(get_args(ScanTrigger))


@pytest.mark.parametrize(
    ("fields", "tone", "status"),
    [
        ({"status": "queued"}, "running", "Waiting"),
        ({"status": "running"}, "running", "Running"),
        ({"status": "failed"}, "incomplete", "Failed"),
        ({"status": "finished", "verdict": "clean"}, "clean", "Clean"),
    ],
)
def test_a_scan_has_its_colour_and_its_word(fields: dict[str, Any], tone: str, status: str) -> None:
    run = msgspec.structs.replace(new_run("larkspur", trigger="api"), **fields)
    assert (words.tone_of(run), words.status_of(run)) == (tone, status)
    assert (words.tone_of(None), words.status_of(None)) == ("unknown", "Never scanned")


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, "Session"),
        (0, "0 seconds"),
        (90, "2 minutes"),
        (3600, "1 hour"),
        (86_400 * 30, "1 month"),
        (86_400 * 31, "31 days"),
        (86_400 * 365, "1 year"),
        (86_400 * 400, "13 months"),  # which a rule of 13 months is about
    ],
)
def test_lifetimes(seconds: float | None, told: str) -> None:
    assert words.lifetime_of(seconds) == told


def test_durations_and_what_was_granted() -> None:
    assert [words.duration_of(ms) for ms in (42_000, 185_000, 4_800_000)] == [
        "42 s",
        "3 min 5 s",
        "1 h 20 min",
    ]
    assert words.granted(dict.fromkeys(CATEGORIES, "granted")) == "everything"
    assert words.granted({CATEGORIES[1]: "granted"}) == "performance"
    assert words.granted({}) == "nothing but the necessary"
    assert (words.state_of("reject"), words.state_of("x"), words.kind_of("new_kind")) == (
        "After refusing",
        "x",
        "New kind",
    )


def test_what_was_expected_is_asked_for_as_one_asks_a_person() -> None:
    assert words.asked("expected what it is for; it is blank") == "Say what it is for; it is blank."
    assert words.asked("expected at most 5 characters, got 6.") == "It may have at most 5 characters, got 6."
    assert words.asked("unclassified is no decision") == "Unclassified is no decision."
