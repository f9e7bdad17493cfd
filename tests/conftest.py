"""Shared fixtures: a clean environment and factories for the model's objects."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine that runs the tests may reach them."""
    for name in list(os.environ):
        if name.startswith("CONSENTRY_"):
            monkeypatch.delenv(name)
