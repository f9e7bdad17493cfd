from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_dockerfile_is_read_as_it_is_written() -> None:
    spec = importlib.util.spec_from_file_location("image_steps", ROOT / "scripts" / "image_steps.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    stages = module.stages_of((ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8"))
    assert {name: stage.base for name, stage in stages.items()} == {
        "base": "python:3.13.5-slim-bookworm",
        "build": "base",
        "build-scan": "build",
        "scan": "base",
        "serve": "base",
    }
    runs = [text for name, text in stages["base"].steps if name == "RUN"]
    assert len(runs) == 1
    assert "/etc/consentry" in runs[0], "a step over several lines is one"
    assert stages["serve"].last("USER") == "10001:10001"
