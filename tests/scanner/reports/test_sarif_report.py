from __future__ import annotations

import json
import re
from typing import Any

from scanner.findings import rules
from scanner.report import Finding
from scanner.reports.sarif_report import render
from tests.scanner.factories import item, judged, report, shop_report

URI = re.compile(r"[A-Za-z0-9:/?#\[\]@!$&'()*+,;=%._~-]+")


def run(data: bytes) -> dict[str, Any]:
    log = json.loads(data)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (only,) = log["runs"]
    return only


def test_every_result_has_what_the_standard_requires() -> None:
    found = run(render(shop_report()))
    declared = [rule["id"] for rule in found["tool"]["driver"]["rules"]]
    assert found["tool"]["driver"]["name"] == "Consentry"
    assert declared == sorted(set(declared))
    assert len(found["results"]) == len(shop_report().findings)
    for result in found["results"]:
        assert declared[result["ruleIndex"]] == result["ruleId"]
        assert result["message"]["text"]
        assert result["level"] in {"error", "warning", "note", "none"}
        assert (result["kind"] == "informational") == (result["level"] == "none")
        (location,) = result["locations"]
        assert URI.fullmatch(location["physicalLocation"]["artifactLocation"]["uri"])
        assert location["physicalLocation"]["region"]["startLine"] == 1
        assert re.fullmatch(r"[0-9a-f]{64}", result["partialFingerprints"]["consentry/v1"])


def test_every_rule_is_described_in_it() -> None:
    declared = {rule["id"]: rule for rule in run(render(report()))["tool"]["driver"]["rules"]}
    assert set(declared) == set(rules())
    assert declared["before-consent"]["defaultConfiguration"] == {"level": "error"}
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in declared.values())


def test_a_finding_keeps_its_fingerprint_when_only_counts_change() -> None:
    few, many = (
        run(render(judged(report(items=tuple(item(f"c{n}", service="S") for n in range(k))))))["results"]
        for k in (2, 9)
    )
    assert [one["partialFingerprints"] for one in few] == [one["partialFingerprints"] for one in many]


def test_rules_of_a_newer_version_and_hostile_text_are_kept() -> None:
    finding = Finding(
        rule="from-the-future",
        severity="low",
        title="t\ud800\u202e",
        subject="s",
        page="https://x.example/a b\n<",
    )
    found = run(render(report(findings=(finding,))))
    (result,) = found["results"]
    assert found["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "from-the-future"
    assert (
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        == "https://x.example/a%20b%0A%3C"
    )
    assert "\u202e" not in result["message"]["text"]
