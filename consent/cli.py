"""The program `consentry`: a group whose commands are found by entry point and imported only when called.

The group parses and prints; the work is elsewhere. Every `ConsentryError` becomes one message, a hint and its exit code.
"""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points

import click

from consent import __version__
from consent.model.errors import ConfigError, ConsentryError

COMMANDS = "consentry.commands"


class _Commands(click.Group):
    """Commands by entry point, so that one whose extra is missing does not stop the others."""

    def _found(self) -> dict[str, EntryPoint]:
        return {point.name: point for point in entry_points(group=COMMANDS)}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._found()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        point = self._found().get(cmd_name)
        if point is None:
            return super().get_command(ctx, cmd_name)
        command = point.load()
        if not isinstance(command, click.Command):
            raise ConfigError(f"The entry point {point.name!r} of {COMMANDS} is no click command.")
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="consentry")
def cli() -> None:
    """Self-hosted cookie consent: scan sites, serve the banner, prove each consent."""


def main() -> None:
    """Run the program; ends the process with the command's exit code."""
    try:
        code = cli.main(standalone_mode=False)
        if isinstance(code, int):  # what a command gave to ctx.exit()
            sys.exit(code)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {
            "defusedxml",
            "duckduckgo_autoconsent",
            "playwright",
            "protego",
            "pypdf",
            "selectolax",
            "trustme",
        }:
            raise
        click.echo(f"Error: this command needs {error.name}, which the extra [scan] brings.", err=True)
        click.echo("  pip install 'consentry[scan]'", err=True)
        sys.exit(2)
    except ConsentryError as error:
        click.echo(f"Error: {error.message}", err=True)
        if error.hint:
            click.echo(f"  {error.hint}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
