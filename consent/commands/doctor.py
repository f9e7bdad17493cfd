"""`consentry doctor`: what is wrong with this installation, and the command that mends it."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.text import Text

from consent import diagnosis, settings_checks
from consent.commands import database_option, database_url
from consent.model.checks import Check, Outcome
from consent.model.sites import Settings

DEFAULT_SITES = Path("sites.toml")
_MARKS = {
    Outcome.OK: ("ok", "green"),
    Outcome.WARNING: ("warning", "yellow"),
    Outcome.FAILED: ("FAILED", "bold red"),
}


@click.command("doctor")
@click.option(
    "--sites",
    "sites_file",
    type=click.Path(path_type=Path),
    help="The sites.toml to check (default: sites.toml, where it exists).",
)
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
def command(sites_file: Path | None, database: str | None, *, as_json: bool) -> None:
    """Check Python, browser, configuration, themes, schedules, alerts, mail server, database, disk and clock.

    Each check that failed names the command that mends it. Exit 1 where one failed, 0 where there are at most warnings.
    """
    checks = examine(sites_file, database)
    failed = [check for check in checks if check.outcome is Outcome.FAILED]
    if as_json:
        answer = {"ok": not failed, "checks": checks}
        click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2))
    else:
        _print(checks)
    sys.exit(1 if failed else 0)


def examine(sites_file: Path | None, database: str | None) -> list[Check]:
    """Run every check; an explicit ``database`` outranks what the sites file says."""
    sites, settings = diagnosis.check_sites(sites_file or DEFAULT_SITES, required=sites_file is not None)
    url = database_url(database, settings)
    file = diagnosis.sqlite_file(url)
    return [
        diagnosis.check_python(),
        *diagnosis.check_extras(url),
        *diagnosis.plugin_checks(),
        sites,
        *(_asked_for(settings) if settings is not None else ()),
        diagnosis.check_database(url),
        diagnosis.check_disk(file.parent if file else Path()),
        diagnosis.check_clock([file] if file else []),
    ]


def _asked_for(settings: Settings) -> list[Check]:
    return [
        settings_checks.check_themes(settings),
        settings_checks.check_schedules(settings),
        *settings_checks.check_alerts(settings),
    ]


def _print(checks: list[Check]) -> None:
    console = Console(soft_wrap=True, highlight=False)
    width = max(len(check.name) for check in checks)
    for check in checks:
        word, style = _MARKS[check.outcome]
        detail = check.detail.replace("\n", "\n" + " " * (8 + width + 2))
        console.print(Text.assemble((f"{word:<8}", style), f"{check.name:<{width}}  {detail}"))
        if check.mend:
            console.print(Text.assemble(" " * (8 + width + 2), (check.mend, "bold")))
    failed = sum(check.outcome is Outcome.FAILED for check in checks)
    warned = sum(check.outcome is Outcome.WARNING for check in checks)
    console.print(f"{len(checks)} checks, {failed} failed, {warned} with a warning")
