"""The packages, as strangers get them: built twice, installed into an environment of their own, and run there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from consent.model.inventory import encode_inventory
from tests.consent.factories import inventory

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.timeout(240)


def run(*command: str, cwd: Path, code: int = 0, **variables: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=cwd, check=False, capture_output=True, text=True, env=environment | variables
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def build(tree: Path, kind: str, out: Path) -> Path:
    """Build one package of ``tree`` with the back end that pyproject.toml names."""
    program = (sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(out))
    run(*program, cwd=tree, SOURCE_DATE_EPOCH="1764028800")
    (built,) = out.iterdir()
    return built


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def tree(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, unpacked."""
    folder = tmp_path_factory.mktemp("tree")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (top,) = folder.iterdir()
    return top


@pytest.fixture(scope="module")
def wheel(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tree, "wheel", tmp_path_factory.mktemp("wheel"))


def test_two_builds_are_the_same_byte_for_byte(
    tree: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    again = tmp_path_factory.mktemp("again")
    other = again / "elsewhere" / tree.name
    shutil.copytree(tree, other)
    for path in other.rglob("*.py"):
        path.touch()
    assert build(other, "wheel", again / "wheel").read_bytes() == wheel.read_bytes()
    one, two = build(tree, "sdist", again / "one"), build(other, "sdist", again / "two")
    assert one.read_bytes() == two.read_bytes()


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(tree: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = {
        str(path.relative_to(tree))
        for package in ("consent", "scanner", "widget")
        for path in (tree / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    others = {name for name in names if ".dist-info/" not in name}
    assert others == wanted
    assert {"consent/py.typed", "scanner/py.typed", "widget/py.typed"} <= names
    assert {"widget/src/main.js", "widget/locales/en.json", "widget/consentry.d.ts"} <= names
    assert any(name.endswith(".dist-info/licenses/NOTICE") for name in names)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_sdist_holds_what_testing_and_building_need_and_nothing_of_this_machine(tree: Path) -> None:
    for name in (
        "Makefile",
        "mkdocs.yml",
        "requirements.lock",
        "docs/tutorial.md",
        "tests/conftest.py",
        "NOTICE",
    ):
        assert (tree / name).is_file(), name
    assert not list(tree.rglob("*.db"))
    assert not any(
        (tree / name).exists() for name in (".venv", "node_modules", "reports", "demo-output", ".ci")
    )


def needed(wheel: Path, extra: str = "") -> set[str]:
    """The distributions that the wheel says it needs on this machine, with ``extra`` also that extra's."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
        own = message_from_bytes(archive.read(name)).get_all("Requires-Dist") or []
    found: set[str] = set()
    asked: set[str] = set()
    waiting = [f"consentry[{extra}]" if extra else "consentry"]
    while waiting:
        one = Requirement(waiting.pop())
        if str(one) in asked:
            continue
        asked.add(str(one))
        found.add(re.sub(r"[-_.]+", "-", one.name).lower())
        for text in own if one.name == "consentry" else metadata.requires(one.name) or ():
            inner = Requirement(text)
            if inner.marker is None or any(
                inner.marker.evaluate({"extra": name}) for name in (one.extras or {""})
            ):
                inner.marker = None
                waiting.append(str(inner))
    return found - {"consentry"}


def link(names: set[str], site: Path) -> None:
    """Make installed distributions those of another environment as well, without a registry."""
    for name in names:
        for file in metadata.distribution(name).files or ():
            target = site / file
            if ".." in file.parts or "__pycache__" in file.parts or target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(Path(str(file.locate())))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and its own requirements alone; pip checks that these are enough."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", str(folder), cwd=folder.parent)
    (site,) = folder.glob("lib/python*/site-packages")
    link(needed(wheel), site)
    pip = (
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(folder / "bin" / "python"),
        "--disable-pip-version-check",
    )
    run(*pip, "install", "--no-index", "--no-compile", str(wheel), cwd=folder.parent)
    return folder


def test_the_program_runs_without_playwright(installed: Path, tmp_path: Path) -> None:
    consentry = str(installed / "bin" / "consentry")
    python = str(installed / "bin" / "python")
    run(python, "-c", "import playwright", cwd=tmp_path, code=1)
    version = run(
        python, "-c", "from importlib.metadata import version as v; print(v('consentry'))", cwd=tmp_path
    )
    assert version.strip() in run(consentry, "--version", cwd=tmp_path)
    (tmp_path / "sites.toml").write_text('[sites.shop]\nurl = "https://www.larkspur.example/"\n')
    assert "extra [scan]" in run(consentry, "doctor", cwd=tmp_path)
    (tmp_path / "inventory.json").write_bytes(encode_inventory(inventory(site="shop")))
    run(consentry, "widget", "publish", "shop", "--inventory", "inventory.json", cwd=tmp_path)
    run(consentry, "widget", "build", "shop", "--out", "w", cwd=tmp_path)
    assert (tmp_path / "w" / "shop.js").read_text(encoding="utf-8").strip()
    code = "from widget.render import languages; import scanner.findings; print(len(languages()), len(scanner.findings.rules()))"
    languages, rules = map(int, run(python, "-c", code, cwd=tmp_path).split())
    assert languages == len([*(ROOT / "widget" / "locales").glob("*.json")])
    assert rules > 40
    run(consentry, "log", "verify", cwd=tmp_path)


def test_with_the_extra_it_can_scan(wheel: Path, installed: Path, tmp_path: Path) -> None:
    (site,) = installed.glob("lib/python*/site-packages")
    link(needed(wheel, "scan"), site)
    said = run(str(installed / "bin" / "consentry"), "doctor", "--json", cwd=tmp_path)
    checks = {one["name"]: one["outcome"] for one in json.loads(said)["checks"]}
    assert checks["extra [scan]"] == checks["browser"] == checks["browser self-test"] == "ok"


def test_the_bill_of_materials_lists_what_the_lock_pins(tmp_path: Path) -> None:
    out = tmp_path / "consentry.cdx.json"
    program = str(Path(sys.executable).parent / "cyclonedx-py")
    run(program, "requirements", "requirements.lock", "--pyproject", "pyproject.toml", "--output-reproducible", "-o", str(out), cwd=ROOT)  # fmt: skip
    bill = json.loads(out.read_text(encoding="utf-8"))
    pinned = set(
        re.findall(r"(?m)^([a-z0-9][a-z0-9._-]*)==(\S+)", (ROOT / "requirements.lock").read_text("utf-8"))
    )
    assert {(one["name"], one["version"]) for one in bill["components"]} == pinned
    assert bill["metadata"]["component"]["name"] == "consentry"
