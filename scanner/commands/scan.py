"""`consentry scan`: one site or many, in each consent state, to reports and an exit code."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from consent.model.categories import ConsentState
from consent.model.errors import ConfigError, ConsentryError, ScanError
from consent.model.inventory import encode_inventory
from consent.model.sites import ScanSettings, Settings, Site, load_sites
from scanner import reports
from scanner.aliases import dns_resolver, known_aliases, with_aliases
from scanner.classify import Classifier
from scanner.decisions import stored_decisions
from scanner.diff import finding_key
from scanner.findings import meets
from scanner.inventory import inventory_of
from scanner.knowledge import Knowledge
from scanner.knowledge.local import LocalKnowledge
from scanner.observations import Crawl
from scanner.parties import host_of
from scanner.pipeline import report_of
from scanner.report import Report, load_report
from scanner.reports.text import visible
from scanner.scan_inputs import headers_of, seeds_of, without_secrets

if TYPE_CHECKING:  # playwright comes with the extra [scan]; help and errors must work without it
    from scanner.crawl import CrawlPlan

DEFAULT_SITES = Path("sites.toml")
SHOWN = 30
"""Findings in the table on the terminal; the report has all of them."""


def _states(
    _ctx: click.Context, _param: click.Parameter, value: str | None
) -> tuple[ConsentState, ...] | None:
    if value is None:
        return None
    try:
        states = tuple(ConsentState(part.strip()) for part in value.split(",") if part.strip())
    except ValueError as error:
        raise click.BadParameter(f"{error}; expected a list of {', '.join(ConsentState)}") from error
    if ConsentState.BEFORE not in states:
        raise click.BadParameter('expected "before" among the states: the others are compared with it')
    return tuple(sorted(set(states), key=list(ConsentState).index))


def _formats(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[str, ...]:
    known = reports.formats()
    wanted = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    for one in wanted:
        if one not in known:
            raise click.BadParameter(
                f"{one!r} is no report format; expected some of {', '.join(sorted(known))}"
            )
    return wanted


@click.command("scan")
@click.argument("targets", metavar="TARGET...", nargs=-1, required=True)
@click.option(
    "--sites",
    "sites_file",
    type=click.Path(path_type=Path),
    help="sites.toml with the site ids that TARGET may name.",
)
@click.option(
    "--database",
    metavar="URL",
    help="Where the privacy officer's decisions are; else CONSENTRY_DATABASE, else the sites file says it.",
)
@click.option("--pages", type=click.IntRange(1, 100_000), help="At most this many pages a site.")
@click.option("--concurrency", type=click.IntRange(1, 64), help="Browser tabs at once.")
@click.option(
    "--states", callback=_states, help="Consent states, comma-separated: before,reject,accept,withdraw,gpc."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the reports (default reports/SITE).",
)
@click.option(
    "--format",
    "formats",
    default="json,html",
    show_default=True,
    callback=_formats,
    help="Report formats, comma-separated.",
)
@click.option(
    "--resolve",
    multiple=True,
    metavar="HOST[:PORT]=ADDR:PORT",
    help="Where a host is reached, as curl's; repeatable, HOST may be *.",
)
@click.option(
    "--alias",
    "aliases",
    multiple=True,
    metavar="HOST=NAME",
    help="Whose alias a host of the site is, where no name server tells; repeatable.",
)
@click.option("--ignore-certificate-errors", is_flag=True, help="Accept any TLS certificate (staging hosts).")
@click.option(
    "--fail-on",
    metavar="SEVERITY|RULE",
    help="Exit 1 where a finding has this severity or more, or this rule.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    help="An earlier report.json: only findings that it lacks count for --fail-on.",
)
@click.option(
    "--storage-state",
    type=click.Path(path_type=Path),
    help="Playwright storage state of a logged-in visitor.",
)
@click.option("--ignore-robots", is_flag=True, help="Visit what robots.txt disallows (your own sites).")
@click.option(
    "--include",
    multiple=True,
    metavar="GLOB",
    help="Only pages like this, instead of sites.toml's; repeatable.",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    help="No pages like this, instead of sites.toml's; repeatable.",
)
@click.option(
    "--seeds", type=click.Path(path_type=Path, dir_okay=False), help="File of further pages, one a line."
)
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="'NAME: VALUE'|@FILE",
    help="Header for requests to the site itself; repeatable.",
)
@click.option(
    "--basic-auth",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File with USER:PASSWORD of the site; else CONSENTRY_BASIC_AUTH.",
)
@click.option(
    "--delay",
    type=click.FloatRange(0, 600),
    default=0.0,
    metavar="SECONDS",
    help="Least time between two page loads.",
)
@click.option("--no-sitemaps", is_flag=True, help="Leave out pages that only the site's sitemaps name.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Least confidence for naming an item.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON line a site instead of progress and table."
)
def command(targets: tuple[str, ...], **options: Any) -> None:
    """Scan sites in real Chromium and write what was found.

    TARGET is a URL, or a site id from --sites. Ends with 0 where nothing reached --fail-on, 1 where something did,
    2 for bad arguments, 3 where a scan could not be done or no page be measured.
    """
    settings = _settings(options["sites_file"])
    sites = [_site_of(target, settings) for target in targets]
    baseline = load_report(options["baseline"]) if options["baseline"] else None
    fail_on = options["fail_on"]
    if fail_on is not None:
        meets((), fail_on)  # an unknown severity or rule is told before the scan, not after it
    console = Console(stderr=True, quiet=options["as_json"])
    failed: list[ConsentryError] = []
    found = False
    for site in sites:
        out = options["out"] or Path("reports") / site.id
        if options["out"] and len(sites) > 1:
            out = out / site.id
        try:
            stored = stored_decisions(site.id, options["database"], settings)
            site = msgspec.structs.replace(site, decisions=site.decisions + stored)  # noqa: PLW2901 - the whole site from here on
            report = scan_site(site, out=out, console=console, options=options)
        except ConfigError:
            raise
        except ConsentryError as error:
            said = f"Error: {site.id}: {error.message}" + (f"\n  {error.hint}" if error.hint else "")
            console.print(Text(_shown(said), "red"), soft_wrap=True)
            if options["as_json"]:
                click.echo(msgspec.json.encode({"site": site.id, "error": error.message, "hint": error.hint}))
            failed.append(error)
            continue
        found |= fail_on is not None and meets(_new_findings(report, baseline), fail_on)
        _tell(report, out, options, console)
        if not report.summary["pages"]["measured"]:  # a green build must not stand for a site that nobody saw
            failed.append(ScanError(f"{site.id}: no page could be measured; the report says why."))
            console.print(Text(f"Error: {failed[-1].message}", "red"), soft_wrap=True)
    if failed:
        sys.exit(max(error.exit_code for error in failed))
    sys.exit(1 if found else 0)


def scan_site(site: Site, *, out: Path, console: Console, options: dict[str, Any]) -> Report:
    """Scan one site and write its reports and inventory into ``out``; raises `ScanError` where it cannot be done."""
    from scanner.crawl import crawl  # noqa: PLC0415 - needs the extra [scan]

    knowledge = Knowledge.load()
    plan = _plan(site, options, out)
    known = known_aliases(tuple(options["aliases"]))
    _folder(out)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        tasks: dict[str, Any] = {}

        def on_progress(event: Any) -> None:
            if event.state not in tasks:
                tasks[event.state] = progress.add_task(f"{site.id} · {event.state}", total=event.total)
            progress.update(tasks[event.state], completed=event.done, total=event.total)

        async def see() -> Crawl:
            seen = await crawl(plan, on_progress=on_progress)
            # Where hosts are mapped, this machine's name servers know nothing of them.
            resolver = None if plan.resolve else dns_resolver()
            return await with_aliases(seen, resolver=resolver, known=known, own_hosts=site.hosts)

        try:
            seen = asyncio.run(see())
        except BaseException:
            _leave_nothing(out)
            raise
    local = LocalKnowledge.load()
    classifier = Classifier(
        knowledge,
        decisions=site.decisions,
        site_host=host_of(site.url),
        threshold=options["threshold"],
        local=local,
    )
    tool = {"command": _command_line()} | ({"knowledge": local.described()} if local else {})
    report = report_of(seen, site, classifier, tool=tool)
    write_reports(report, out, options["formats"])
    _write(out / "inventory.json", encode_inventory(inventory_of(report, knowledge)))
    return report


def write_reports(report: Report, out: Path, formats: tuple[str, ...]) -> list[Path]:
    """Write each format whole or not at all; returns the paths."""
    known = reports.formats()
    paths = []
    for one in formats:
        path = out / f"report.{one}"
        _write(path, known[one](report))
        paths.append(path)
    return paths


def _folder(path: Path) -> None:
    """Make the folder before the scan, so that nobody waits for a report that cannot be written."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be made: {error.strerror}.", hint="Give another folder by --out."
        ) from error


