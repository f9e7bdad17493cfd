from __future__ import annotations

import inspect
import re

import pytest

from consent.model import errors
from consent.model.errors import ConfigError, ConsentryError, RecordError

TREE = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, ConsentryError)]


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_every_error_stands_in_the_drawn_tree(kind: type[ConsentryError]) -> None:
    assert re.search(rf"\b{kind.__name__}\b", errors.__doc__ or "")


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_every_error_says_when_it_is_raised(kind: type[ConsentryError]) -> None:
    assert kind.__dict__.get("__doc__")


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_every_error_ends_a_command_with_a_code_that_is_not_success(kind: type[ConsentryError]) -> None:
    assert kind("wrong").exit_code in {1, 2, 3}


def test_an_error_reads_as_message_and_hint() -> None:
    assert str(ConfigError("sites.toml: no such file.", hint="Copy the example.")) == (
        "sites.toml: no such file. Copy the example."
    )
    assert str(ConfigError("sites.toml: no such file.")) == "sites.toml: no such file."


def test_a_record_error_names_the_field() -> None:
    error = RecordError("expected text", field="categories.necessary", hint="See /openapi.json.")
    assert (error.field, error.hint) == ("categories.necessary", "See /openapi.json.")
