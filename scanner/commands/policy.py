"""`consentry policy`: what a privacy policy declares, what of it cannot hold, and where a scan contradicts it."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from consent import announcement_files
from consent.model.announcements import NewAnnouncement
from consent.model.errors import ConfigError
from scanner.diff import diff
from scanner.findings import meets
from scanner.inventory import inventory_of
from scanner.knowledge import Knowledge
from scanner.policy import Audit, Document, audit, fetch, generate, page, read
from scanner.report import load_report
from scanner.reports.text import short, visible

_COLOURS = {"high": "red", "medium": "yellow", "low": "blue", "info": "dim"}


class _WithAudit(click.Group):
    """A group whose first word may also be a policy: `consentry policy FILE` is `consentry policy audit FILE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put in the word that is left out."""
        if args and args[0] not in {*self.commands, "--help", "-h"}:
            args = ["audit", *args]
        return super().parse_args(ctx, args)


@click.group("policy", cls=_WithAudit)
def command() -> None:
    """Read a privacy policy, and hold it to the law and to a scan.

    `consentry policy FILE|URL` is short for `consentry policy audit FILE|URL`.
    """


@command.command("audit")
@click.argument("target", metavar="FILE|URL")
@click.option(
    "--report",
    "report_path",
    type=click.Path(path_type=Path),
    help="Set the policy against this report.json.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the audit as one JSON object.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write policy.json, .html, .md and .txt here.",
)
@click.option(
    "--allow-host", "allowed", multiple=True, metavar="HOST", help="This host may have a private address."
)
@click.option(
    "--fail-on",
    default="medium",
    show_default=True,
    help="The severity, or the rule, from which to end with 1.",
)
def audit_command(
    target: str,
    report_path: Path | None,
    *,
    as_json: bool,
    out: Path | None,
    allowed: tuple[str, ...],
    fail_on: str,
) -> None:
    """Say what a policy declares, what of it cannot hold, and where a scan contradicts it.

    FILE|URL is text, HTML or PDF. Ends with 1 where there is a finding of severity medium or high (or as --fail-on
    says), with 0 otherwise, with 2 where the input is none, and with 3 where a URL cannot be read.
    """
    meets((), fail_on) if not fail_on.startswith("policy-") else _known_rule(fail_on)
    report = load_report(report_path) if report_path else None
    document = fetch.fetch(target, allowed=allowed) if fetch.is_url(target) else read.read_file(Path(target))
    done = audit(document, report)
    if out is not None:
        _write(out, document, done)
    if as_json:
        click.echo(msgspec.json.encode(done))
    else:
        _tell(done, Console(highlight=False), out)
    sys.exit(1 if _fails(done, fail_on) else 0)


def _known_rule(rule: str) -> None:
    from scanner.policy.rules import rules  # noqa: PLC0415 - only where a rule is named

    if rule not in rules():
        raise ConfigError(
            f"--fail-on: there is no rule {rule!r}.", hint=f"The rules are {', '.join(rules())}."
        )


def _fails(done: Audit, fail_on: str) -> bool:
    if fail_on.startswith("policy-"):
        return any(finding.rule == fail_on for finding in done.findings)
    return meets(done.findings, fail_on)


def _write(out: Path, document: Document, done: Audit) -> None:
    """Write the four files; the text is what every position counts in."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "policy.json").write_bytes(msgspec.json.format(msgspec.json.encode(done), indent=2) + b"\n")
        (out / "policy.html").write_bytes(page.html(done))
        (out / "policy.md").write_bytes(page.markdown(done))
        (out / "policy.txt").write_bytes(document.text.encode("utf-8", errors="backslashreplace"))
    except OSError as error:
        raise ConfigError(
            f"{out}: cannot be written: {error.strerror}.", hint="Give a folder that you may write to."
        ) from error


def _tell(done: Audit, console: Console, out: Path | None) -> None:
    console.print(f"[bold]{_text(done.title or done.source)}[/bold]  {_text(done.source)}")
    against = (
        f", set against the scan of {done.compared['site']} ({done.compared['started'][:10]})"
        if done.compared
        else ""
    )
    console.print(f"{done.sentences:,} sentences{_text(against)}", style="dim")
    for note in done.notes:
        console.print(f"[yellow]{_text(note)}[/yellow]")
    _tell_declared(done, console)
    console.print(f"\n[bold]Findings:[/bold] {len(done.findings)}")
    for severity, findings in page.by_severity(done):
        for finding in findings:
            console.print(
                f"\n[{_COLOURS[severity]}]{severity}[/] [bold]{_text(finding.title)}[/bold] [dim]{finding.rule}[/dim]"
            )
            nearest = "nearest, line" if finding.evidence.get("absent") else "line"
            console.print(
                f"  [dim]{nearest} {finding.evidence['line']}:[/dim] “{_text(short(finding.evidence['quote'], 240))}”"
            )
            console.print(f"  [dim]{_text(finding.law)}[/dim]")
            if finding.fix:
                console.print(f"  [green]instead:[/green] {_text(finding.fix)}")
    if not done.findings:
        console.print("Nothing was found.")
    if out is not None:
        console.print(f"\nWritten to {_text(str(out))}: policy.html, policy.md, policy.json, policy.txt")


def _tell_declared(done: Audit, console: Console) -> None:
    if done.vendors:
        table = Table(
            "vendor", "written", "role", "sure", "line", box=None, pad_edge=False, header_style="dim"
        )
        for one in done.vendors:
            name = _text(one.name) + (
                f" [dim]now {_text(one.renamed)}[/dim]"
                if one.renamed and not one.name.startswith(one.renamed)
                else ""
            )
            table.add_row(
                name,
                _text(", ".join(one.written)),
                page.ROLE_NAMES[one.role],
                f"{one.confidence:.0%}",
                str(one.mentions[0].line),
            )
        console.print(table)
    if done.cookies:
        table = Table(
            "cookie", "provider", "category", "lifetime", "line", box=None, pad_edge=False, header_style="dim"
        )
        for cookie in done.cookies:
            table.add_row(
                _text(cookie.written),
                _text(cookie.provider),
                cookie.category,
                _text(cookie.lifetime),
                str(cookie.quote.line),
            )
        console.print(table)
    topics = [
        f"{name.lower()}: {_text(', '.join(dict.fromkeys(page.detail_of(one) for one in found if page.detail_of(one)))) or 'stated'}"
        for name, found in page.by_topic(done)
    ]
    for line in topics:
        console.print(f"[dim]{short(line, 200)}[/dim]")


@command.command("generate")
@click.option(
    "--report",
    "report_path",
    required=True,
    type=click.Path(path_type=Path),
    help="The report.json of a scan.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "html"]),
    default="md",
    show_default=True,
    help="Markdown or HTML.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of standard output."
)
def generate_command(report_path: Path, *, form: str, out: Path | None) -> None:
    """Write the vendor and cookie sections of a policy from what a scan found."""
    inventory = inventory_of(load_report(report_path), Knowledge.load())
    _put(generate.sections(inventory, as_html=form == "html"), out)


@command.command("notice")
@click.option(
    "--days",
    type=click.IntRange(1, 365),
    default=generate.NOTICE_DAYS,
    show_default=True,
    help="Days until the change applies.",
)
@click.option(
    "--from",
    "start",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day of the announcement; today by default.",
)
@click.option("--change", "changes", multiple=True, help="What changes, in a sentence (repeatable).")
@click.option("--old", "old_path", type=click.Path(path_type=Path), help="The report.json before the change.")
@click.option(
    "--new",
    "new_path",
    type=click.Path(path_type=Path),
    help="The report.json after it: services that came and went are told.",
)
@click.option("--policy-url", default="", help="Where the new policy stands.")
@click.option("--contact", default="", help="Where an objection is written to.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "json"]),
    default="md",
    show_default=True,
    help="Markdown, or what `consentry widget notice --file` takes with its last day.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of standard output."
)
def notice_command(
    *,
    days: int,
    start: dt.datetime | None,
    changes: tuple[str, ...],
    old_path: Path | None,
    new_path: Path | None,
    policy_url: str,
    contact: str,
    form: str,
    out: Path | None,
) -> None:
    """Write the dated notice that announces a change of the policy."""
    if (old_path is None) != (new_path is None):
        raise ConfigError("--old and --new belong together.", hint="Give both reports, or neither.")
    if not changes and old_path is None:
        raise ConfigError(
            "There is nothing to announce.", hint="Give --change TEXT, or --old and --new with two reports."
        )
    compared = diff(load_report(old_path), load_report(new_path)) if old_path and new_path else None
    today = start.date() if start else dt.datetime.now(tz=dt.UTC).date()
    made = generate.notice(
        today=today, days=days, changes=changes, compared=compared, policy_url=policy_url, contact=contact
    )
    _put(made if form == "md" else _as_announcement(made, today + dt.timedelta(days=days)), out)


def _as_announcement(made: str, until: dt.date) -> str:
    text, link = announcement_files.from_markdown(made)
    announcement = NewAnnouncement(texts={"en": text}, until=until.isoformat(), link=link)
    return msgspec.json.format(msgspec.json.encode(announcement), indent=2).decode() + "\n"


def _put(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise ConfigError(
            f"{out}: cannot be written: {error.strerror}.", hint="Give a path that you may write to."
        ) from error
    click.echo(f"Written: {out}")


def _text(value: str) -> str:
    """A text of the policy made fit for a terminal: no escape sequence, no mark-up, bounded."""
    return escape(short(visible(value).replace("\n", " "), 600))