def _leave_nothing(out: Path) -> None:
    """Remove the folders of a scan that came to nothing, where they are empty."""
    for folder in (out / "screenshots", out):
        with suppress(OSError):  # not there, or it holds something
            folder.rmdir()


def _write(path: Path, data: bytes) -> None:
    try:
        part = path.with_name(path.name + ".part")
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be written: {error.strerror}.", hint="Give another folder by --out."
        ) from error


def _settings(path: Path | None) -> Settings | None:
    if path is not None:
        return load_sites(path)
    return load_sites(DEFAULT_SITES) if DEFAULT_SITES.exists() else None


def _site_of(target: str, settings: Settings | None) -> Site:
    if not re.match(r"^[a-z]+://", target):
        if settings is not None and target in settings.sites:
            return settings.sites[target]
        if "." not in target and settings is not None:
            return settings.site(target)  # raises with the ids that there are
        raise ConfigError(
            f"{target!r} is neither a URL nor a known site id.",
            hint=f"Write https://{target} for a URL, or give --sites FILE for site ids.",
        )
    if not re.match(r"^https?://[^\s/]+", target):
        raise ConfigError(
            f"{target!r} is no http or https URL.", hint="Write it as https://www.example.com/."
        )
    for site in settings.sites.values() if settings else ():
        if site.url.rstrip("/") == target.rstrip("/"):
            return site
    return Site(id=re.sub(r"[^a-z0-9-]+", "-", host_of(target)).strip("-")[:63] or "site", url=target)


