from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import click
import pytest

from consent import __version__, cli
from consent.model.errors import ConfigError, ConsentryError, IntegrityError, NotFoundError


class Point:
    """An entry point with this command, or with what importing it raises."""

    def __init__(self, name: str, loaded: Any) -> None:
        self.name = name
        self._loaded = loaded

    def load(self) -> Any:
        if isinstance(self._loaded, Exception):
            raise self._loaded
        return self._loaded


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the program with these commands; returns exit code, output and errors."""

    def call(*arguments: str, **commands: Any) -> tuple[int, str, str]:
        points = [Point(name, loaded) for name, loaded in commands.items()]
        monkeypatch.setattr(cli, "entry_points", lambda group: points if group == cli.COMMANDS else [])
        monkeypatch.setattr(sys, "argv", ["consentry", *arguments])
        try:
            cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        else:
            code = 0
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def raising(error: Exception) -> click.Command:
    def callback() -> None:
        raise error

    return click.Command("go", callback=callback)


def test_a_command_is_found_by_entry_point(run: Run) -> None:
    go = click.Command("go", callback=lambda: click.echo("gone"))
    assert run("go", go=go) == (0, "gone\n", "")


def test_help_lists_every_command(run: Run) -> None:
    code, output, _ = run("--help", scan=click.Command("scan", help="Look."), serve=click.Command("serve"))
    assert code == 0
    assert "scan" in output
    assert "serve" in output


def test_the_version_is_the_packages(run: Run) -> None:
    assert run("--version")[1].strip() == f"consentry, version {__version__}"


def test_an_unknown_command_is_told_and_ends_with_2(run: Run) -> None:
    code, _, errors = run("scann", scan=click.Command("scan"))
    assert code == 2
    assert "scann" in errors


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConsentryError("It is full."), 3),
        (ConfigError("No such key."), 2),
        (NotFoundError("No such site."), 2),
        (IntegrityError("Altered."), 1),
    ],
)
def test_an_error_is_one_message_and_its_own_exit_code(run: Run, error: ConsentryError, code: int) -> None:
    assert run("go", go=raising(error)) == (code, "", f"Error: {error.message}\n")


def test_a_hint_stands_under_the_message(run: Run) -> None:
    error = ConfigError("No such key.", hint="Did you mean 'url'?")
    assert run("go", go=raising(error))[2] == "Error: No such key.\n  Did you mean 'url'?\n"


def test_a_wrong_option_is_told_without_a_traceback(run: Run) -> None:
    code, _, errors = run("go", "--fast", go=click.Command("go"))
    assert code == 2
    assert "No such option" in errors
    assert "Traceback" not in errors


def test_a_command_whose_extra_is_missing_names_the_extra(run: Run) -> None:
    missing = ModuleNotFoundError("No module named 'playwright'", name="playwright.async_api")
    code, _, errors = run("go", go=missing)
    assert code == 2
    assert "pip install 'consentry[scan]'" in errors


def test_a_module_that_is_missing_by_mistake_is_not_hidden(run: Run) -> None:
    with pytest.raises(ModuleNotFoundError, match="nonsense"):
        run("go", go=ModuleNotFoundError("No module named 'nonsense'", name="nonsense"))


def test_an_entry_point_that_is_no_command_is_told(run: Run) -> None:
    code, _, errors = run("go", go="text")
    assert code == 2
    assert "'go' of consentry.commands is no click command" in errors


def test_stopping_by_hand_ends_with_130(run: Run) -> None:
    assert run("go", go=raising(click.Abort())) == (130, "", "Stopped.\n")
    assert run("go", go=raising(KeyboardInterrupt()))[0] == 130


@pytest.mark.parametrize("code", [0, 1, 3])
def test_a_command_ends_with_the_code_that_it_chose(run: Run, code: int) -> None:
    @click.command()
    @click.pass_context
    def go(ctx: click.Context) -> None:
        ctx.exit(code)

    assert run("go", go=go)[0] == code


def test_the_program_runs_as_a_module_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "consent.cli", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("consentry, version ")
