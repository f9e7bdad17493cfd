"""The documentation, tested: what exists is described, and what is described exists."""

from __future__ import annotations

import asyncio
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast, get_args, get_type_hints
from urllib.parse import unquote

import click
import msgspec
import pytest

import scanner.collectors
import scanner.findings
import scanner.reports
from consent.cli import cli
from consent.model import sites
from consent.model.alerts import AlertSettings, SmtpSettings
from consent.model.categories import ConsentState
from consent.model.records import ConsentEvent, ConsentRecord
from consent.model.schedule import ScheduleSettings
from consent.web.dashboard import page_routes
from consent.web.routes import ROUTES
from scanner import policy_result, report
from scanner.browser.worlds import FrameAnswer
from scanner.collectors import Scene
from scanner.knowledge.model import ItemTable, MailTable, RequestTable, ServiceTable, VendorFile

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = (
    "architecture",
    "collectors",
    "commands",
    "configuration",
    "crawl",
    "declaration",
    "findings",
    "glossary",
    "report",
    "routes",
    "rules",
    "widget",
)
HEADING = re.compile(r"^(#+) +(.+?) *$", re.MULTILINE)


@cache
def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def sections(text: str) -> dict[str, str]:
    """What stands under each heading, up to the next heading of any depth; backticks are no part of a heading."""
    found = list(HEADING.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return {
        match[2].replace("`", ""): text[match.end() : end] for match, end in zip(found, ends, strict=True)
    }


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_there_and_begins_with_its_title(name: str) -> None:
    assert page(name).startswith("# ")


# ------------------------------------------------------------------------------------------------------- commands ---


def commands(command: click.Command, path: str = "consentry") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words that call it."""
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner is not None
                yield from commands(inner, f"{path} {name}")
    else:
        yield path, command


COMMANDS = dict(commands(cli))


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_is_described_with_its_arguments_and_options(path: str) -> None:
    described = sections(page("commands"))
    assert path in described, f"docs/commands.md needs a heading: ## {path}"
    for parameter in COMMANDS[path].params:
        words = (
            parameter.opts
            if isinstance(parameter, click.Option)
            else [parameter.make_metavar(click.Context(COMMANDS[path]))]
        )
        for word in words:
            name = word.strip("[].")
            assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", described[path]), (
                f"{path} needs {name}"
            )


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_and_option_has_a_help_text(path: str) -> None:
    command = COMMANDS[path]
    assert command.help, path
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path} {parameter.opts[0]}"


def test_no_command_or_option_is_described_that_does_not_exist() -> None:
    for heading, text in sections(page("commands")).items():
        if heading.startswith("consentry "):
            assert heading in COMMANDS or any(path.startswith(f"{heading} ") for path in COMMANDS), heading
        if heading in COMMANDS:
            exist = {
                word for one in COMMANDS[heading].params for word in (*one.opts, *one.secondary_opts)
            } | {"--help"}
            described = set(re.findall(r"(?m)^\| `(--[a-z-]+)", text))
            assert described <= exist, heading


# -------------------------------------------------------------------------------------------------- configuration ---


def tables() -> dict[str, type[msgspec.Struct]]:
    """Each table of sites.toml: its heading in docs/configuration.md, and the struct that it becomes."""
    return {
        "[server]": sites.Server,
        "[sites.ID]": sites.Site,
        "[sites.ID.controller]": sites.Controller,
        "[sites.ID.scan]": sites.ScanSettings,
        "[server.smtp]": SmtpSettings,
        "[sites.ID.alerts]": AlertSettings,
        "[sites.ID.schedule]": ScheduleSettings,
        "[sites.ID.banner]": sites.BannerSettings,
        "[sites.ID.banner.theme]": sites.ThemeSettings,
        "[sites.ID.declaration]": sites.DeclarationSettings,
        "[sites.ID.log]": sites.LogSettings,
        "[[sites.ID.decisions]]": sites.Decision,
    }


def test_every_table_of_the_configuration_is_among_those_tested() -> None:
    inner = {
        option
        for kind in (sites.Server, sites.Site, sites.Settings, sites.BannerSettings)
        for hint in get_type_hints(kind).values()
        for option in (hint, *get_args(hint))
        if isinstance(option, type) and issubclass(option, msgspec.Struct)
    }
    assert inner == set(tables().values())


@pytest.mark.parametrize("heading", tables())
def test_every_key_of_the_configuration_is_described(heading: str) -> None:
    text = sections(page("configuration"))[heading]
    described = set(re.findall(r"(?m)^\| `(\w+)` \|", text))
    assert described == {field.name for field in msgspec.structs.fields(tables()[heading])} - {"id"}


@pytest.mark.parametrize("heading", tables())
def test_the_defaults_that_are_described_are_those_that_hold(heading: str) -> None:
    text = sections(page("configuration"))[heading]
    for field in msgspec.structs.fields(tables()[heading]):
        if field.name == "id":
            continue
        row = re.search(rf"(?m)^\| `{field.name}` \| (.*?) \|", text)
        assert row is not None, field.name
        assert row[1] == default_of(field), field.name


def default_of(field: msgspec.structs.FieldInfo) -> str:
    """A default as docs/configuration.md writes it."""
    if field.required:
        return "required"
    value: Any = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    if value in (None, "", (), {}) or isinstance(value, msgspec.Struct):
        return "none"
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{entry}"' for entry in value) + "]`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


# ----------------------------------------------------------------------------------------------- the other pages ---


@pytest.mark.parametrize("route", [*ROUTES, *page_routes()], ids=lambda route: f"{route.method} {route.path}")
def test_every_route_is_described(route: Any) -> None:
    plain = re.sub(r"\{(\w+):(?:[^{}]|\{[^{}]*\})*\}", r"{\1}", route.path)
    for line in page("routes").splitlines():
        if route.method in line and plain in re.sub(
            r"\{format\}|\{html,json\}|\{json,html\}", "{format}", line
        ):
            return
    pytest.fail(f"docs/routes.md must name {route.method} {plain} on one line")


@pytest.mark.parametrize("rule", scanner.findings.rules())
def test_every_finding_rule_is_described(rule: str) -> None:
    assert rule in sections(page("findings")), f"docs/findings.md needs a heading: ### {rule}"


def test_no_finding_rule_is_described_that_does_not_exist() -> None:
    described = {
        heading for heading in sections(page("findings")) if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", heading)
    }
    assert described <= set(scanner.findings.rules())


@pytest.mark.parametrize("kind", scanner.collectors.collector_types(), ids=lambda kind: kind.id)
def test_every_collector_is_described(kind: type[scanner.collectors.BaseCollector]) -> None:
    assert kind.id in sections(page("collectors")), f"docs/collectors.md needs a heading: ## {kind.id}"


@pytest.mark.parametrize("made", scanner.reports.formats().values(), ids=lambda made: made.id)
def test_every_report_format_is_described_with_its_file(made: scanner.reports.Format) -> None:
    row = f"| `{made.id}` | {made.file} | "
    assert row in page("report"), f"the table of docs/report.md needs a row: {row}…"


def test_the_collector_that_the_documentation_shows_is_one() -> None:
    [code] = re.findall(r"```python\n(.*?)```", page("collectors"), re.DOTALL)
    shown: dict[str, Any] = {"__name__": "scanner.collectors.languages"}
    exec(compile(code, "docs/collectors.md", "exec"), shown)
    scene = Scene(state=ConsentState.BEFORE, context=cast("Any", None), pages=["https://www.shop.example/"])
    collector = shown["LanguagesCollector"](scene)
    answers = [
        FrameAnswer(url=url, origin=url, main=main, value=value)
        for url, main, value in (
            ("https://www.shop.example/", True, "en"),
            ("https://ads.example/", False, "fr"),
        )
    ]
    collector.looked(cast("Any", SimpleNamespace(number=0)), answers)
    [seen] = asyncio.run(collector.finish())
    assert (seen.name, seen.page) == ("en", "https://www.shop.example/")
    msgspec.json.decode(msgspec.json.encode(seen), type=collector.entry)


@pytest.mark.parametrize(
    "kind",
    [
        *(report.Report, report.Page, report.Item, report.Request, report.Finding, report.Pass),
        *(policy_result.PolicyResult, policy_result.PolicyVendor, policy_result.PolicyCookie),
        *(policy_result.PolicyFinding, policy_result.PolicyAnswer, policy_result.PolicyQuote),
    ],
    ids=lambda kind: kind.__name__,
)
def test_every_field_of_the_report_is_described(kind: type[msgspec.Struct]) -> None:
    for field in msgspec.structs.fields(kind):
        assert re.search(rf"`{field.name}`", page("report")), (
            f"docs/report.md must describe {kind.__name__}.{field.name}"
        )


@pytest.mark.parametrize("kind", [ConsentEvent, ConsentRecord], ids=lambda kind: kind.__name__)
def test_every_field_of_the_consent_record_is_described(kind: type[msgspec.Struct]) -> None:
    text = page("routes") + page("consent-log")
    for field in msgspec.structs.fields(kind):
        assert re.search(rf"[`\"]{field.name}[`\"]", text), f"{kind.__name__}.{field.name}"


def test_every_text_of_the_banner_is_described() -> None:
    reference = msgspec.json.decode(
        (ROOT / "widget" / "locales" / "en.json").read_bytes(), type=dict[str, str]
    )
    missing = [
        key
        for key in reference
        if not re.search(rf"`{re.escape(key)}`", sections(page("configuration"))["Texts"])
    ]
    assert missing == []


@pytest.mark.parametrize(
    "kind", [VendorFile, ServiceTable, ItemTable, RequestTable, MailTable], ids=lambda kind: kind.__name__
)
def test_every_key_of_a_rule_file_is_described(kind: type[msgspec.Struct]) -> None:
    for field in msgspec.structs.fields(kind):
        if not field.name.startswith("_"):
            assert re.search(
                rf"`{field.encode_name}`|\[{field.encode_name}\]\]|service\.{field.encode_name}",
                page("rules"),
            ), f"docs/rules.md must describe {kind.__name__}.{field.name}"


def test_every_call_of_the_page_api_is_described() -> None:
    types = (ROOT / "widget" / "consentry.d.ts").read_text(encoding="utf-8")
    calls = set(re.findall(r"(?m)^  (\w+)\(", types.partition("export interface Consentry {")[2]))
    assert calls >= {"has", "on", "accept", "withdraw"}
    described = sections(page("widget"))["For scripts"]
    assert {call for call in calls if not re.search(rf"[.`]{call}\(", described)} == set()
    assert set(re.findall(r"consentry\.(\w+)\(", described)) <= calls, "none that does not exist"


# --------------------------------------------------------------------------------------------- links and versions ---

MARKDOWN = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?: \"[^\"]*\")?\)")


def anchors(text: str) -> set[str]:
    """Anchors as repository viewers make them of headings."""
    plain = (re.sub(r"[`*\[\]]|\([^)]*\)", "", match[2]).lower() for match in HEADING.finditer(text))
    return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for link in LINK.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if re.match(r"https?://|mailto:", link):
            continue
        place, _, anchor = unquote(link).partition("#")
        target = (path.parent / place).resolve() if place else path
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize(
    "path", [path for path in MARKDOWN if path.parent == DOCS], ids=lambda path: path.name
)
def test_every_page_can_be_reached_from_the_readme(path: Path) -> None:
    linked, waiting = set(), [ROOT / "README.md"]
    while waiting:
        here = waiting.pop()
        for link in LINK.findall(here.read_text(encoding="utf-8")):
            target = (here.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.exists() and target not in linked:
                linked.add(target)
                waiting.append(target)
    assert path in linked


def test_the_changelog_tells_of_the_version_or_of_what_is_not_released_yet() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    headings = sections((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    wanted = "Unreleased" if ".dev" in version else version
    assert any(heading.startswith(wanted) for heading in headings), (
        f"CHANGELOG.md needs a heading: ## {wanted}"
    )
    released = [heading for heading in headings if re.match(r"\d", heading)]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ — \d{4}-\d\d-\d\d", heading) for heading in released), released


def make_targets() -> set[str]:
    return set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_make_command_that_is_named_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^|\s)make ([a-z]+)", text, re.MULTILINE))
    assert named
    assert named <= make_targets() | {"it", "sure"}


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_line_in_an_example_can_be_typed(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:sh|bash|console)\n(.*?)```", text, re.DOTALL)
    for line in re.findall(r"(?m)^(?:\$ )?(consentry [^#\n]*)", "\n".join(blocks)):
        words = line.split()
        path_of = next(
            (" ".join(words[:count]) for count in (3, 2) if " ".join(words[:count]) in COMMANDS), None
        )
        assert path_of or words[1].startswith("-"), line
        if path_of:
            exist = {word for one in COMMANDS[path_of].params for word in (*one.opts, *one.secondary_opts)}
            used = {word.partition("=")[0] for word in words if word.startswith("--")} - {"--help"}
            assert used <= exist, line
