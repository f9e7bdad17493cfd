"""deploy/Dockerfile, .dockerignore, compose.yaml: linted, and true to the project. `scripts/image_steps.py` runs the steps."""

from __future__ import annotations

import json
import re
import subprocess
import sysconfig
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.validators import validator_for

from consent.cli import cli

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PROGRAMS = Path(sysconfig.get_path("scripts"))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def stage(name: str) -> str:
    found = re.search(rf"(?ms)^FROM \S+ AS {name}$(.*?)(?=^FROM |\Z)", DOCKERFILE)
    assert found is not None, name
    return found[1]


def test_the_dockerfile_has_no_fault_that_hadolint_knows() -> None:
    done = subprocess.run(
        [PROGRAMS / "hadolint", "--failure-threshold", "info", DEPLOY / "Dockerfile"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def faults(schema: str, document: Any) -> list[str]:
    """What a document has that the schema of this name, among those that check-jsonschema brings, does not allow."""
    place = files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{schema}.json"
    rules = json.loads(place.read_text(encoding="utf-8"))
    found = validator_for(rules)(rules).iter_errors(json.loads(json.dumps(document)))
    return [f"{error.json_path}: {error.message}" for error in found]


def test_the_compose_file_keeps_to_the_compose_specification() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert faults("compose-spec", compose) == []
    compose["services"]["server"]["read_onlyy"] = True
    assert faults("compose-spec", compose) != []


@pytest.mark.parametrize("target", ["serve", "scan"])
def test_an_image_runs_without_rights_asks_for_its_health_and_starts_a_command_that_exists(
    target: str,
) -> None:
    text = stage(target)
    assert re.search(r"(?m)^USER 10001:10001$", text)
    assert re.search(r"(?m)^HEALTHCHECK ", text)
    assert 'ENTRYPOINT ["consentry"]' in text
    started = re.findall(r'CMD (\["(?:serve|work|consentry)".*\])', text)
    assert started
    for words in map(json.loads, started):
        command: Any = cli
        for word in [word for word in words if word != "consentry"]:
            if not hasattr(command, "commands") and not hasattr(command, "list_commands"):
                break
            command = command.get_command(None, word)
            assert command is not None, words
        known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
        assert {word for word in words if word.startswith("--")} <= known


def test_the_server_s_image_has_no_browser_and_no_driver() -> None:
    assert "chromium" not in stage("serve")
    assert not re.search(r"(?m)^playwright==", (DEPLOY / "requirements-serve.lock").read_text("utf-8"))
    assert re.search(r"(?m)^playwright==", (DEPLOY / "requirements-scan.lock").read_text("utf-8"))
    assert "chromium-headless-shell" in stage("scan")


def test_the_base_is_pinned_and_every_package_is_installed_by_digest() -> None:
    assert re.search(r"(?m)^FROM python:\d+\.\d+\.\d+-slim-\w+ AS base$", DOCKERFILE)
    installs = re.findall(r"pip install ([^\n\\]+)", DOCKERFILE)
    assert len(installs) == 3
    assert all("--require-hashes" in one or "--no-deps" in one for one in installs)


@pytest.mark.parametrize("purpose", ["serve", "scan"])
def test_the_images_have_the_versions_that_the_suite_was_run_with(purpose: str) -> None:
    def pins(path: Path) -> set[tuple[str, str]]:
        return set(re.findall(r"(?m)^([a-z0-9._-]+)==(\S+)", path.read_text(encoding="utf-8")))

    lock = DEPLOY / f"requirements-{purpose}.lock"
    assert len(pins(lock)) > 40
    assert pins(lock) <= pins(ROOT / "requirements-dev.lock")
    assert not re.search(r"://|^\s*--(?!hash)", lock.read_text(encoding="utf-8"), re.MULTILINE)


def test_what_is_copied_into_an_image_exists_and_is_not_ignored() -> None:
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignore, "everything is left out but what is named"
    for line in re.findall(r"(?m)^COPY (?!--from)(.+)$", DOCKERFILE):
        for name in line.split()[:-1]:
            assert (ROOT / name).exists(), name
            assert f"!{name}" in ignore


def test_the_composed_services_are_hardened_and_no_secret_stands_in_the_file() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    for name in ("server", "worker"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["build"]["target"] in {"serve", "scan"}
        assert service["environment"]["CONSENTRY_DATABASE"] == "file:/run/secrets/database_url"
    assert all("file" in secret for secret in compose["secrets"].values())
    assert all(port.startswith("127.0.0.1:") for port in compose["services"]["server"]["ports"])
    assert "ports" not in compose["services"]["database"]