def _plan(site: Site, options: dict[str, Any], out: Path) -> CrawlPlan:
    from scanner.crawl import CrawlPlan  # noqa: PLC0415 - needs the extra [scan]

    scan: ScanSettings = site.scan
    return CrawlPlan(
        site=site.id,
        start_url=site.url,
        pages=options["pages"] or scan.pages,
        concurrency=options["concurrency"] or scan.concurrency,
        states=options["states"] or scan.states,
        include=tuple(options["include"]) or scan.include,
        exclude=tuple(options["exclude"]) or scan.exclude,
        respect_robots=scan.respect_robots and not options["ignore_robots"],
        timeout_s=scan.timeout_s,
        dwell_s=scan.dwell_s,
        resolve=tuple(options["resolve"]),
        ignore_certificate_errors=options["ignore_certificate_errors"],
        storage_state=options["storage_state"],
        own_hosts=site.hosts,
        screenshots=out / "screenshots",
        sitemaps=not options["no_sitemaps"],
        seeds=seeds_of(options["seeds"], site.url) if options["seeds"] else (),
        headers=headers_of(options["headers"], options["basic_auth"], os.environ),
        delay_s=options["delay"],
    )


def _command_line() -> list[str]:
    return ["consentry", *without_secrets(sys.argv[1:])]


def _new_findings(report: Report, baseline: Report | None) -> tuple[Any, ...]:
    if baseline is None:
        return report.findings
    known = {finding_key(one) for one in baseline.findings}
    return tuple(one for one in report.findings if finding_key(one) not in known)


def _tell(report: Report, out: Path, options: dict[str, Any], console: Console) -> None:
    if options["as_json"]:
        line = {"site": report.site, "scan_id": report.scan_id, "out": str(out), "summary": report.summary}
        click.echo(msgspec.json.encode(line))
        return
    table = Table(
        "severity",
        "rule",
        "finding",
        title=Text(_shown(f"{report.site}: {report.start_url}")),
        title_justify="left",
    )
    for finding in report.findings[:SHOWN]:
        table.add_row(finding.severity, finding.rule, Text(_shown(finding.title)))
    if report.findings:
        console.print(table)
    verdict = report.summary.get("verdict_text") or report.summary.get("verdict", "")
    more = len(report.findings) - SHOWN
    if more > 0:
        console.print(f"… and {more} more findings in the report", highlight=False)
    counts = f"{_counted(len(report.items), 'item')}, {_counted(len(report.findings), 'finding')} → {out}"
    console.print(Text(f"{_shown(verdict)}\n{counts}"), soft_wrap=True)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _shown(text: str) -> str:
    """A text that the page may have written, fit for a terminal: its control characters are spelt out."""
    return "\n".join(visible(line) for line in text.split("\n"))
