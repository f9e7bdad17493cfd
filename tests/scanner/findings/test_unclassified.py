from __future__ import annotations

import tomllib

from consent.model.categories import Category
from scanner.findings.unclassified import TABLES, find
from tests.scanner.factories import item, report, request


def test_one_finding_a_host_with_a_table_for_each_pattern() -> None:
    items = (
        item("x_1", pattern="x_*", category=Category.UNCLASSIFIED),
        item("x_2", pattern="x_*", category=Category.UNCLASSIFIED),
        item("y", category=Category.UNCLASSIFIED),
    )
    (finding,) = find(report(items=items))
    assert finding.severity == "low"
    assert finding.fix.count("[[sites.larkspur.decisions]]") == 2


def test_a_table_with_a_hostile_name_is_still_toml() -> None:
    name = '"]\nowner = "x\\\x7f\u202e'
    (finding,) = find(report(items=(item(name, category=Category.UNCLASSIFIED),)))
    table = "\n".join(line[4:] for line in finding.fix.splitlines() if line.startswith("    "))
    assert tomllib.loads(table)["sites"]["larkspur"]["decisions"][0]["name"] == name


def test_many_items_spell_out_a_few_tables_and_count_the_rest() -> None:
    items = tuple(item(f"k{number}", category=Category.UNCLASSIFIED) for number in range(TABLES + 3))
    (finding,) = find(report(items=items))
    assert finding.fix.count("decisions]]") == TABLES
    assert "3 more" in finding.fix


def test_an_unknown_third_party_is_a_question_too() -> None:
    (finding,) = find(report(requests=(request(category=Category.UNCLASSIFIED),)))
    assert finding.subject == "ads.example"


def test_classified_things_are_silent() -> None:
    assert list(find(report(items=(item(),), requests=(request(),)))) == []
