from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).parents[2]
MINE = {"images": "ghcr.larkspur.example/tea", "repository": "tea/consentry", "version": "9.8.7"}


@pytest.fixture(scope="module")
def program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("consentry_names", ROOT / "scripts" / "names.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def files(program: ModuleType) -> list[str]:
    return sorted({place.file for place in program.PLACES})


def text_of(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def test_every_file_of_the_deployment_has_the_names_and_the_version_of_the_settings(
    program: ModuleType,
) -> None:
    for file in files(program):
        assert program.written(file, text_of(file), program.names()) == text_of(file), "run: make names"


def test_one_s_own_names_replace_the_placeholders_everywhere_and_the_files_stay_yaml(
    program: ModuleType,
) -> None:
    kept = program.names()
    for file in files(program):
        text = program.written(file, text_of(file), MINE)
        assert kept["images"] not in text
        assert kept["repository"] not in text
        assert list(yaml.safe_load_all(text))
    server = program.written("deploy/kubernetes/server.yaml", text_of("deploy/kubernetes/server.yaml"), MINE)
    assert "image: ghcr.larkspur.example/tea/consentry:9.8.7\n" in server
    workflow = program.written(
        "deploy/ci/workflow.example.yml", text_of("deploy/ci/workflow.example.yml"), MINE
    )
    assert "uses: tea/consentry/deploy/ci/github-action@v9.8.7\n" in workflow
    assert "uses: actions/checkout@" in workflow


def test_no_other_file_of_the_deployment_has_a_placeholder(program: ModuleType) -> None:
    known = files(program)
    for path in (ROOT / "deploy").rglob("*"):
        name = str(path.relative_to(ROOT))
        if path.is_file() and name not in {*known, "deploy/names.toml"}:
            assert "your-organisation" not in path.read_text(encoding="utf-8"), name


def test_a_place_that_is_gone_or_a_name_that_cannot_stand_in_yaml_ends_the_program(
    program: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit, match=r"server\.yaml: `image: ` stands there 0 times"):
        program.written("deploy/kubernetes/server.yaml", "kind: Deployment\n", MINE)
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "names.toml").write_text('images = "a: b"\nrepository = "tea/consentry"\n')
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.0"\n')
    monkeypatch.setattr(program, "ROOT", tmp_path)
    with pytest.raises(SystemExit, match=r"deploy/names\.toml: images must be a name"):
        program.names()
