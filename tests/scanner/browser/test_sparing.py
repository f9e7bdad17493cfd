"""The driver gets a sparing node and leaves no core dumps; nobody else is touched."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from scanner.browser.driver import NODE_VARIABLE, bundled_node
from scanner.browser.sparing import SPARING, VARIABLE, sparing_driver


@pytest.mark.parametrize("given", [None, "--max-semi-space-size=8"])
async def test_the_driver_alone_is_told_to_spare_memory(
    given: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    if given is not None:
        monkeypatch.setenv(VARIABLE, given)
    told = tmp_path / "told"
    node = tmp_path / "node"
    real = os.environ.get(NODE_VARIABLE) or bundled_node()
    node.write_text(f'#!/bin/sh\necho "$(ulimit -Sc) ${VARIABLE}" > {told}\nexec {real} "$@"\n')
    node.chmod(0o755)
    monkeypatch.setenv(NODE_VARIABLE, str(node))
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))  # as where the system keeps core dumps
    try:
        async with sparing_driver() as playwright:
            assert playwright.chromium.name == "chromium"
            assert os.environ.get(VARIABLE) == given
            assert resource.getrlimit(resource.RLIMIT_CORE) == (before[1], before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)
    assert told.read_text().split() == ["0", *SPARING.split(), *([given] if given else [])]
