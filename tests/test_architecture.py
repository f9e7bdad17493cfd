"""The shape of the project: what no single module's test can see, and what no linter's rule covers."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import string
import subprocess
import sys
import tomllib
from collections import Counter
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click
import pytest

import scanner.collectors
import scanner.findings
import scanner.reports
from consent.store import store_modules
from scanner.report import SEVERITIES

ROOT = Path(__file__).parents[1]
PACKAGES = ("consent", "scanner", "widget")
MAX_LINES = 400
PROGRAMS = ("consent/commands", "scanner/commands", "scanner/browser/install.py")
"""What is run by hand and may therefore print."""

THEMES = ("tests/scanner/hostile/",)
"""Test folders of a theme rather than of a package: each module there is about the whole scanner."""

SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
MODULES = [path for path in SOURCES if path.name != "__init__.py"]
CODE = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


PACKAGES_WITH_CODE = [
    path
    for path in SOURCES
    if path.name == "__init__.py" and any(isinstance(node, CODE) for node in tree(path).body)
]


def test_every_module_has_a_test_twin() -> None:
    twins = {path: ROOT / "tests" / path.relative_to(ROOT).with_name(f"test_{path.name}") for path in MODULES}
    missing = [
        f"{name_of(path)} must have {name_of(twin)}" for path, twin in twins.items() if not twin.is_file()
    ]
    assert missing == []


def test_every_package_that_holds_code_has_a_test_twin() -> None:
    missing = []
    for path in PACKAGES_WITH_CODE:
        folder = ROOT / "tests" / path.relative_to(ROOT).parent
        twins = (folder / "test_init.py", folder / f"test_{folder.name}.py", folder / "test_contract.py")
        if not any(twin.is_file() for twin in twins):
            missing.append(f"{name_of(path)} must have {name_of(twins[0])}")
    assert missing == []


def test_every_test_file_holds_tests_of_something_that_exists() -> None:
    stale = []
    for package in PACKAGES:
        for test in sorted((ROOT / "tests" / package).rglob("test_*.py")):
            module = ROOT / test.relative_to(ROOT / "tests").with_name(test.name.removeprefix("test_"))
            folder = module.parent
            if name_of(test).startswith(THEMES):
                continue
            if not (module.is_file() or folder.is_dir() or module.with_suffix("").is_dir()):
                stale.append(name_of(test))
    assert stale == []


def test_no_file_is_longer_than_can_be_read_at_once() -> None:
    files = SOURCES + [
        path for kind in ("js", "css", "ts") for path in sorted((ROOT / "widget").rglob(f"*.{kind}"))
    ]
    lines = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: count for name, count in lines.items() if count > MAX_LINES} == {}, "split it by purpose"


def test_no_private_name_is_written_and_never_read() -> None:
    unread = []
    for path in SOURCES:
        words = Counter(re.findall(r"[A-Za-z_]\w*", path.read_text(encoding="utf-8")))
        for node in tree(path).body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            names += [node.name] if isinstance(node, CODE) else []
            unread += [
                f"{name_of(path)}: {name}" for name in names if re.match("_(?!_)", name) and words[name] == 1
            ]
    assert unread == []


def test_only_programs_print() -> None:
    printing = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        if not name_of(path).startswith(PROGRAMS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []


# ------------------------------------------------------------------------------------------------------- commands ---


def command_modules() -> dict[str, str]:
    """Each module in a commands folder, by the command that it must be."""
    folders = ("consent/commands", "scanner/commands")
    return {
        path.stem.replace("_", "-"): ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for folder in folders
        for path in sorted((ROOT / folder).glob("*.py"))
        if path.name != "__init__.py"
    }


def declared(group: str) -> dict[str, str]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return dict(project["entry-points"][group])


def test_every_command_module_is_a_command_of_the_program_and_the_reverse() -> None:
    expected = {name: f"{module}:command" for name, module in command_modules().items()}
    assert declared("consentry.commands") == expected


def test_the_installed_program_has_the_commands_of_the_project_file() -> None:
    installed = {point.name: point.value for point in entry_points(group="consentry.commands")}
    assert installed == declared("consentry.commands"), "run `make setup`"


@pytest.mark.parametrize("module", command_modules().values())
def test_a_command_module_exposes_one_click_command(module: str) -> None:
    assert isinstance(importlib.import_module(module).command, click.Command)


BLOCKED = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"defusedxml", "duckduckgo_autoconsent", "playwright", "protego", "trustme"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocker())
sys.argv = ["consentry", *sys.argv[1:]]
from consent.cli import main
main()
"""


@pytest.mark.parametrize("arguments", [(), *((name,) for name in command_modules())], ids=" ".join)
def test_the_program_explains_itself_without_the_extra_for_scanning(arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-c", BLOCKED, *arguments, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Usage: consentry")


# ------------------------------------------------------------------------------------------------------- plug-ins ---


def modules_in(package: Any) -> list[str]:
    folder = Path(package.__path__[0])
    return sorted(path.stem for path in folder.glob("*.py") if path.name != "__init__.py")


def test_every_module_among_the_collectors_is_a_collector_with_the_name_of_its_file() -> None:
    kinds = scanner.collectors.collector_types()
    assert [kind.id for kind in kinds] == modules_in(scanner.collectors)


