"""The closed loop on the demo shop: scan, publish, protect, scan again, prove the log.

Each step runs the real program as a user would (`consentry scan`, `widget publish`, `serve`, `log verify`) in a process
of its own, and is then checked against what it wrote. The loop's result is the list of checked steps.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import msgspec

from consent.decisions import to_toml
from consent.model.categories import Category, ConsentState
from consent.model.errors import ConsentryError
from scanner.demo.front import DemoWorld
from scanner.demo.officer import DECISIONS
from scanner.demo.truth import CNAMES
from scanner.report import Item, Report, load_report

SITE = "larkspur"
PUBLIC_URL = "https://consent.larkspur.example"
WIDGET_TAG = (
    # Forbids nothing; without a policy Chromium looks ahead and requests trackers while it waits for the widget
    # (docs/widget.md, "Put it into a page").
    '<meta http-equiv="Content-Security-Policy" content="base-uri *">'
    f'<script src="{PUBLIC_URL}/w/{SITE}.js"></script>'
)
PAGES = 25
"""More than the shop has: the demo visits all of it."""

SITES_TOML = """\
# Written by `consentry demo`. sites.example.toml explains every key.
[server]
database = "sqlite:///{database}"
public_url = "{public_url}"

[sites.larkspur]
url = "{url}"
name = "Larkspur & Co"
policy_url = "{url}privacy"
imprint_url = "{url}imprint"
languages = ["en", "de", "fr"]
controller = {{ name = "Larkspur & Co", contact = "privacy@larkspur.example" }}
"""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the loop: what was to hold, whether it did, and the figures that show it."""

    name: str
    held: bool
    detail: str
    seconds: float = 0.0


class StepFailed(ConsentryError):  # noqa: N818 - the state is the name
    """A program of the loop failed; the message holds what it said."""

    exit_code = 1


