"""What a page writes into names, values, addresses and titles stays text in every report and on the terminal."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console

from scanner import reports
from scanner.report_output import tell
from tests.scanner.conftest import SHOP
from tests.scanner.hostile.world import World

pytestmark = pytest.mark.timeout(400)  # whichever comes first waits for the scan

TEXTS = ("csv", "html", "json", "md", "sarif")
"""Formats that are text; the others are made of these."""

_NAMES = """
const names = ["<script>alert('name')</script>", "<img src=x onerror=alert(1)>", "[click](javascript:alert(1))", "a|b|c",
  "+cmd|' /C calc'!A0", "@SUM(A1:A9)", "-2+3", "x\\u202egnp.exe", "${7*7}{{7*7}}{% raw %}", "`code`", "```", "&lt;b&gt;"];
for (const name of names) document.cookie = name + "=" + name;
document.cookie = "=HYPERLINK(\\"https://evil.example/\\")";
for (const key of [...names, "=1+1", "\\x1b]0;owned\\x07\\x1b[2J", "nul\\x00here", "half\\ud800", "line\\r\\nbreak: x", "\\u2028"])
  localStorage.setItem(key, key);
document.title = "</title><script>alert('title')</script>\\x1b[31m\\ud800=1+1";
new Image().src = "https://px.evil.example/<script>alert('url')</script>?q=\\"><img src=x onerror=alert(2)>'|a`b`=1";
indexedDB.open("<script>alert('db')</script>");
"""


def build(world: World) -> None:
    world.page("/names", "<script src='/names.js'></script>")
    world.site.add(SHOP, "/names.js", _NAMES)
    world.site.page("/<script>alert('path')</script>", "<script>document.cookie = 'path=1'</script>")
    world.scan("/%3Cscript%3Ealert('path')%3C/script%3E")
    world.site.add("px.evil.example", "/", "")


@pytest.fixture(scope="module")
def rendered(world: World) -> dict[str, str]:
    """Each text format of the report."""
    formats = reports.formats()
    return {name: formats[name](world.reports[0]).decode("utf-8") for name in TEXTS}


def test_the_names_are_in_the_report_as_the_page_wrote_them(world: World) -> None:
    names = world.items("local_storage").keys()
    assert {
        "<script>alert('name')</script>",
        "\x1b]0;owned\x07\x1b[2J",
        "nul\x00here",
        "line\r\nbreak: x",
    } <= names
    assert "half\ufffd" in names
    assert {"<script>alert('name')</script>", "<img src", "+cmd|' /C calc'!A0", "a|b|c"} <= world.items(
        "cookie"
    ).keys()


@pytest.mark.parametrize("name", TEXTS)
def test_no_format_holds_what_a_terminal_or_an_editor_obeys(rendered: dict[str, str], name: str) -> None:
    for control in ("\x1b", "\x00", "\x07", "\u202e", "\u2028"):
        if control in "\u202e\u2028" and name in {"json", "sarif"}:
            continue  # data for programs: JSON keeps text as it is (RFC 8259)
        assert control not in rendered[name], repr(control)


class _Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.inside = False
        self.handlers: list[str] = []
        self.addresses: list[str] = []
        self.images: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script"
        self.handlers += [key for key, _ in attrs if key.startswith("on")]
        self.addresses += [value or "" for key, value in attrs if key in {"href", "src", "action"}]
        self.images += [str(dict(attrs).get("src"))] if tag == "img" else []

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.scripts.append(data)
        self.inside = False


def test_html_holds_no_script_but_our_own_no_handler_and_no_address_that_runs(
    rendered: dict[str, str],
) -> None:
    tags = _Tags()
    tags.feed(rendered["html"])
    assert tags.handlers == []
    assert len(tags.scripts) <= 1  # the report's own, which its policy names by its hash
    assert "alert(" not in "".join(tags.scripts)
    assert "x" not in tags.images
    assert not [one for one in tags.addresses if one.strip().lower().startswith(("javascript:", "data:text"))]
    assert "&lt;script&gt;alert" in rendered["html"]


def test_markdown_holds_no_mark_up_and_no_link_of_the_page(rendered: dict[str, str]) -> None:
    prose = re.sub(r"(?ms)^```.*?^```$", "", rendered["md"])  # in a code block, marks are text
    assert "Cookie scan" in prose
    assert not re.search(r"(?<!\\)<(?:script|img)", prose)
    assert not re.search(r"(?<!\\)\[click", prose)


def test_csv_holds_no_formula(rendered: dict[str, str]) -> None:
    for row in csv.reader(io.StringIO(rendered["csv"], newline="")):
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@")), cell


@pytest.mark.parametrize("name", ["json", "sarif"])
def test_json_is_json(rendered: dict[str, str], name: str) -> None:
    assert json.loads(rendered[name])


def test_the_terminal_shows_and_does_not_obey(world: World, tmp_path: Path) -> None:
    out = io.StringIO()
    tell(world.reports[0], tmp_path, Console(file=out, width=200), as_json=False)
    assert "\x1b]0;" not in out.getvalue()
    assert "\x1b[2J" not in out.getvalue()
    assert "\x00" not in out.getvalue()


def test_a_path_with_mark_up_is_a_path(world: World) -> None:
    assert "path" in world.items("cookie")
    assert any(SHOP in page.url and "%3Cscript%3E" in page.url for page in world.reports[0].pages)
