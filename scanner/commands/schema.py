"""`consentry schema`: what the files that Consentry writes may hold, as JSON Schema."""

from __future__ import annotations

import click

from scanner.schema import encode_schema


@click.command("schema")
@click.argument("name", metavar="NAME", type=click.Choice(["report"]))
def command(name: str) -> None:
    """Print the JSON Schema of a file: NAME is report, for report.json."""
    del name
    click.echo(encode_schema(), nl=False)
