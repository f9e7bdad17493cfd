"""`consentry demo`: the whole loop on the bundled shop, from an unprotected page to a verified consent log."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from consent.model.errors import ConfigError
from scanner.demo.front import DemoWorld
from scanner.demo.loop import Loop, Step

MARKER = ".consentry-demo"
"""Lies in every folder that the demo made; a folder without it is never emptied."""

WRITTEN = (MARKER, "sites.toml", "1-unprotected", "2-protected", "consentry.db*")
"""What a demo leaves in its folder, and all that the next one clears away."""


@click.command("demo")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("demo-output"), show_default=True,
              help="Folder for both reports, the database and sites.toml.")  # fmt: skip
@click.option("--serve", is_flag=True, help="Afterwards keep the protected shop open to click through.")
def command(out: Path, *, serve: bool) -> None:
    """Show the closed loop on a bundled demo shop, in a real browser.

    Scans the unprotected shop, builds the widget from what was found, protects the shop with one script tag, scans
    again in three consent states and verifies the consent log. Ends with 0 only where every step held.
    """
    console = Console()
    sys.exit(asyncio.run(_demo(_fresh(out), serve=serve, console=console)))


def _fresh(out: Path) -> Path:
    """Clear away what an earlier demo wrote; raises `ConfigError` for a folder that holds anything else."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        found = sorted(out.iterdir())
        others = [path.name for path in found if not any(path.match(one) for one in WRITTEN)]
        if found and (others or not (out / MARKER).exists()):
            raise ConfigError(
                f"{out}: holds files that no demo wrote ({', '.join(others[:3]) or 'no demo marked it'}).",
                hint="Give an empty folder by --out.",
            )
        for path in found:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        (out / MARKER).touch()
    except OSError as error:
        raise ConfigError(
            f"{out}: cannot be used: {error.strerror}.", hint="Give another folder by --out."
        ) from error
    return out


async def _demo(out: Path, *, serve: bool, console: Console) -> int:
    def tell(step: Step) -> None:
        console.print(
            f"{'[green]✓[/green]' if step.held else '[red]✗[/red]'} {step.name} [dim]({step.seconds} s)[/dim]"
        )

    console.print("Consentry demo: a tea shop, its trackers, and the loop that tames them.\n")
    async with DemoWorld() as world:
        loop = Loop(out, world, tell=tell)
        steps = await loop.run()
        console.print(_table(steps))
        console.print(f"Before: {out / '1-unprotected' / 'report.html'}")
        console.print(f"After:  {out / '2-protected' / 'report.html'}")
        held = all(step.held for step in steps)
        if serve:
            await _keep_open(loop, world, console)
    return 0 if held else 1


def _table(steps: list[Step]) -> Table:
    table = Table("", "step", "what was seen", title="The closed loop", title_justify="left")
    for step in steps:
        table.add_row("✓" if step.held else "✗", step.name, step.detail)
    return table


async def _keep_open(loop: Loop, world: DemoWorld, console: Console) -> None:
    """Serve until Ctrl-C. A browser needs the printed flags, because the shop's hosts exist on this machine only."""
    async with loop.serving() as address:
        world.consent_upstream = address
        flags = " ".join(f"'{flag}'" for flag in world.chromium_args)
        console.print("\nThe protected shop is open. Look at it with (Ctrl-C ends it):\n", style="bold")
        console.print(
            f"  chromium --user-data-dir=$(mktemp -d) {flags} {world.url}", soft_wrap=True, highlight=False
        )
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            console.print("Closed.")
