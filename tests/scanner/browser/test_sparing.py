"""The driver gets a sparing node, and nobody else does."""

from __future__ import annotations

import os
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
    node.write_text(f'#!/bin/sh\necho "${VARIABLE}" > {told}\nexec {real} "$@"\n')
    node.chmod(0o755)
    monkeypatch.setenv(NODE_VARIABLE, str(node))
    async with sparing_driver() as playwright:
        assert playwright.chromium.name == "chromium"
        assert os.environ.get(VARIABLE) == given
    assert told.read_text().split() == [*SPARING.split(), *([given] if given else [])]