@pytest.mark.parametrize("kind", scanner.collectors.collector_types(), ids=lambda kind: kind.id)
def test_a_collector_implements_a_hook_explains_itself_and_ships_its_script(
    kind: type[scanner.collectors.BaseCollector],
) -> None:
    base = scanner.collectors.BaseCollector
    assert any(
        getattr(kind, hook) is not getattr(base, hook) for hook in ("watch", "looked", "settled", "finish")
    )
    assert inspect.getmodule(kind).__doc__
    if kind.script:
        assert (Path(scanner.collectors.__path__[0]) / kind.script).is_file()


def test_every_module_among_the_findings_is_a_rule_with_the_name_of_its_file() -> None:
    assert sorted(scanner.findings.rules()) == sorted(
        name.replace("_", "-") for name in modules_in(scanner.findings)
    )


@pytest.mark.parametrize("rule", scanner.findings.rules().values(), ids=lambda rule: rule.ID)
def test_a_finding_has_a_title_a_severity_its_law_and_an_explanation(rule: scanner.findings.Rule) -> None:
    assert rule.TITLE
    assert rule.LAW
    assert rule.SEVERITY in SEVERITIES
    assert rule.__doc__
    assert callable(rule.find)


def test_there_are_report_formats_and_json_is_one_of_them() -> None:
    assert {"json", "html"} <= set(scanner.reports.formats())


@pytest.mark.parametrize("name", scanner.reports.formats())
def test_one_report_format_knows_no_other(name: str) -> None:
    path = ROOT / "scanner" / "reports" / f"{name}_report.py"
    imported = {
        node.module if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert [module for module in imported if module and module.endswith("_report")] == []


def test_every_store_opens_a_url_of_its_own_scheme() -> None:
    assert "sqlite" in store_modules()
    for name in store_modules():
        module = importlib.import_module(f"consent.store.{name}")
        assert inspect.iscoroutinefunction(module.open_url), name
        assert "exclusive" in inspect.signature(module.open_url).parameters, name


LOCALES = sorted((ROOT / "widget" / "locales").glob("*.json"))
REFERENCE = ROOT / "widget" / "locales" / "en.json"
LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")


def texts(path: Path) -> dict[str, str]:
    loaded: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("path", LOCALES, ids=name_of)
def test_a_language_has_the_texts_and_placeholders_of_the_reference_language(path: Path) -> None:
    assert LANGUAGE.match(path.stem), "a locale file is named for its BCP 47 tag"
    reference, translated = texts(REFERENCE), texts(path)
    assert set(translated) == set(reference)
    for key, text in reference.items():
        assert placeholders(translated[key]) == placeholders(text), key
        assert translated[key].strip(), key
        assert "<" not in translated[key], f"{key}: plain text, never HTML"


# ---------------------------------------------------------------------------------------------- the whole project ---

# Written in halves, so that this file does not hold what it looks for.
UNWANTED = {
    "a package registry's host": "py" + r"pi\.org|python" + r"hosted|npm" + r"js\.org|deb\." + "debian",
    "a path of somebody's machine": r"/wo" + r"rk/|/ro" + r"ot/|/ho" + r"me/\w",
    "a mark for something left undone": r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b",
}
TEXT = {
    ".py",
    ".js",
    ".ts",
    ".css",
    ".j2",
    ".md",
    ".toml",
    ".json",
    ".sql",
    ".lock",
    ".html",
    ".yml",
    ".yaml",
    ".conf",
    ".service",
    ".txt",
    "",
}
IGNORED = {".venv", ".git", "node_modules", "__pycache__", "dist", "LICENSE"}


def project_files() -> list[Path]:
    files = []
    for folder in (*PACKAGES, "tests", "docs", "scripts", "benchmarks", "deploy", ".ci"):
        files += [
            path for path in (ROOT / folder).rglob("*") if path.is_file() and not IGNORED & set(path.parts)
        ]
    files += [path for path in ROOT.iterdir() if path.is_file() and path.name not in IGNORED]
    return sorted(path for path in files if path.suffix in TEXT)


@pytest.mark.parametrize("what", UNWANTED)
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(UNWANTED[what])
    found = [
        f"{name_of(path)}:{number}: {line.strip()[:80]}"
        for path in project_files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_is_pinned_with_digests_and_no_place_to_get_it_from(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|^\s*--(?!hash)|file:|@ ", text, re.MULTILINE)
    entries = re.split(r"\n(?=[a-z0-9])", text.partition("\n#    make lock\n")[2])
    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==[^ ]+ ", entry), entry[:60]
        assert "--hash=sha256:" in entry, entry[:60]


def test_the_two_locks_agree() -> None:
    pins = [
        dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    ]
    assert set(pins[0].items()) <= set(pins[1].items())


def test_every_dependency_of_the_project_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]

    def names(requirements: list[str]) -> set[str]:
        found = (re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in requirements)
        return {match[0].lower().replace("_", "-") for match in found if match} - {"consentry"}

    for lock, wanted in {
        "requirements.lock": names([*project["dependencies"], *extras["scan"]]),
        "requirements-dev.lock": names(
            [*project["dependencies"], *(one for extra in extras.values() for one in extra)]
        ),
    }.items():
        locked = set(
            re.findall(r"^([a-z0-9._-]+)==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
        )
        assert wanted <= locked, f"{lock} lacks {sorted(wanted - locked)}: run `make lock`"


def test_the_npm_lock_names_no_host_and_pins_the_compiler_of_package_json() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]["typescript"]
    packages = {path: package for path, package in lock["packages"].items() if path}
    assert packages["node_modules/typescript"]["version"] == wanted
    assert all("resolved" not in package and package["integrity"] for package in packages.values())