class Loop:
    """Runs the steps in ``out``; ``tell`` is called after each of them."""

    def __init__(self, out: Path, world: DemoWorld, *, tell: Callable[[Step], None]) -> None:
        self.out = out
        self.world = world
        self.steps: list[Step] = []
        self._tell = tell
        self._started = 0.0
        self.sites = out / "sites.toml"
        self.before = out / "1-unprotected"
        self.after = out / "2-protected"

    async def run(self) -> list[Step]:
        """Run every step; stops at the first program that fails, goes on where a check does not hold."""
        self._started = asyncio.get_running_loop().time()
        database = (self.out / "consentry.db").resolve()
        self.sites.write_text(
            SITES_TOML.format(database=database, public_url=PUBLIC_URL, url=self.world.url), encoding="utf-8"
        )
        try:
            bare = await self._scan_unprotected()
            self._decide(bare)
            await self._publish()
            async with self._served():
                protected = await self._scan_protected()
                self._check_protected(bare, protected)
                await self._check_log()
            await self._verify()
        except StepFailed as error:
            self._step("the loop ran to its end", held=False, detail=str(error))
        return self.steps

    @asynccontextmanager
    async def _served(self) -> AsyncIterator[None]:
        """Run `consentry serve` on a free port behind the demo's TLS front, and put the one tag into the shop."""
        async with self.serving() as address:
            self.world.consent_upstream = address
            self.world.protect(WIDGET_TAG)
            yield

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Run `consentry serve`; yields its address on the loopback."""
        process = await asyncio.create_subprocess_exec(
            *_consentry("serve", "--sites", str(self.sites), "--listen", "127.0.0.1:0"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=_environment(),
        )
        said: list[str] = []
        reader: asyncio.Task[None] | None = None
        try:
            yield await asyncio.wait_for(_address(process, said), timeout=20)
        except (TimeoutError, EOFError) as error:
            raise StepFailed(f"consentry serve did not start: {' '.join(said)[-500:]}") from error
        finally:
            if process.returncode is None:
                process.terminate()
            reader = asyncio.create_task(_drain(process))
            await asyncio.wait_for(process.wait(), timeout=20)
            await reader

    async def _scan_unprotected(self) -> Report:
        report = await self._scan(self.before, "before")
        loud = [one for one in report.findings if one.rule == "before-consent"]
        trackers = {one.host for one in report.requests if one.tracker}
        self._step(
            "scan the unprotected shop",
            held=bool(loud) and bool(trackers),
            detail=f"{_pages(report)}, {len(report.items)} items, {len(trackers)} tracking hosts, "
            f"{len(loud)} findings of tracking before consent",
        )
        return report

    def _decide(self, report: Report) -> None:
        """Write into sites.toml what the items are that no rule knows: without a purpose nothing is published."""
        with self.sites.open("a", encoding="utf-8") as file:
            file.write("\n" + to_toml(SITE, DECISIONS))
        decided = {(one.kind, one.name) for one in DECISIONS}
        unknown = {
            (one.kind, one.pattern or one.name)
            for one in report.items
            if one.category is Category.UNCLASSIFIED
        }
        self._step(
            "decide about what no rule knows",
            held=unknown <= decided,
            detail=f"{len(unknown)} items get a category and a purpose"
            if unknown <= decided
            else f"nobody has decided about {_listed(sorted(name for _, name in unknown - decided))}",
        )

    async def _publish(self) -> None:
        said = await _run(
            "widget",
            "publish",
            SITE,
            "--report",
            str(self.before / "report.json"),
            "--sites",
            str(self.sites),
            "--json",
        )
        version = str(json.loads(said)["data"]["notice_version"])
        self._step(
            "build the widget from that inventory", held=len(version) == 64, detail=f"notice {version[:16]}…"
        )

    async def _scan_protected(self) -> Report:
        report = await self._scan(self.after, "before,reject,accept")
        applied = {one.state: one for one in report.passes}
        states = (ConsentState.REJECT, ConsentState.ACCEPT)
        self._step(
            "scan the shop with the one script tag, in three states",
            held=all(state in applied and applied[state].applied for state in states),
            detail=f"{_pages(report)}; "
            + "; ".join(
                f"{one.state}: {one.method if one.applied else one.reason or 'not applied'}"
                for one in report.passes[1:]
            ),
        )
        return report

    def _check_protected(self, bare: Report, protected: Report) -> None:
        before = _needs_consent(protected, ConsentState.BEFORE)
        self._step("nothing non-essential happens before consent", held=not before, detail=_listed(before))
        rejected = _needs_consent(protected, ConsentState.REJECT)
        self._step("nothing new happens after a refusal", held=not rejected, detail=_listed(rejected))
        wanted = _tracking_hosts(bare, ConsentState.BEFORE) | _patterns(bare, ConsentState.BEFORE)
        got = _tracking_hosts(protected, ConsentState.ACCEPT) | _patterns(protected, ConsentState.ACCEPT)
        missing = sorted(wanted - got)
        self._step(
            "all of it works after consent",
            held=bool(wanted) and not missing,
            detail=f"{len(wanted & got)} of {len(wanted)} hosts and items"
            + (f"; missing: {', '.join(missing[:8])}" if missing else ""),
        )

    async def _check_log(self) -> None:
        said = await _run("log", "export", "--sites", str(self.sites), "--format", "json")
        records = [one for one in json.loads(said)["data"] if one["event"] != "notice_shown"]
        events = sorted({one["event"] for one in records})
        receipts = 0
        async with aiohttp.ClientSession() as session:
            for one in records:
                url = f"{self.world.consent_upstream}/v1/consent/{one['consent_id']}"
                async with session.get(url) as answer:
                    receipts += answer.status == 200
        self._step(
            "each consent is in the log, with its receipt",
            held=events == ["given", "refused"] and receipts == len(records),
            detail=f"{len(records)} decisions ({', '.join(events)}), {receipts} receipts",
        )

    async def _verify(self) -> None:
        said = await _run("log", "verify", "--sites", str(self.sites), "--json")
        found = json.loads(said)["data"]
        self._step(
            "the log verifies",
            held=found["intact"],
            detail=f"{found['records']} records (decisions, and notices shown) in {found['batches']} sealed batches",
        )

    async def _scan(self, out: Path, states: str) -> Report:
        resolve = [part for one in self.world.resolve for part in ("--resolve", one)]
        resolve += [part for host, name in CNAMES.items() for part in ("--alias", f"{host}={name}")]
        await _run(
            "scan", SITE, "--sites", str(self.sites), "--states", states, "--pages", str(PAGES), "--out", str(out),
            "--format", "json,html", "--ignore-certificate-errors", "--json", *resolve,
        )  # fmt: skip
        return load_report(out / "report.json")

    def _step(self, name: str, *, held: bool, detail: str) -> None:
        now = asyncio.get_running_loop().time()
        step = Step(name=name, held=held, detail=detail, seconds=round(now - self._started, 1))
        self._started = now
        self.steps.append(step)
        self._tell(step)


def _consentry(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "consent.cli", *arguments]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "CONSENTRY_DATABASE"}


async def _run(*arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *_consentry(*arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(),
    )
    out, problem = await process.communicate()
    if process.returncode:
        said = (problem or out).decode(errors="replace").strip()
        raise StepFailed(
            f"consentry {' '.join(arguments[:2])} ended with {process.returncode}: {said[-800:]}"
        )
    return out.decode()


async def _address(process: asyncio.subprocess.Process, said: list[str]) -> str:
    """Read the server's output up to the line that names its address."""
    assert process.stdout is not None  # noqa: S101 - it was asked for
    async for line in process.stdout:
        said.append(line.decode(errors="replace").strip())
        if found := re.search(r"http://127\.0\.0\.1:\d+", said[-1]):
            return found[0]
    raise EOFError


async def _drain(process: asyncio.subprocess.Process) -> None:
    """Read what is left, so that a full pipe never stops the server from ending."""
    assert process.stdout is not None  # noqa: S101 - it was asked for
    while await process.stdout.read(65_536):
        pass


def _pages(report: Report) -> str:
    """The same two numbers as in the report."""
    return "{measured} of {planned} pages".format(**report.summary["pages"])


def _needs_consent(report: Report, state: ConsentState) -> list[str]:
    """What needs consent and was stored or requested in this state, in words."""
    items = [
        f"{one.kind} {one.name}" for one in report.items if one.category.needs_consent and state in one.states
    ]
    requests = [f"request to {one.host}" for one in report.requests if one.tracker and one.state is state]
    return sorted({*items, *requests})


def _tracking_hosts(report: Report, state: ConsentState) -> set[str]:
    return {one.host for one in report.requests if one.tracker and one.state is state}


def _patterns(report: Report, state: ConsentState) -> set[str]:
    def key(item: Item) -> str:
        return f"{item.kind} {item.pattern} ({item.host})"

    return {key(one) for one in report.items if one.category.needs_consent and state in one.states}


def _listed(what: list[str]) -> str:
    return f"{len(what)}: {', '.join(what[:8])}" if what else "none"
