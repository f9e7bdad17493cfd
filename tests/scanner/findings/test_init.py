from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest

from consent.model.categories import Category
from consent.model.errors import ConfigError
from scanner import findings
from scanner.report import SEVERITIES
from tests.scanner.factories import item, report, request

DOCS = Path(__file__).parents[3] / "docs" / "findings.md"


def test_every_module_of_the_folder_is_a_rule_named_after_its_id() -> None:
    modules = [one.name for one in pkgutil.iter_modules(findings.__path__)]
    assert sorted(rule.replace("-", "_") for rule in findings.rules()) == sorted(modules)


@pytest.mark.parametrize("rule", findings.rules().values(), ids=list(findings.rules()))
def test_a_rule_explains_itself_and_names_its_law(rule: findings.Rule) -> None:
    assert rule.TITLE
    assert rule.LAW
    assert rule.SEVERITY in SEVERITIES
    assert len((rule.__doc__ or "").split()) > 15


def test_every_rule_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [rule for rule in findings.rules() if f"### {rule}\n" not in text] == []


def test_every_rule_has_a_test_twin() -> None:
    here = Path(__file__).parent
    assert [
        rule for rule in findings.rules() if not (here / f"test_{rule.replace('-', '_')}.py").exists()
    ] == []


def test_a_report_without_anything_has_no_findings() -> None:
    assert findings.find(report()) == ()


def test_findings_are_sorted_by_severity_then_rule_then_subject() -> None:
    found = findings.find(
        report(
            items=(item(service="B"), item("x", category=Category.UNCLASSIFIED, service="Z")),
            requests=(request(service="B"), request(service="A")),
        )
    )
    keys = [(SEVERITIES.index(one.severity), one.rule, one.subject) for one in found]
    assert len(keys) > 3
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("fail_on", "expected"),
    [("high", False), ("medium", True), ("low", True), ("before-consent", True), ("no-banner", False)],
)
def test_meets_compares_severities_and_rules(fail_on: str, expected: bool) -> None:
    found = [one for one in findings.find(report(items=(item(),))) if one.rule == "before-consent"]
    assert [one.severity for one in found] == ["medium"]
    assert findings.meets(found, fail_on) is expected
    assert findings.meets(found[0], fail_on) is expected


def test_an_unknown_fail_on_names_the_closest_rule() -> None:
    with pytest.raises(ConfigError, match="'befor-consent' is neither a severity nor a rule") as caught:
        findings.meets((), "befor-consent")
    assert "before-consent" in caught.value.hint
    assert caught.value.exit_code == 2


def test_the_package_imports_no_browser() -> None:
    for one in pkgutil.iter_modules(findings.__path__):
        module = importlib.import_module(f"scanner.findings.{one.name}")
        assert "playwright" not in Path(module.__file__ or "").read_text(encoding="utf-8")
