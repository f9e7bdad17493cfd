from __future__ import annotations

import re

import msgspec

from consent.model.scans import ScanFindings, ScanRun
from consent.scans import new_run
from consent.web.dashboard.trend import SCANS, told, trend


def run(high: int, verdict: str = "violations") -> ScanRun:
    return msgspec.structs.replace(
        new_run("larkspur", trigger="command"),
        status="finished",
        verdict=verdict,
        findings=ScanFindings(high=high, medium=1),
    )


def test_each_scan_is_a_bar_as_high_as_its_findings_in_the_colour_of_its_verdict() -> None:
    drawn = trend([run(9), run(4), run(0, "clean")])
    assert re.findall(r'class="bar (\w+)"', drawn) == ["violations", "violations", "clean"]
    heights = [int(height) for height in re.findall(r'<rect[^>]*height="(\d+)"', drawn)]
    assert heights == sorted(heights, reverse=True)
    assert "style" not in drawn


def test_the_drawing_is_told_in_words() -> None:
    assert told([run(9), run(4, "clean")]) == (
        "Findings of high or medium severity in the last 2 scans, oldest first: 10, 5. Last verdict: clean."
    )
    assert told([run(1)]) == "One scan: 2 findings of high or medium severity, violations."
    assert 'role="img" aria-label="One scan' in trend([run(1)])


def test_only_the_last_scans_are_drawn_and_without_any_nothing() -> None:
    assert trend([run(1)] * 40).count("<rect") == SCANS
    assert trend([]) == ""


def test_the_bars_begin_at_the_left_and_the_drawing_is_as_wide_as_they_are() -> None:
    two, all_of_them = trend([run(1)] * 2), trend([run(1)] * SCANS)
    assert re.findall(r' x="(\d+)"', two) == ["0", "10"]
    assert 'width="20"' in two
    assert 'width="120"' in all_of_them
