"""deploy/ci: both templates keep to their schemas, and their shell steps run as they are on a site of our own."""

from __future__ import annotations

import http.server
import json
import re
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from consent.cli import cli
from tests.deploy.test_images import DEPLOY, faults

PROGRAMS = Path(sysconfig.get_path("scripts"))
ACTION = yaml.safe_load((DEPLOY / "ci" / "github-action" / "action.yml").read_text(encoding="utf-8"))
WORKFLOW = yaml.safe_load((DEPLOY / "ci" / "workflow.example.yml").read_text(encoding="utf-8"))
JOB = yaml.safe_load((DEPLOY / "ci" / "gitlab.yml").read_text(encoding="utf-8"))["consentry"]
PAGE = (
    b'<!doctype html><title>Shop</title><script>document.cookie = "_ga=GA1.1.1.1; max-age=63072000"</script>'
)
QUICK = "--allow-private 127.0.0.1 --states before --pages 1 --no-banner-audit"
STEPS = {step["name"]: step["run"] for step in ACTION["runs"]["steps"] if "run" in step}


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("github-actions", "github-action/action.yml"),
        ("github-workflows", "workflow.example.yml"),
        ("gitlab-ci", "gitlab.yml"),
    ],
)
def test_a_template_keeps_to_its_schema(schema: str, file: str) -> None:
    document = yaml.safe_load((DEPLOY / "ci" / file).read_text(encoding="utf-8"))
    document = {
        "on" if key is True else key: value for key, value in document.items()
    }  # YAML 1.1 reads `on:` so
    assert faults(schema, document) == []


@pytest.mark.parametrize(
    ("shell", "text"), [*(("bash", text) for text in STEPS.values()), ("sh", JOB["script"][0])]
)
def test_a_shell_step_has_no_fault_that_shellcheck_knows_and_takes_inputs_from_the_environment(
    shell: str, text: str
) -> None:
    command = [PROGRAMS / "shellcheck", f"--shell={shell}", "--exclude=SC2154", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert "${{" not in text, "an expression in a script lets a title or a branch run commands"


def test_the_options_that_the_steps_use_exist_and_the_example_gives_inputs_that_exist() -> None:
    scan: Any = cli.get_command(None, "scan")  # type: ignore[arg-type]
    known = {option for one in scan.params for option in one.opts}
    for text in (STEPS["Scan"], JOB["script"][0]):
        assert set(re.findall(r"(?<=[\s(])--[a-z-]+", text)) <= known
    steps = WORKFLOW["jobs"]["scan"]["steps"]
    given = next(step for step in steps if "github-action" in step.get("uses", ""))["with"]
    assert set(given) <= set(ACTION["inputs"])
    assert any("upload-sarif" in step.get("uses", "") for step in steps)


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    """A page that sets a cookie of analytics before anybody was asked."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            if found:
                self.wfile.write(PAGE)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def ran(shell: list[str], text: str, folder: Path, variables: dict[str, str]) -> int:
    program = folder / "bin"
    program.mkdir(exist_ok=True)
    (program / "consentry").write_text(
        f'#!/bin/sh\nexec {sys.executable} -m consent.cli "$@"\n', encoding="utf-8"
    )
    (program / "consentry").chmod(0o755)
    root = Path(__file__).parents[2]
    environment = {"PATH": f"{program}:/usr/sbin:/usr/bin:/bin", "PYTHONPATH": str(root)} | variables
    done = subprocess.run(
        [*shell, text], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 1}, done.stderr
    return done.returncode


def test_the_steps_fail_on_what_is_new_and_pass_on_what_the_baseline_has(shop: str, tmp_path: Path) -> None:
    github = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    inputs = {
        "TARGET": shop,
        "SITES": "",
        "BASELINE": "baseline.json",
        "FAIL_ON": "low",
        "OUT": "out",
        "ARGUMENTS": QUICK,
    }
    assert ran(["bash", "-e", "-o", "pipefail", "-c"], STEPS["Scan"], tmp_path, inputs | github) == 1
    outputs = dict(
        line.split("=", 1) for line in (tmp_path / "GITHUB_OUTPUT").read_text(encoding="utf-8").splitlines()
    )
    sarif = json.loads((tmp_path / outputs["sarif"]).read_text(encoding="utf-8"))
    assert sarif["version"] == "2.1.0"
    assert sarif["runs"][0]["results"]
    assert "_ga" in (tmp_path / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8")
    (tmp_path / outputs["report"]).rename(tmp_path / "baseline.json")
    variables = {f"CONSENTRY_{name}": value for name, value in inputs.items()}
    assert ran(["sh", "-e", "-c"], JOB["script"][0], tmp_path, variables) == 0
