"""`consentry scan`: one site or many, in each consent state, to reports and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from consent.model.categories import ConsentState
from consent.model.errors import ConfigError, ConsentryError, ScanError
from consent.model.sites import Site
from scanner.aliases import known_aliases
from scanner.decisions import stored_decisions
from scanner.findings import meets
from scanner.interruptible import run
from scanner.knowledge import Knowledge
from scanner.message_scan import are_messages, scan_messages
from scanner.observations import Crawl
from scanner.plan import CrawlPlan
from scanner.report import Report, load_report
from scanner.report_options import report_options, settings_of, site_of
from scanner.report_output import (
    command_line,
    leave_nothing,
    new_findings,
    records,
    report_and_write,
    shown,
    tell,
)
from scanner.scan_inputs import headers_of, seeds_of
from scanner.scanning import plan_of, see
from scanner.worker.record import record_report

if TYPE_CHECKING:  # playwright comes with the extra [scan]; help and errors must work without it
    from scanner.partial import Partial


def _states(
    _ctx: click.Context, _param: click.Parameter, value: str | None
) -> tuple[ConsentState, ...] | None:
    if value is None:
        return None
    try:
        states = tuple(ConsentState(part.strip()) for part in value.split(",") if part.strip())
    except ValueError as error:
        raise click.BadParameter(f"{error}; expected a list of {', '.join(ConsentState)}") from error
    return tuple(sorted(set(states), key=list(ConsentState).index))


@click.command("scan")
@click.argument("targets", metavar="TARGET...", nargs=-1, required=True)
@click.option("--pages", type=click.IntRange(1, 100_000), help="At most this many pages a site.")
@click.option("--concurrency", type=click.IntRange(1, 64), help="Browser tabs at once.")
@click.option(
    "--states", callback=_states, help="Consent states, comma-separated: before,reject,accept,withdraw,gpc."
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
@click.option(
    "--allow-private",
    multiple=True,
    metavar="HOST|NETWORK",
    help="May lie in a private network, besides sites.toml's; repeatable.",
)
@click.option("--no-sitemaps", is_flag=True, help="Leave out pages that only the site's sitemaps name.")
@click.option("--no-banner-audit", is_flag=True, help="Do not look at the consent banner itself.")
@click.option(
    "--policy",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="The site's privacy policy, instead of policy_url of sites.toml: the report tells what of it does not hold.",
)
@click.option(
    "--fetch", is_flag=True, help="Of a message, load what it loads: its sender takes it for opened."
)
@click.option("--resume", is_flag=True, help="Continue a scan that broke off, from what it left in --out.")
@report_options
def command(targets: tuple[str, ...], **options: Any) -> None:
    """Scan sites in real Chromium and write what was found, or e-mail messages without a browser.

    TARGET is a URL, a site id from --sites, or a message (FILE.eml, or - for standard input). Ends with 0 where nothing
    reached --fail-on, 1 where something did, 2 for bad arguments, 3 where a scan could not be done or nothing be measured.
    """
    settings = settings_of(options["sites_file"])
    if options["policy"] is not None and len(targets) > 1 and not are_messages(targets):
        raise click.UsageError("--policy is one site's: scan the others by a command of their own.")
    if are_messages(targets):
        sys.exit(scan_messages(targets, settings, options))
    _expect_a_site(options)
    sites = [site_of(target, settings) for target in targets]
    baseline = load_report(options["baseline"]) if options["baseline"] else None
    fail_on = options["fail_on"]
    meets((), fail_on or "info")  # an unknown severity or rule is told before the scan, not after it
    console = Console(stderr=True, quiet=options["as_json"])
    failed: list[ConsentryError] = []
    found = False
    alone = len(sites) == 1
    plans = _plans(sites, options, alone=alone)
    finished = _prepare(plans, console, resume=options["resume"])
    for site, (out, plan) in zip(sites, plans.items(), strict=True):
        try:
            stored = stored_decisions(site.id, options["database"], settings)
            site = msgspec.structs.replace(site, decisions=site.decisions + stored)  # noqa: PLW2901 - the whole site from here on
            if out in finished:
                report = load_report(out / "report.json")
            else:
                report = scan_site(site, plan, out=out, console=console, options=options, alone=alone)
        except ConfigError:
            raise
        except ConsentryError as error:
            said = f"Error: {site.id}: {error.message}" + (f"\n  {error.hint}" if error.hint else "")
            console.print(Text(shown(said), "red"), soft_wrap=True)
            if options["as_json"]:
                click.echo(msgspec.json.encode({"site": site.id, "error": error.message, "hint": error.hint}))
            failed.append(error)
            continue
        found |= fail_on is not None and meets(new_findings(report, baseline), fail_on)
        tell(report, out, console, as_json=options["as_json"])
        problems = list(_shortcomings(report, site))
        for problem in problems:
            console.print(Text(f"Error: {problem.message}", "red"), soft_wrap=True)
        known = settings is not None and site.id in settings.sites
        failed.extend(
            problems or _recorded(report, site, out, console, url=options["database"] if known else None)
        )
    if failed:
        sys.exit(max(error.exit_code for error in failed))
    sys.exit(1 if found else 0)


def _shortcomings(report: Report, site: Site) -> Iterator[ScanError]:
    """Yield why a report does not stand for the site, though it was written."""
    if "partial" in report.tool:
        yield ScanError(f"{site.id}: the report is partial; --resume continues the scan.")
    if not report.summary["pages"]["measured"]:  # a green build must not stand for a site that nobody saw
        yield ScanError(f"{site.id}: no page could be measured; the report says why.")


def _recorded(
    report: Report, site: Site, out: Path, console: Console, *, url: str | None
) -> Iterator[ConsentryError]:
    """Store the scan where a database was named; yields what went wrong, which costs no report."""
    if url is None:
        return
    try:
        record_report(url, report, site, out)
    except ConsentryError as error:
        console.print(Text(f"Error: {site.id}: the scan was not stored: {error}", "red"), soft_wrap=True)
        yield error
        return
    console.print(Text(f"Stored as the scan {report.scan_id}."), soft_wrap=True)


def _expect_a_site(options: dict[str, Any]) -> None:
    """Raise a usage error for what only fits messages."""
    if options["states"] is not None and ConsentState.BEFORE not in options["states"]:
        raise click.BadParameter(
            'expected "before" among the states: the others are compared with it', param_hint="'--states'"
        )
    if options["fetch"]:
        raise click.UsageError("--fetch is for messages (.eml): a site is always loaded.")


def _prepare(plans: dict[Path, CrawlPlan], console: Console, *, resume: bool) -> set[Path]:
    """Begin or check the unfinished scan of each folder; returns those whose scan was finished before a break."""
    from scanner.unfinished import begin_all, continue_all  # noqa: PLC0415 - needs the extra [scan]

    if resume:
        finished = continue_all(plans)
        for out in finished:
            console.print(Text(f"{out}: finished before the break; its report stands."), soft_wrap=True)
        return finished
    for told in begin_all(plans):
        console.print(Text(told), soft_wrap=True)
    return set()


def scan_site(
    site: Site, plan: CrawlPlan, *, out: Path, console: Console, options: dict[str, Any], alone: bool
) -> Report:
    """Scan one site and write its reports and inventory into ``out``; raises `ScanError` where it cannot be done.

    What was seen when the scan breaks off stays in ``out``; ``alone`` is False where further sites follow.
    """
    from scanner.partial import FILE_NAME, Partial  # noqa: PLC0415 - needs the extra [scan]

    knowledge = Knowledge.load()
    known = known_aliases(tuple(options["aliases"]))
    partial = Partial.resume(out / FILE_NAME, plan)
    with TemporaryDirectory(prefix="consentry-recordings-") as folder:
        recordings = Path(folder) if records(options["formats"]) else None
        recorded = msgspec.structs.replace(plan, recordings=recordings)
        seen = _see(recorded, site, known, partial, console=console, alone=alone)
        files = tuple(sorted(Path(folder).glob("*.har")))
        report = report_and_write(seen, site, knowledge, out, options, recordings=files)
    if "partial" in seen.tool:
        partial.close()
    else:
        partial.discard()
    return report


def _see(
    plan: CrawlPlan,
    site: Site,
    known: dict[str, tuple[str, ...]],
    partial: Partial,
    *,
    console: Console,
    alone: bool,
) -> Crawl:
    """Crawl with a bar for each state; where that breaks off, keep what was seen and tell how to continue."""
    from scanner.unfinished import how_to_continue  # noqa: PLC0415 - needs the extra [scan]

    out = partial.path.parent
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        tasks: dict[str, Any] = {}

        def on_progress(event: Any) -> None:
            if event.state not in tasks:
                tasks[event.state] = progress.add_task(f"{site.id} · {event.state}", total=event.total)
            progress.update(tasks[event.state], completed=event.done, total=event.total)

        try:
            return run(see(plan, site, known=known, on_progress=on_progress, partial=partial))
        except BaseException as error:
            progress.stop()
            stopped = isinstance(error, KeyboardInterrupt)
            if partial.count or (stopped and not alone):
                told = how_to_continue(partial, command_line())
                partial.close()
                if isinstance(error, ConsentryError):
                    error.hint = f"{error.hint} {told}".strip()
                else:
                    click.echo(told, err=True)
            else:
                partial.discard()
                leave_nothing(out)
            raise


def _plans(sites: list[Site], options: dict[str, Any], *, alone: bool) -> dict[Path, CrawlPlan]:
    """Return the plan of each site by its folder; raises `ConfigError` where two would write into the same one."""
    plans: dict[Path, CrawlPlan] = {}
    for site in sites:
        out = _out_of(site, options, alone=alone)
        if out in plans:
            raise ConfigError(
                f"{plans[out].start_url} and {site.url}: both would write into {out}.",
                hint="Scan them one after the other with an --out each, or give them ids of their own in sites.toml.",
            )
        plans[out] = _plan(site, options, out)
    return plans


def _out_of(site: Site, options: dict[str, Any], *, alone: bool) -> Path:
    out = options["out"]
    if out is None:
        return Path("reports") / site.id
    return Path(out) if alone else Path(out) / site.id


def _plan(site: Site, options: dict[str, Any], out: Path) -> CrawlPlan:
    scan = site.scan
    return plan_of(
        site,
        out,
        pages=options["pages"],
        concurrency=options["concurrency"],
        states=options["states"],
        include=tuple(options["include"]),
        exclude=tuple(options["exclude"]),
        respect_robots=scan.respect_robots and not options["ignore_robots"],
        resolve=(*options["resolve"], *scan.resolve),
        ignore_certificate_errors=scan.ignore_certificate_errors or options["ignore_certificate_errors"],
        storage_state=options["storage_state"],
        sitemaps=not options["no_sitemaps"],
        seeds=seeds_of(options["seeds"], site.url) if options["seeds"] else (),
        headers=headers_of(options["headers"], options["basic_auth"], os.environ),
        delay_s=options["delay"],
        allow_private=(*scan.allow_private, *options["allow_private"]),
        audit_banner=not options["no_banner_audit"],
    )
