from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

import scanner.findings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def generated() -> ModuleType:
    spec = importlib.util.spec_from_file_location("consentry_generated", ROOT / "scripts" / "generated.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["docs/law.md", "docs/api.md", "NOTICE"])
def test_what_is_made_from_the_code_is_what_the_code_makes(generated: ModuleType, name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == generated.PAGES[name](), "run: make generated"


@pytest.mark.parametrize("rule", scanner.findings.rules().values(), ids=lambda rule: rule.ID)
def test_every_source_that_a_finding_cites_is_told_with_its_place(
    generated: ModuleType, rule: scanner.findings.Rule
) -> None:
    cited = [part.strip() for part in rule.LAW.split(";")]
    known = [name for name, _, _ in generated.SOURCES]
    for part in cited:
        if part in generated.NO_LAW or re.match(r"(No verdict|Coverage of the scan|no verdict)", part):
            continue
        assert any(name in part for name in known), f"scripts/generated.py must name the source of {part!r}"


def test_every_locked_package_is_in_the_notice_with_a_licence(generated: ModuleType) -> None:
    listed = dict(re.findall(r"(?m)^  (\S+) +(.+)$", (ROOT / "NOTICE").read_text(encoding="utf-8")))
    assert sorted(listed) == generated.locked()
    assert [name for name, said in listed.items() if said == "see the package"] == []
