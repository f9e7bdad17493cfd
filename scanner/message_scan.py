"""`consentry scan message.eml`: e-mail messages in place of a site, to the same reports, one for each sender."""

from __future__ import annotations

import asyncio
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
from rich.console import Console
from rich.text import Text

from consent.model.categories import ConsentState
from consent.model.errors import ConfigError
from consent.model.sites import Settings, Site
from scanner.decisions import stored_decisions
from scanner.findings import meets
from scanner.knowledge import Knowledge
from scanner.knowledge.mail import MailRules
from scanner.mail.crawl import crawl_of
from scanner.mail.parts import LARGEST
from scanner.parties import host_of, registrable_domain
from scanner.report import Report, load_report
from scanner.report_options import site_of
from scanner.report_output import make_folder, new_findings, report_and_write, shown, tell

if TYPE_CHECKING:
    from scanner.mail.read import Read

STDIN = "-"
MAX_MESSAGES = 200


def are_messages(targets: Sequence[str]) -> bool:
    """Whether the targets of a scan are messages: files ending in .eml, or ``-`` for one on standard input.

    Raises `ConfigError` where they are mixed with sites.
    """
    found = [target == STDIN or _is_file(target) for target in targets]
    if any(found) and not all(found):
        raise ConfigError(
            "Messages and sites were given together.",
            hint="Scan them in two calls: their reports are different ones.",
        )
    return all(found)


def _is_file(target: str) -> bool:
    return target.lower().endswith(".eml") and not re.match(r"^https?://", target, re.IGNORECASE)


def scan_messages(targets: Sequence[str], settings: Settings | None, options: dict[str, Any]) -> int:
    """Read the messages and write a report for each sender; returns the exit code. Raises `ConfigError`, `ScanError`."""
    from scanner.mail.read import read_messages  # noqa: PLC0415 - what reads HTML comes with the extra [scan]

    state = _state(options["states"])
    knowledge = Knowledge.load()
    read = read_messages(_files(targets), MailRules.of(knowledge), state)
    fetched = _fetched(read, options) if options["fetch"] else None
    baseline = load_report(options["baseline"]) if options["baseline"] else None
    if options["fail_on"] is not None:
        meets((), options["fail_on"])
    groups: dict[str, list[Read]] = defaultdict(list)
    for one in read:
        groups[registrable_domain(one.message.sender) or one.message.sender].append(one)
    console = Console(stderr=True, quiet=options["as_json"])
    code = 0
    for domain, messages in groups.items():
        site = _site(domain, settings)
        site = msgspec.structs.replace(
            site, decisions=site.decisions + stored_decisions(site.id, options["database"], settings)
        )
        out = options["out"] or Path("reports") / site.id
        out = out / site.id if options["out"] and len(groups) > 1 else out
        make_folder(out)
        crawl = crawl_of(messages, site=site.id, start_url=site.url, state=state, fetched=fetched)
        report = report_and_write(crawl, site, knowledge, out, options)
        tell(report, out, console, as_json=options["as_json"])
        code = max(code, _code(report, baseline, options["fail_on"], console))
    return code


def _code(report: Report, baseline: Report | None, fail_on: str | None, console: Console) -> int:
    for note in report.tool.get("notes", ()):
        console.print(Text(shown(f"Note: {note}")), soft_wrap=True)
    if not report.summary["pages"]["measured"]:
        console.print(
            Text(f"Error: {report.site}: no message could be read; the report says why.", "red"),
            soft_wrap=True,
        )
        return 3
    return 1 if fail_on is not None and meets(new_findings(report, baseline), fail_on) else 0


def _state(states: tuple[ConsentState, ...] | None) -> ConsentState:
    if states is not None and len(states) != 1:
        raise ConfigError(
            "--states: a message was sent in one state.",
            hint="Give the one in which its reader is: before (agreed to mail alone), or accept (agreed to being measured too).",
        )
    return states[0] if states else ConsentState.BEFORE


def _files(targets: Sequence[str]) -> list[tuple[str, bytes]]:
    """Return name and bytes of each message; names that are given twice are told apart by a number."""
    if len(targets) > MAX_MESSAGES:
        raise ConfigError(f"More than {MAX_MESSAGES} messages.", hint="Scan them in several calls.")
    names: dict[str, int] = defaultdict(int)
    found = []
    for target in targets:
        name = "message.eml" if target == STDIN else Path(target).name
        names[name] += 1
        if names[name] > 1:
            name = f"{Path(name).stem} ({names[name]}){Path(name).suffix}"
        found.append((name, _bytes(target)))
    return found


def _bytes(target: str) -> bytes:
    try:
        if target == STDIN:
            return sys.stdin.buffer.read(LARGEST + 1)
        with Path(target).open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        raise ConfigError(
            f"{target}: cannot be read: {error.strerror}.",
            hint="Give the file of a message (.eml) that exists.",
        ) from error


def _site(domain: str, settings: Settings | None) -> Site:
    """Return the site of a sender: the configured one with that domain, else one that is made of it."""
    for site in settings.sites.values() if settings else ():
        if domain and domain in {registrable_domain(host_of(site.url)), *map(registrable_domain, site.hosts)}:
            return site
    if not domain:
        return Site(id="message", url="https://sender.invalid/")
    return site_of(f"https://{domain}/", settings)


def _fetched(read: Sequence[Read], options: dict[str, Any]) -> dict[str, Any]:
    from scanner.guard import Guard  # noqa: PLC0415 - only where something is fetched
    from scanner.mail.fetching import fetch  # noqa: PLC0415

    click.echo("Fetching what the messages load: their senders will take them for opened.", err=True)
    guard = Guard(allow=options["allow_private"], resolve=options["resolve"])
    try:
        urls = [url for one in read for url in one.addresses]
        return asyncio.run(fetch(urls, guard, ignore_certificate_errors=options["ignore_certificate_errors"]))
    finally:
        guard.close()
